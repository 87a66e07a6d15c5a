package compdb

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// File is a merged database.
type File struct {
	// Path is where it is, absolute.
	Path string
	// State is a file, absolute, that remembers what it was merged from.
	State string

	meanwhile func() // for tests: called when the sources were read
}

// Outcome says what became of a merged database.
type Outcome struct {
	// Done is "created", "changed" or "removed", and empty where it is as it was.
	Done string
	// Entries is how many it has, Trees how many sources they come from; both only where it was looked into.
	Entries, Trees int
	// Foreign says why what is there was left alone, if the last Update has not said so.
	Foreign string
	// Warnings say what could not be merged.
	Warnings []string
}

// Update makes the database what the sources say, where one of them or the database changed since the last Update. With
// no entries at all there is no database.
//
// It may be called by several processes at once: each looks at the sources again after it has written, so that whoever
// comes last has seen the newest.
func (f File) Update(sources []Source) (Outcome, error) {
	const attempts = 5 // somebody may be configuring all the time
	var out Outcome
	for range attempts {
		now, coarse := stamp(sources)
		was := f.load()
		if was.sources == now && was.path == f.Path && was.file == fileStamp(f.Path) {
			break
		}
		// What was written for another path is not read by anybody any more.
		if was.path != "" && was.path != f.Path {
			f.remove(was)
		}
		merged := choose(sources)
		if f.meanwhile != nil {
			f.meanwhile()
		}
		out.Entries, out.Trees, out.Warnings = len(merged.chosen), merged.trees, merged.warnings
		file, done, err := f.replace(merged)
		if errors.Is(err, errVanished) {
			continue
		}
		is := state{path: f.Path, file: file, sources: now}
		if foreign := (*foreignError)(nil); errors.As(err, &foreign) {
			is.file, is.foreign = fileStamp(f.Path), true
			if was.path != f.Path || !was.foreign {
				out.Foreign = foreign.what
			}
		} else if err != nil {
			return out, err
		}
		if done != "" {
			out.Done = done
		}
		// What is incomplete, or may change without being seen to, is merged again by the next run.
		if !merged.failed && !coarse {
			f.save(is)
		}
		if after, _ := stamp(sources); after == now {
			break
		}
	}
	return out, nil
}

// Forget removes the database that the last Update wrote, unless somebody changed it since.
func (f File) Forget() {
	if s := f.load(); s.path != "" {
		f.remove(s)
	}
}

// remove removes the database of a state, and the state.
func (f File) remove(s state) {
	if s.file == fileStamp(s.path) && ours(s.path) == nil {
		_ = os.Remove(s.path)
	}
	f.drop()
}

// replace writes the database if that would change it, and returns the stamp of what is there then.
func (f File) replace(m *merger) (file, done string, err error) {
	info, err := os.Lstat(f.Path)
	there := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", "", err
	}
	var foreign error
	if there {
		foreign = ours(f.Path)
	}
	switch {
	case len(m.chosen) == 0 && (!there || foreign != nil):
		return fileStamp(f.Path), "", nil
	case foreign != nil:
		return "", "", foreign
	case len(m.chosen) == 0:
		return none, "removed", os.Remove(f.Path)
	}
	if there && equal(f.Path, m) {
		return stampOf(info), "", nil
	}
	done = "changed"
	if !there {
		done = "created"
	}
	// Beside the state first: a run that is killed should leave its litter there and not beside the sources. That may be
	// another file system, though.
	file, err = f.writeBy(filepath.Dir(f.State), m)
	if err != nil {
		file, err = f.writeBy(filepath.Dir(f.Path), m)
	}
	if err != nil {
		return "", "", err
	}
	return file, done, nil
}

// writeBy writes the database to a new file in dir and renames it into its place.
func (f File) writeBy(dir string, m *merger) (stamp string, err error) {
	if err := errors.Join(os.MkdirAll(dir, 0o777), os.MkdirAll(filepath.Dir(f.Path), 0o777)); err != nil {
		return "", err
	}
	// Not os.CreateTemp, whose files only their owner may read.
	name := filepath.Join(dir, f.litter()+strconv.FormatUint(rand.Uint64(), 36))
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return "", err
	}
	err = m.write(file)
	// A power failure would leave one that nobody can tell to be ours. Where that is not to be had we go on without.
	_ = file.Sync()
	err = errors.Join(err, file.Close())
	if err == nil {
		stamp = fileStamp(name) // a rename keeps it, and another process's file may be in the place by then
		err = os.Rename(name, f.Path)
	}
	if err != nil {
		_ = os.Remove(name)
	}
	return stamp, err
}

// litter is how the names of unfinished databases begin.
func (f File) litter() string { return "." + filepath.Base(f.Path) + "." }

// equal says whether the file holds just what the merger would write.
func equal(path string, m *merger) bool {
	file, err := fsutil.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	rest := bufio.NewReaderSize(file, 64<<10)
	if m.write(&comparer{with: rest}) != nil {
		return false
	}
	_, err = rest.ReadByte()
	return errors.Is(err, io.EOF)
}

// comparer fails at the first difference between what is written to it and what it reads.
type comparer struct {
	with   io.Reader
	buffer []byte
}

var errDiffers = errors.New("it differs")

// Write implements io.Writer.
func (c *comparer) Write(p []byte) (int, error) {
	if len(c.buffer) < len(p) {
		c.buffer = make([]byte, len(p))
	}
	was := c.buffer[:len(p)]
	if _, err := io.ReadFull(c.with, was); err != nil || !bytes.Equal(was, p) {
		return 0, errDiffers
	}
	return len(p), nil
}
