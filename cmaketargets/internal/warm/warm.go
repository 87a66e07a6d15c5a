// Package warm gives files the times back that they had when a build tree was built, where their contents are as
// they were then: after a clone, a git switch there and back, or in an unpacked cache of a CI system. So CMake and
// Ninja agree that nothing has happened to them.
//
// It changes times only, of files in the repository and in its build trees, and never through a link. The time of a
// file is set back only if all build trees that read it were built from that content at that time: one that was
// built from another content since, of which an older time would hide the change, keeps it as it is. A file that has
// another content and the same size and time gets the present time.
package warm

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// Cold reports whether a build tree is older than all files beside the code of its project, and no file of the project that
// it has read has its former time, as in a clone with an unpacked cache. known reports that there is a build tree.
func Cold(source, build string) (cold, known bool) {
	snapshot, err := os.Stat(filepath.Join(inputs.Dir(build), inputs.File))
	if err != nil {
		return false, false
	}
	at := snapshot.ModTime().Add(inputs.ClockResolution) // an archive may have cut it
	newer := func(info os.FileInfo, err error) bool { return err == nil && info.ModTime().After(at) }
	if !newer(os.Stat(filepath.Join(source, "CMakeLists.txt"))) {
		return false, true
	}
	entries, err := os.ReadDir(source)
	if err != nil || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Type().IsRegular() && !newer(e.Info()) }) {
		return false, true
	}
	same := false
	compare := func(was inputs.Stamp) {
		same = same || fsutil.Inside(was.Path, source) && !fsutil.Inside(was.Path, build) && inputs.Examine(was.Path).ModTime == was.ModTime
	}
	if s := inputs.Load(build); s != nil {
		for _, was := range inputs.Remembered(s) {
			compare(was)
		}
	}
	_, _ = treestate.EachBuilt(build, func(_ int, was treestate.Examined) { compare(was.Stamp) })
	return !same, true
}

// Restorer collects files and their former times. Add may be called from several goroutines.
type Restorer struct {
	root  string // of the repository
	files inputs.Files

	mu    sync.Mutex
	times map[string]former
}

// former is the time that a file had.
type former struct {
	at     int64
	other  bool   // it has another content, and that time all the same
	barred bool   // it must stay as it is
	within string // the directory in which times may be set
}

// NewRestorer returns one for the repository at root.
func NewRestorer(root string) *Restorer { return &Restorer{root: root, times: map[string]former{}} }

// Add adds the files that a build tree reads or holds.
func (r *Restorer) Add(build string) {
	t := tree{Restorer: r, build: build, times: map[string]former{}, known: true, recorded: map[string]bool{}}
	t.configured()
	t.built()
	r.mu.Lock()
	defer r.mu.Unlock()
	for path, f := range t.times {
		f.barred = f.barred || !t.known && f.within != build
		if other, known := r.times[path]; known {
			f.barred = f.barred || other.barred || other.at != f.at
			f.other = f.other || other.other
		}
		r.times[path] = f
	}
}

// tree collects the files of one build tree.
type tree struct {
	*Restorer
	build string
	times map[string]former
	known bool // it was built from the contents in its records
	make  bool // by Make, which has no log
	// recorded are the paths of all files in the records.
	recorded map[string]bool
}

// add adds a file that had a time. It keeps its present time unless same.
func (t *tree) add(path string, at int64, within string, same bool) {
	f, known := t.times[path]
	if known && f.at != at {
		f.barred = true
	}
	t.times[path] = former{at: at, other: f.other, barred: f.barred || !same, within: within}
}

// source adds a file that is read.
func (t *tree) source(was, now inputs.Stamp) {
	if !fsutil.Inside(was.Path, t.root) {
		return
	}
	unseen := now.ModTime == was.ModTime && now.Size == was.Size
	t.add(was.Path, was.ModTime, t.root, unseen || t.same(was, now))
	if f := t.times[was.Path]; unseen && was.Changed != 0 && now.Changed != was.Changed && was.Hash != "" && !t.same(was, now) {
		f.other = true
		t.times[was.Path] = f
	}
}

// made adds a file of the build tree, whose time an archive has cut.
func (t *tree) made(was, now inputs.Stamp) {
	t.add(was.Path, was.ModTime, t.build, cut(was, now))
}

// configured adds the files of the last configure step.
func (t *tree) configured() {
	snapshot := inputs.Load(t.build)
	if snapshot == nil || snapshot.State != inputs.Done {
		t.known = false
		return
	}
	t.make = snapshot.Actual == "Unix Makefiles"
	t.known = t.make || snapshot.Actual == "Ninja" || snapshot.Actual == "Ninja Multi-Config"
	for _, was := range inputs.Remembered(snapshot) {
		t.recorded[was.Path] = true
		if now := t.files.Stat(was.Path); fsutil.Inside(was.Path, t.build) {
			t.made(was, now)
		} else if was.Hash != "" {
			t.source(was, now)
		}
	}
}

// built adds the files in the records of builds. The state of the build tree is known if nothing was built after
// one of these, and all that they made is as it was then.
func (t *tree) built() {
	logged := map[int]bool{} // records with the present log
	records, whole := treestate.EachBuilt(t.build, func(record int, was treestate.Examined) {
		now := t.files.Stat(was.Path)
		t.recorded[was.Path] = !was.Recent || t.recorded[was.Path] || cut(was.Stamp, now)
		if was.Recent {
			return
		}
		gone := now.Size < 0 || was.Size < 0
		switch inside := fsutil.Inside(was.Path, t.build); {
		case was.Read:
			same := t.same(was.Stamp, now)
			logged[record] = logged[record] || same && treestate.IsLog(was.Path)
			if inside && same {
				t.add(was.Path, was.ModTime, t.build, true)
			}
		case gone:
		case inside:
			if now.ModTime == was.ModTime && now.Size == was.Size {
				break
			}
			if t.made(was.Stamp, now); was.Made {
				t.known = t.known && cut(was.Stamp, now)
			}
		case fsutil.Inside(was.Path, t.root):
			t.source(was.Stamp, now)
		default:
			// A header of the system: CMake by hand does not notice another one that is older than the objects.
			t.known = t.known && (now == was.Stamp.WithoutHash() || was.Hash == inputs.Unreadable || t.same(was.Stamp, now))
		}
	})
	last := records == 0 && !treestate.HasLog(t.build)
	for _, same := range logged {
		last = last || same
	}
	t.known = t.known && whole && (last || t.make && !treestate.MadeSince(t.build, t.recorded))
}

// same reports whether a file has the content that its stamp remembers.
func (r *Restorer) same(was, now inputs.Stamp) bool {
	return was.Size >= 0 && was.Size == now.Size && was.Hash != "" && was.Hash != inputs.Unreadable && r.files.Hash(was.Path) == was.Hash
}

// cut reports whether a file has the time in its stamp, or that time without the part that archives leave out:
// to a microsecond, a second, or two.
func cut(was, now inputs.Stamp) bool {
	at := time.Unix(0, was.ModTime)
	for _, unit := range []time.Duration{1, time.Microsecond, time.Second, inputs.ClockResolution} {
		if now.Size == was.Size && now.ModTime == at.Truncate(unit).UnixNano() {
			return true
		}
	}
	return false
}

// Restore sets the times of the files that were added, and returns their number.
func (r *Restorer) Restore() (restored int) {
	plain := map[string]bool{} // directories that are reached through no link in those in which times may be set
	for path, f := range r.times {
		dir := filepath.Dir(path)
		if _, known := plain[dir]; !known {
			target, err := filepath.EvalSymlinks(dir)
			within, outer := filepath.EvalSymlinks(f.within)
			rel, inside := fsutil.Within(dir, f.within)
			plain[dir] = err == nil && outer == nil && inside && target == filepath.Join(within, rel)
		}
		seen := r.files.Stat(path)
		info, err := os.Lstat(path)
		switch same := err == nil && info.ModTime().UnixNano() == f.at; {
		case !plain[dir] || err != nil || !info.Mode().IsRegular():
		case info.Size() != seen.Size || info.ModTime().UnixNano() != seen.ModTime || fsutil.ChangeTime(info) != seen.Changed:
			// It was edited since its content was compared.
		case f.other && same:
			_ = os.Chtimes(path, time.Time{}, time.Now())
		case !f.barred && !same && os.Chtimes(path, time.Time{}, time.Unix(0, f.at)) == nil:
			restored++
		}
	}
	return restored
}
