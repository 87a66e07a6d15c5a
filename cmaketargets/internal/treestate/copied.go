package treestate

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// copiedFile has the files that the last install step has read and written: a record with an Install and a stamp per
// file. While these are the same, files down to their change times, directories that it made to their modes, it would
// copy the same files again. Those that it copied into only have to be there: a project that shares one may set another
// mode, and each of the two would undo that of the other one in every run.
const copiedFile = "installed"

// madeHash begins the hash in the stamp of a directory that the step made; its mode follows.
const madeHash = "made:"

// maxCopied bounds the files of the record.
const maxCopied = 20_000

// Install has the settings that decide the result of an install step, beside files.
type Install struct {
	Format  int      `json:"format"`
	Args    []string `json:"args"` // of cmake
	Prefix  string   `json:"prefix"`
	DestDir string   `json:"destDir,omitempty"`
	Mode    string   `json:"mode,omitempty"` // CMAKE_INSTALL_MODE
}

const copiedFormat = 1

// Copied is a record of an install step.
type Copied struct {
	dir     string
	name    string
	install Install
	stamps  []inputs.Stamp
	into    []string // directories that only have to be there
	made    []string // and those whose modes count
}

// CopiesOf returns the files of an install step. ok is false where it does more than copying files, or that is unknown.
func CopiesOf(dir string, install Install) (copies cmake.Copies, ok bool) {
	index, err := NewGenerated(dir).Index()
	if err != nil || !index.CopiesOnly() {
		return copies, false
	}
	return cmake.ReadCopies(dir, install.Prefix)
}

// BeginCopied returns the record of an install step that begins, with the files of CopiesOf, nil where these are too many.
func BeginCopied(dir string, record model.Step, install Install, copies cmake.Copies) *Copied {
	if len(copies.Reads) > maxCopied {
		return nil
	}
	install.Format = copiedFormat
	name := recordName(copiedFile, model.Install, record)
	c := &Copied{dir: dir, name: name, install: install, into: copies.Into, made: copies.Makes}
	for _, path := range copies.Reads {
		c.stamps = append(c.stamps, examineCopied(path))
	}
	return c
}

// examineCopied returns the stamp of a file that is copied, or of a copy: a link is copied as one, though it has no target.
func examineCopied(path string) inputs.Stamp {
	s := inputs.Examine(path)
	if target, err := os.Readlink(path); err == nil {
		s.Hash = fsutil.Hash(target)
	}
	return s
}

// ForgetCopied removes the record of an install step from a build tree.
func ForgetCopied(dir string, record model.Step) {
	_ = os.Remove(Path(dir, recordName(copiedFile, model.Install, record)))
}

// Write replaces the record in the build tree by that of a step that has succeeded, with the files that it has
// installed. These and their list have to be there.
func (c *Copied) Write(component string) error {
	written := []string{cmake.InstallManifest(c.dir, component)}
	for _, path := range cmake.Installed(c.dir, component) {
		written = append(written, filepath.Join(c.install.DestDir, path))
	}
	for _, path := range written {
		s := examineCopied(path)
		if s.Size < 0 && s.Hash == "" {
			return fmt.Errorf("record the installed files: %s: %w", path, fs.ErrNotExist)
		}
		c.stamps = append(c.stamps, s)
	}
	for _, path := range c.into {
		s := inputs.Examine(filepath.Join(c.install.DestDir, path))
		s.ModTime, s.Changed, s.Hash = 0, 0, present
		c.stamps = append(c.stamps, s)
	}
	for _, path := range c.made {
		path = filepath.Join(c.install.DestDir, path)
		c.stamps = append(c.stamps, inputs.Stamp{Path: path, Hash: madeHash + mode(path)})
	}
	return writeRecord(c.dir, c.name, c.install, inputs.FormatStamps(c.stamps))
}

// NothingToCopy reports whether an install step would copy nothing, by the record of the last one.
func NothingToCopy(dir string, record model.Step, install Install) bool {
	var was Install
	stamps, ok := readRecord(Path(dir, recordName(copiedFile, model.Install, record)), &was)
	install.Format = copiedFormat
	if !ok || !reflect.DeepEqual(was, install) {
		return false
	}
	same := true
	return inputs.EachStamp(stamps, func(was inputs.Stamp) bool {
		switch now := examineCopied(was.Path); {
		case was.Hash == present:
			same = now.Size >= 0 == (was.Size >= 0)
		case strings.HasPrefix(was.Hash, madeHash):
			same = madeHash+mode(was.Path) == was.Hash
		default:
			same = now == was && (was.Changed != 0 || was.Size < 0)
		}
		return same
	}) && same
}
