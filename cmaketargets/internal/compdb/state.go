package compdb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// state is what the last Update saw. The sources are one text, so that finding nothing to do takes a look at each and
// one comparison.
type state struct {
	path    string // of the database
	file    string // its stamp
	foreign bool   // it is not ours
	sources string // their stamps, a line each
}

// heading is the first line of a state file, and changes with its form.
const heading = "compdb 2"

// maxState bounds a state file, in bytes. One of 10,000 trees has about two MiB.
const maxState = 64 << 20

// foreignMark stands before the stamp of a database that is not ours.
const foreignMark = "foreign "

// load reads the state; one that is not there, or not understood, or that somebody copied from elsewhere with the
// repository, is empty.
func (f File) load() state {
	data, _, err := fsutil.Read(f.State, maxState)
	if err != nil {
		return state{}
	}
	head, rest, _ := strings.Cut(string(data), "\n")
	own, rest, _ := strings.Cut(rest, "\n")
	quoted, rest, _ := strings.Cut(rest, "\n")
	file, sources, ok := strings.Cut(rest, "\n")
	path, err := strconv.Unquote(quoted)
	if !ok || err != nil || head != heading || own != strconv.Quote(f.State) {
		return state{}
	}
	file, foreign := strings.CutPrefix(file, foreignMark)
	return state{path, file, foreign, sources}
}

// save keeps a state. Where that fails the next run merges again.
func (f File) save(s state) {
	if s.sources == "" {
		f.drop()
		return
	}
	if s.foreign {
		s.file = foreignMark + s.file
	}
	dir := filepath.Dir(f.State)
	if os.MkdirAll(dir, 0o777) != nil {
		return
	}
	file, err := os.CreateTemp(dir, filepath.Base(f.State)+".*")
	if err != nil {
		return
	}
	_, err = fmt.Fprintf(file, "%s\n%q\n%q\n%s\n%s", heading, f.State, s.path, s.file, s.sources)
	if errors.Join(err, file.Close()) != nil || os.Rename(file.Name(), f.State) != nil {
		_ = os.Remove(file.Name())
	}
}

// drop removes the state with what killed runs left beside it, and the two directories that were made for it where
// nothing else is in them.
func (f File) drop() {
	if os.Remove(f.State) != nil {
		return
	}
	dir := filepath.Dir(f.State)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), f.litter()) || strings.HasPrefix(e.Name(), filepath.Base(f.State)+".") {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
	for _, dir := range []string{dir, filepath.Dir(dir)} {
		// Not a link that somebody put there; a directory with something in it stays by itself.
		if info, err := os.Lstat(dir); err != nil || !info.IsDir() || os.Remove(dir) != nil {
			return
		}
	}
}

// none is the stamp of a file that is not there.
const none = "-"

// stamp says of the sources that are there what would change with them. A coarse one may stay the same when they do.
func stamp(sources []Source) (text string, coarse bool) {
	var b strings.Builder
	for _, s := range sources {
		info, err := os.Stat(s.Path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		at := ""
		if err == nil {
			at = stampOf(info)
			// Where time comes in whole seconds, or in steps of two, another change may get the same one.
			changed := info.ModTime()
			coarse = coarse || changed.Nanosecond() == 0 && time.Since(changed) < 2*time.Second
		}
		fmt.Fprintf(&b, "%s %d %q %q %q\n", at, s.Rank, s.Owner, s.Config, s.Path)
	}
	return b.String(), coarse
}

// fileStamp is the stamp of a database; that of a symbolic link is its own.
func fileStamp(path string) string {
	info, err := os.Lstat(path)
	if err != nil {
		return none
	}
	return stampOf(info)
}

func stampOf(info fs.FileInfo) string {
	return fmt.Sprintf("%d %d %o", info.Size(), info.ModTime().UnixNano(), info.Mode().Type())
}
