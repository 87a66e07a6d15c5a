package record

import (
	"path/filepath"
	"time"
)

// before is what is known, from just before a configure step began, of what
// it may read. CMake does not say when it read a file or a directory, so what
// may have changed while it ran is not believed to have been seen, and leads
// to one more run.
//
// What the step before has read is looked at before and after, and clocks do
// not matter. Of all else there is only a time to go by.
type before struct {
	// start is not later than the time that the file system gives to a file
	// which is changed during the step.
	start time.Time
	// inputs, dirs and compilers are those of the step before, as they were
	// then; inputs has its settings too. The time of an input that was doubted,
	// and is what it was after that step, is noTime.
	inputs, dirs, compilers map[string]Stamp
	settings                map[string]bool // those that the record has already
}

// lookBefore looks at what the step that rec was just written for may read.
// old is the record of the step before, or nil.
func lookBefore(old, rec *Record) before {
	b := before{start: rec.At, inputs: map[string]Stamp{}, dirs: map[string]Stamp{}, compilers: map[string]Stamp{}, settings: map[string]bool{}}
	// The file system's clock may tick in seconds, or be another machine's.
	if s := statFresh(filepath.Join(Dir(rec.Build), File)); s.Size >= 0 && time.Unix(0, s.ModTime).Before(b.start) {
		b.start = time.Unix(0, s.ModTime)
	}
	eachStamp(rec.Settings, func(s Stamp) bool { b.settings[s.Path] = true; return true })
	b.dirs[rec.Source] = stampDir(rec.Source)
	if old == nil {
		return b
	}
	eachStamp(old.Inputs+old.Settings, func(s Stamp) bool {
		now := stampInput(s.Path, b.start)
		if s.ModTime == noTime && s.Hash != "" && s.Hash == now.Hash {
			now.ModTime = noTime // it is what the last step left
		}
		b.inputs[s.Path] = now
		return true
	})
	eachStamp(old.Compilers, func(s Stamp) bool { b.compilers[s.Path] = stampCompiler(s.Path); return true })
	eachStamp(old.Dirs, func(s Stamp) bool {
		if now := statFresh(s.Path); now.Size < 0 || now.ModTime != s.ModTime {
			s = stampDir(s.Path)
		}
		b.dirs[s.Path] = s
		return true
	})
	return b
}

// input remembers a file that the step read. inTree says that it lies in the
// build tree, where CMake itself writes. One that may have changed since the
// step began gets a stamp that no file has.
func (b *before) input(path string, inTree bool) Stamp {
	if inTree {
		return statFresh(path)
	}
	s := stampInput(path, b.start)
	was, known := b.inputs[path]
	switch {
	case known && was == s:
	case known && was.ModTime == noTime && was.Hash == s.Hash:
		// Twice running it changed during the step, and its content did not:
		// it is the step that writes it.
	case known || !b.precedes(s):
		s.ModTime = noTime
	}
	return s
}

// compiler remembers a compiler that the step used. One that may have been
// replaced since the step began gets a stamp that no file has.
func (b *before) compiler(path string) Stamp {
	s := stampCompiler(path)
	if was, known := b.compilers[path]; known && was != s || !known && !b.precedes(s) {
		s.ModTime = noTime
	}
	return s
}

// dir remembers a directory in which the step may have looked for files. One
// in which names may have come or gone since the step began gets the stamp of
// before, if there is one.
func (b *before) dir(path string) Stamp {
	s := stampDir(path)
	was, known := b.dirs[path]
	switch {
	case known && (was.Size != s.Size || was.Hash != s.Hash):
		s = was
		s.ModTime = noTime
	case !known && !b.precedes(s):
		s.Hash, s.ModTime = unseen, noTime
	case time.Since(time.Unix(0, s.ModTime)) < Racy:
		s.ModTime = noTime // the next look compares the names
	}
	return s
}

// unseen is the hash of a directory whose names at the beginning of the step
// are not known.
const unseen = "unseen"

// precedes says whether the times of a file prove that it was not changed since
// the step began; of one that is not there, whether it was not there then.
func (b *before) precedes(s Stamp) bool {
	for s.Size < 0 {
		dir := filepath.Dir(s.Path)
		if dir == s.Path {
			return false
		}
		s = statFresh(dir) // a removal would have changed it
	}
	// Who puts another file in its place may keep that one's time.
	return s.ModTime != noTime && b.earlier(s.ModTime) && b.earlier(inodeTime(s.Path))
}

// earlier says whether a time of a file is from before the step. Where it is a
// whole second it may be so because the file system does not count in less;
// FAT counts in two.
func (b *before) earlier(at int64) bool {
	start := b.start
	if at%int64(time.Second) == 0 {
		start = start.Truncate(Racy)
	}
	return at < start.UnixNano()
}
