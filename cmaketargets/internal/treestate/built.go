package treestate

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// builtFile has all that Ninja or Make examined when it had nothing to do: a record with a builtHead and a stamp per
// file. Its decision depends on these files, its own program and the targets, and on nothing else, so as long as they
// are the same it has nothing to do.
const builtFile = "built"

const builtFormat = 1

// present is the hash in the stamp of a file that only has to be there, and recent that of one which decides nothing,
// and was made in the last seconds before the record: see MadeSince.
const (
	present = "present"
	recent  = "recent"
)

// Goal has the targets of a build.
type Goal struct {
	Record  model.Step // the name for the record
	Config  string     // of a multi-config tree
	Targets []string   // none for the default ones
}

type builtHead struct {
	Format  int      `json:"format"`
	Config  string   `json:"config,omitempty"`
	Targets []string `json:"targets,omitempty"`
	Program string   `json:"program"` // stamp of the Ninja or Make
	// Read is the number of stamps, the first ones, of files that it reads.
	Read int `json:"read"`
	// Busy records that a build leaves work, so that the next one has something to do in any case.
	Busy bool `json:"busy,omitempty"`
}

// Built is a record of the files that Ninja or Make examines in a build tree.
type Built struct {
	dir    string
	record model.Step
	head   builtHead
	stamps []inputs.Stamp
}

// ExamineBuilt returns a record of the files that Ninja, at the path program, examines now to reach a goal. The error
// is the reason why they are unknown.
func ExamineBuilt(dir, program string, goal Goal) (*Built, error) {
	found, err := cmake.ReadExamined(dir, goal.Config, goal.Targets)
	if err != nil {
		return nil, err
	}
	return examined(dir, program, goal, found, &inputs.Files{}), nil
}

// ExamineMade is ExamineBuilt for GNU Make. It decides itself whether Make has something to do.
func ExamineMade(dir, program string, goal Goal) (*Built, error) {
	var files inputs.Files // each file is compared and recorded in one state
	found, left, err := cmake.ReadMakeExamined(dir, goal.Targets, func(path string) (int64, bool) {
		s := files.Stat(path)
		return s.ModTime, s.Size >= 0
	})
	if err != nil {
		return nil, err
	}
	b := examined(dir, program, goal, found, &files)
	b.head.Busy = left
	known := map[string]bool{}
	for _, s := range b.stamps {
		known[fsutil.Absolute(s.Path, dir)] = true
	}
	since := time.Now().Add(-inputs.ClockResolution)
	_ = eachMade(dir, known, func(path string, info fs.FileInfo) error {
		if info.ModTime().After(since) {
			b.stamps = append(b.stamps, inputs.Stamp{Path: path, Size: info.Size(), ModTime: info.ModTime().UnixNano(), Hash: recent})
		}
		return nil
	})
	return b, nil
}

// examined returns the record of all that was found.
func examined(dir, program string, goal Goal, found cmake.Examined, files *inputs.Files) *Built {
	tool := files.Stat(program)
	tool.Changed = 0
	b := &Built{dir: dir, record: goal.Record, head: builtHead{
		Format: builtFormat, Config: goal.Config, Targets: goal.Targets, Program: inputs.FormatStamps([]inputs.Stamp{tool}), Read: len(found.Read),
	}}
	for _, path := range found.Read {
		s := files.Stat(path)
		if s.Size >= 0 {
			s.Hash = inputs.HashSeen(s)
		}
		b.stamps = append(b.stamps, s)
	}
	last := hashes(dir, goal.Record)
	for _, name := range append(found.Times, cmake.Instrumentation) {
		s := files.Stat(fsutil.Absolute(name, dir))
		if s.Path = name; found.Sources[name] {
			s.Hash = last(s)
		} else {
			s.Changed = 0
		}
		b.stamps = append(b.stamps, s)
	}
	for _, name := range found.Present {
		s := files.Stat(fsutil.Absolute(name, dir))
		s.Path, s.Changed, s.Hash = name, 0, present
		b.stamps = append(b.stamps, s)
	}
	return b
}

// hashes returns a function that hashes the content of a source, "" for a path that is not a file, or a file that has
// changed since its stamp. It reads only those that are not as they were at the last record.
func hashes(dir string, record model.Step) func(inputs.Stamp) string {
	known := map[string]inputs.Stamp{}
	_, stamps, _ := readBuilt(Path(dir, recordName(builtFile, model.Build, record)))
	inputs.EachStamp(stamps, func(was inputs.Stamp) bool { known[was.Path] = was; return true })
	return func(now inputs.Stamp) string {
		was := known[now.Path]
		if now.Hash = was.Hash; was == now && now.Changed != 0 {
			return was.Hash
		}
		if now.Size < 0 {
			return ""
		}
		now.Path = fsutil.Absolute(now.Path, dir)
		return inputs.HashSeen(now)
	}
}

// WriteBusy records that a build that has succeeded leaves work: a command that is never up to date.
func (b *Built) WriteBusy() error {
	b.head.Busy = true
	return b.Write()
}

// Write replaces the record in the build tree.
func (b *Built) Write() error {
	return writeRecord(b.dir, recordName(builtFile, model.Build, b.record), b.head, inputs.FormatStamps(b.stamps))
}

// ForgetBuilt removes the record of a goal from a build tree.
func ForgetBuilt(dir string, record model.Step) {
	_ = os.Remove(Path(dir, recordName(builtFile, model.Build, record)))
}

// readBuilt returns the head of a record, and its stamps.
func readBuilt(path string) (head builtHead, stamps string, ok bool) {
	stamps, ok = readRecord(path, &head)
	return head, stamps, ok && head.Format == builtFormat
}

// builtFor returns the record of a goal.
func builtFor(dir string, goal Goal) (head builtHead, stamps string, ok bool) {
	head, stamps, ok = readBuilt(Path(dir, recordName(builtFile, model.Build, goal.Record)))
	return head, stamps, ok && head.Config == goal.Config && slices.Equal(head.Targets, goal.Targets)
}

// NothingToBuild reports whether Ninja or Make would have nothing to do for a goal, by the record of the last build.
func NothingToBuild(dir string, goal Goal, files *inputs.Files) bool {
	head, stamps, ok := builtFor(dir, goal)
	if !ok || head.Busy {
		return false
	}
	same := true
	compare := func(was inputs.Stamp) bool {
		switch path := was.Path; {
		case head.Read > 0:
			head.Read--
			same = files.Same(was)
		case was.Hash == recent:
		default:
			var now inputs.Stamp
			if filepath.IsAbs(path) {
				now = files.Stat(path) // others examine it, too
			} else {
				now = inputs.Examine(dir + string(os.PathSeparator) + path)
			}
			same = now.Size >= 0 == (was.Size >= 0) && (was.Hash == present || now.ModTime == was.ModTime)
		}
		return same
	}
	return inputs.EachStamp(head.Program, func(was inputs.Stamp) bool { same = files.Same(was); return same }) &&
		same && inputs.EachStamp(stamps, compare) && same && head.Read == 0
}

// LeavesWork reports whether the last build for a goal, by the same build files, has left work.
func LeavesWork(dir string, goal Goal) bool {
	head, stamps, ok := builtFor(dir, goal)
	if !ok || !head.Busy {
		return false
	}
	var files inputs.Files
	same := true
	ok = inputs.EachStamp(stamps, func(was inputs.Stamp) bool {
		head.Read--
		same = head.Read < 0 || cmake.IsNinjaLog(was.Path) || files.Same(was)
		return same
	})
	return ok && same
}

// IsLog reports whether a path is that of the log of Ninja's commands.
func IsLog(path string) bool { return filepath.Base(path) == cmake.NinjaLogFile }

// HasLog reports whether Ninja has built something in a build tree.
func HasLog(dir string) bool { return fsutil.Exists(filepath.Join(dir, cmake.NinjaLogFile)) }

// Examined is a file in a record of a build.
type Examined struct {
	inputs.Stamp      // with an absolute path; of a source with the hash of its content, "" where that is unknown
	Read         bool // Ninja reads it: a build file or a log
	Made         bool // a command makes it
	Recent       bool // only that it was there is known
}

// EachBuilt calls f for each file in the records of a build tree that has to do with contents or times. It returns
// the number of records, and whether all are whole.
func EachBuilt(dir string, f func(record int, e Examined)) (records int, whole bool) {
	entries, err := os.ReadDir(Path(dir, ""))
	whole = err == nil
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), builtFile) {
			continue
		}
		head, stamps, ok := readBuilt(Path(dir, entry.Name()))
		if !ok {
			return records, false
		}
		whole = whole && inputs.EachStamp(stamps, func(was inputs.Stamp) bool {
			head.Read--
			if was.Hash != present {
				read := head.Read >= 0
				was.Path = fsutil.Absolute(was.Path, dir)
				f(records, Examined{Stamp: was, Read: read, Made: !read && was.Changed == 0, Recent: was.Hash == recent})
			}
			return true
		})
		records++
	}
	return records, whole
}

// MadeSince reports whether a file of a build tree that Make uses, other than those with these absolute paths, may be newer
// than its last record of a configure step or a build: a file was made that no record has.
func MadeSince(dir string, recorded map[string]bool) bool {
	var last time.Time
	entries, _ := os.ReadDir(Path(dir, ""))
	for _, entry := range entries {
		info, err := entry.Info()
		if name := entry.Name(); err == nil && (name == inputs.File || strings.HasPrefix(name, builtFile)) && info.ModTime().After(last) {
			last = info.ModTime()
		}
	}
	whole := func(at time.Time) bool { return at.Nanosecond() == 0 } // cut by an archive
	return eachMade(dir, recorded, func(_ string, info fs.FileInfo) error {
		at, limit := info.ModTime(), last
		if whole(at) || whole(last) {
			at, limit = at.Truncate(time.Second), last.Truncate(time.Second).Add(-1)
		}
		if at.After(limit) {
			return fs.SkipAll
		}
		return nil
	})
}

// eachMade calls f for the files of a build tree that Make may have made, but those whose absolute paths are known. It
// returns whether f ended that with fs.SkipAll, or a directory could not be read.
func eachMade(dir string, known map[string]bool, f func(path string, info fs.FileInfo) error) (ended bool) {
	own := []string{".cmake", ".make", ".txt", ".marks", ".ts", ".internal", ".check_cache"} // of files that CMake writes
	err := fsutil.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		switch filepath.ToSlash(rel) {
		case inputs.StateDir, ".cmake", "Testing", "CMakeFiles/Progress":
			return fs.SkipDir
		case "install_manifest.txt", "compile_commands.json":
			return nil
		}
		switch {
		case err != nil:
			return err
		case !d.Type().IsRegular() || known[path]: // the target of a link is another file
			return nil
		case strings.Contains(filepath.ToSlash(rel), "CMakeFiles/") && slices.Contains(own, filepath.Ext(path)):
			return nil
		}
		info, err := d.Info()
		if err == nil {
			if err = f(path, info); errors.Is(err, fs.SkipAll) {
				ended = true
			}
		}
		return err
	})
	return ended || err != nil
}
