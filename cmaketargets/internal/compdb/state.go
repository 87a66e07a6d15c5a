package compdb

import (
	"encoding/json"
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

// state is the content of the state file.
type state struct {
	Own     string // the path of the state file: a copy of the repository has another
	Path    string // of the database
	File    string // its stamp
	Foreign bool   // it was not written by this package
	Sources string // their stamps, a line each
}

// maxState bounds a state file, in bytes. One of 10,000 trees has about two MiB.
const maxState = 64 << 20

// load returns the state, the zero value when there is none that can be used.
func (f File) load() state {
	var s state
	data, _, err := fsutil.Read(f.State, maxState)
	if err != nil || json.Unmarshal(data, &s) != nil || s.Own != strconv.Quote(f.State) {
		return state{}
	}
	if s.Path, err = strconv.Unquote(s.Path); err != nil {
		return state{}
	}
	s.Own = ""
	return s
}

// save writes a state, without its Own. When that fails the next run merges again.
func (f File) save(s state) {
	if s.Sources == "" {
		f.drop()
		return
	}
	s.Own, s.Path = strconv.Quote(f.State), strconv.Quote(s.Path) // paths need not be UTF-8
	if data, err := json.Marshal(s); err == nil {
		_ = fsutil.WriteFile(f.State, data)
	}
}

// drop removes the state, the temporary files of runs that were killed, and the two directories that
// were made for it when nothing else is in them.
func (f File) drop() {
	if os.Remove(f.State) != nil {
		return
	}
	dir := filepath.Dir(f.State)
	fsutil.RemoveTemporary(f.State)
	fsutil.RemoveTemporary(filepath.Join(dir, filepath.Base(f.Path)))
	for _, dir := range []string{dir, filepath.Dir(dir)} {
		// Not a symbolic link of the user's.
		if info, err := os.Lstat(dir); err != nil || !info.IsDir() || os.Remove(dir) != nil {
			return
		}
	}
}

// none is the stamp of a file that does not exist.
const none = "-"

// stamps returns a line for each existing source, which changes with it. They are coarse when a
// source may change and keep its line.
func stamps(sources []Source) (lines string, coarse bool) {
	var b strings.Builder
	for _, s := range sources {
		info, err := os.Stat(s.Path)
		stamp := ""
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err == nil {
			stamp = stampOf(info)
			// Where times are whole seconds, or every second one, another change may get the same time.
			changed := info.ModTime()
			coarse = coarse || changed.Nanosecond() == 0 && time.Since(changed) < 2*time.Second
		}
		fmt.Fprintf(&b, "%s %d %q %q %q\n", stamp, s.Rank, s.Owner, s.Config, s.Path)
	}
	return b.String(), coarse
}

// fileStamp returns the stamp of a database; that of a symbolic link is its own.
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
