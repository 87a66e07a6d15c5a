package inputs

import (
	"path/filepath"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

const installPrefix = "CMAKE_INSTALL_PREFIX"

// baseline holds the state of a configure step's inputs from just before it began. CMake does not
// report when it read a file or a directory, so an input that may have changed while CMake ran is
// stamped such that Check asks for one more run.
//
// Inputs of the step before are compared by their stamps, independently of clocks. For all others
// there are only their times.
type baseline struct {
	// start is not later than the time that the file system gives to a file which is changed during
	// the step.
	start time.Time
	// files, dirs and compilers are the inputs of the step before; files includes its settings. The
	// time of a file that was doubted and has not changed since that step is noTime.
	files, dirs, compilers map[string]Stamp
	settings               map[string]bool // those stamped by Begin
	// exists and listed are those of Snapshot.Used of the step before.
	exists, listed map[string]Stamp
	// inTree holds the files and directories in the build tree, and written those of Used.Written of the
	// step before, with the directories in which they are.
	inTree  map[string]Stamp
	written map[string]bool
	// absent is the install prefix in the arguments, if it did not exist; else "". CMake looks there,
	// too, and it may lie in a directory that has just been made for build trees.
	absent string
}

// newBaseline stamps the files and directories that the step of the snapshot s, which was just
// written, may read. old is the snapshot of the step before, or nil.
func newBaseline(old, s *Snapshot) baseline {
	b := baseline{start: s.At, files: map[string]Stamp{}, dirs: map[string]Stamp{}, compilers: map[string]Stamp{}, settings: map[string]bool{}}
	// The file system's clock may have a resolution of seconds, or be that of another machine.
	if own := stat(filepath.Join(Dir(s.Build), File)); own.Size >= 0 && time.Unix(0, own.ModTime).Before(b.start) {
		b.start = time.Unix(0, own.ModTime)
	}
	EachStamp(s.Settings, func(was Stamp) bool { b.settings[was.Path] = true; return true })
	b.dirs[s.Source] = stampDir(s.Source)
	b.addWritten(old, s.Build)
	if defs, _ := splitDefinitions(s.Args); stat(defs[installPrefix]).Size < 0 {
		b.absent = defs[installPrefix]
	}
	if old == nil {
		return b
	}
	EachStamp(old.Inputs+old.Settings+old.Used.Files, func(was Stamp) bool {
		now := stampFile(was.Path, b.start)
		if was.ModTime == noTime && was.Hash != "" && was.Hash == now.Hash {
			now.ModTime = noTime
		}
		b.files[was.Path] = now
		return true
	})
	b.addUses(old)
	EachStamp(old.Compilers, func(was Stamp) bool { b.compilers[was.Path] = stampCompiler(was.Path); return true })
	EachStamp(old.Dirs, func(was Stamp) bool {
		if now := stat(was.Path); now.Size < 0 || now.ModTime != was.ModTime {
			was = stampDir(was.Path)
		}
		b.dirs[was.Path] = was
		return true
	})
	return b
}

// file returns the stamp of a file that the step read, with noTime if it may have changed since the
// step began.
func (b *baseline) file(path string) Stamp {
	s := stampFile(path, b.start)
	was, known := b.files[path]
	switch {
	case known && was == s:
	case known && was.ModTime == noTime && was.Hash == s.Hash:
		// It changed during two steps in a row and its content did not: the step itself writes it.
	case known || !b.precedes(s):
		s.ModTime = noTime
	}
	return s
}

// maxHashed bounds a file whose content is compared when its change time differs, in bytes.
const maxHashed = 256 << 10

// withContent adds the content to the stamp of a file that has not changed since the step began, or noTime if it has
// changed meanwhile.
func (b *baseline) withContent(s Stamp) Stamp {
	if s.Size < 0 || s.Size > maxHashed || s.Hash != "" || s.ModTime == noTime {
		return s
	}
	seen := s
	seen.Changed = Examine(s.Path).Changed
	if seen.Changed == 0 {
		return s
	}
	if s.Hash = HashSeen(seen); s.Hash == "" {
		s.ModTime = noTime
	} else if b.earlier(seen.Changed) { // else the next change may have the same time
		s.Changed = seen.Changed
	}
	return s
}

// compiler returns the stamp of a compiler that the step used, with noTime if it may have been
// replaced since the step began.
func (b *baseline) compiler(path string) Stamp {
	s := stampCompiler(path)
	if was, known := b.compilers[path]; known && was != s || !known && !b.precedes(s) {
		s.ModTime = noTime
	}
	return s
}

// dir returns the stamp of a directory in which the step may have looked for files. If names may
// have changed since the step began, it is the stamp from before, or unknownNames.
func (b *baseline) dir(path string) Stamp {
	s := stampDir(path)
	was, known := b.dirs[path]
	switch {
	case known && (was.Size != s.Size || was.Hash != s.Hash):
		s = was
		s.ModTime = noTime
	case !known && !b.precedes(s):
		s.Hash, s.ModTime = unknownNames, noTime
	case time.Since(time.Unix(0, s.ModTime)) < ClockResolution:
		s.ModTime = noTime // makes Check compare the names
	}
	return s
}

// precedes reports whether the times of a file prove that it has not changed since the step began;
// for a file that does not exist, whether they prove that it did not exist then.
func (b *baseline) precedes(s Stamp) bool {
	if s.Size < 0 && b.absent != "" && fsutil.Inside(s.Path, b.absent) && stat(b.absent).Size < 0 {
		return true
	}
	for s.Size < 0 {
		dir := filepath.Dir(s.Path)
		if dir == s.Path {
			return false
		}
		s = stat(dir) // a removal would have changed it
	}
	// A file that is moved here keeps its modification time. CMake sets that of an installed file, to
	// a whole second. The time of its change is that of the file system all the same.
	changed := Examine(s.Path).Changed
	set := changed%int64(time.Second) != 0 && s.ModTime%int64(time.Second) == 0 && s.ModTime <= changed
	return s.ModTime != noTime && (set || b.earlier(s.ModTime)) && b.earlier(changed)
}

// earlier reports whether a time of a file is from before the step. A whole second may come from a
// clock of that resolution, or of FAT's.
func (b *baseline) earlier(at int64) bool {
	start := b.start
	if at%int64(time.Second) == 0 {
		start = start.Truncate(ClockResolution)
	}
	return at < start.UnixNano()
}
