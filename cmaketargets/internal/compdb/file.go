// Package compdb merges the compile_commands.json of many build trees into one, in the format that
// clangd reads (https://clang.llvm.org/docs/JSONCompilationDatabase.html).
//
// Its readers take the first entry of a file and ignore the others, so a merged database has one
// entry per file; see [Source] for the choice. The memory needed is that of the merged database.
//
// A [File] is rewritten only when its bytes change, because its readers index everything again when
// it is touched, and only when it is one that this package wrote. The format has no room for a mark
// (LLVM refuses unknown keys), so the layout is the mark: see ours. A state file in a build tree
// remembers the sources, so that an unchanged database costs a stat of each.
package compdb

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// File is a merged database.
type File struct {
	// Path is the path of the database, absolute.
	Path string
	// State is the path of a file that remembers the sources, absolute.
	State string

	meanwhile func() // for tests: called after the sources were read
}

// Outcome is the result of an Update.
type Outcome struct {
	// Done is "created", "changed" or "removed", and empty when the database stayed as it was.
	Done string
	// Entries and Trees count the entries and the sources with an entry; 0 when nothing was read.
	Entries, Trees int
	// Foreign is the reason why the file at Path was left alone, unless the last Update returned it
	// already.
	Foreign string
	// Warnings are about entries that could not be merged.
	Warnings []string
}

// Update merges the sources into the database when one of them or the database has changed since the
// last Update. Without entries there is no database.
//
// Several processes may call it at once: each looks at the sources again after it has written, so
// that the last one has seen the newest.
func (f File) Update(sources []Source) (out Outcome, err error) {
	const attempts = 5 // others may be configuring all the time
	for range attempts {
		now, coarse := stamps(sources)
		last := f.load()
		if last.Sources == now && last.Path == f.Path && last.File == fileStamp(f.Path) {
			break
		}
		if last.Path != "" && last.Path != f.Path {
			f.remove(last)
		}
		m := merge(sources)
		if f.meanwhile != nil {
			f.meanwhile()
		}
		out.Entries, out.Trees, out.Warnings = m.entries, m.trees, m.warnings
		next := state{Path: f.Path, Sources: now}
		data, foreign, err := read(f.Path)
		switch {
		case err != nil:
			return out, err
		case foreign != "":
			next.File, next.Foreign = fileStamp(f.Path), m.data != nil
			if next.Foreign && (last.Path != f.Path || !last.Foreign) {
				out.Foreign = foreign
			}
		case bytes.Equal(data, m.data):
			next.File = fileStamp(f.Path)
		default:
			if err = f.replace(m.data); err != nil {
				return out, err
			}
			next.File = fileStamp(f.Path)
			if now, _, _ := read(f.Path); !bytes.Equal(now, m.data) {
				continue // Another process has replaced it since.
			}
			switch {
			case data == nil:
				out.Done = "created"
			case m.data == nil:
				out.Done = "removed"
			default:
				out.Done = "changed"
			}
		}
		// An incomplete database is merged again by the next run, and so is one of a source that may
		// change without another stamp.
		if !m.failed && !coarse {
			f.save(next)
		}
		if after, _ := stamps(sources); after == now {
			break
		}
	}
	return out, nil
}

// Forget removes the database of the last Update, unless it was changed since.
func (f File) Forget() {
	if s := f.load(); s.Path != "" {
		f.remove(s)
	}
}

// remove removes the state and its database, if that is unchanged.
func (f File) remove(s state) {
	if s.File == fileStamp(s.Path) {
		if data, foreign, err := read(s.Path); err == nil && foreign == "" && data != nil {
			_ = os.Remove(s.Path)
		}
	}
	f.drop()
}

// maxData bounds the database that is read for comparison, in bytes.
const maxData = 1 << 30

// read returns the merged database at path, nil when there is no file. foreign describes a file
// that is not one of this package, such as "a directory"; it is "" for others.
func read(path string) (data []byte, foreign string, err error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "", nil
	case err != nil:
		return nil, "", err
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, "a symbolic link", nil
	case info.IsDir():
		return nil, "a directory", nil
	case !info.Mode().IsRegular():
		return nil, "not a regular file", nil
	}
	if data, _, err = fsutil.Read(path, maxData); err != nil {
		return nil, err.Error(), nil
	}
	if !ours(data) {
		return nil, "not written by this tool", nil
	}
	return data, "", nil
}

// replace writes the database, or removes it when data is nil. The temporary file is in the directory
// of the state, so that a run that is killed leaves none among the sources, unless that is on another
// file system. WriteVia waits for the disk: a power failure could leave an empty file, which is not
// recognised as ours.
func (f File) replace(data []byte) error {
	if data == nil {
		return os.Remove(f.Path)
	}
	if fsutil.WriteVia(filepath.Dir(f.State), f.Path, data) == nil {
		return nil
	}
	return fsutil.WriteFile(f.Path, data)
}
