package cmake

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ErrNoReply says that a build tree holds no reply of the file API: it was not
// configured since [WriteQuery], or not to the end.
var ErrNoReply = errors.New("no file API reply")

// Generator is what a build tree was made for.
type Generator struct {
	Name        string
	Platform    string
	MultiConfig bool
}

// Index is the index of a reply: what CMake wrote and where. Its methods read
// the parts, so that one pays only for what one asks.
type Index struct {
	File      string // name of the index, in the reply directory
	Size      int64  // of the index, in bytes
	Failed    bool   // a configure failed since; known from CMake 4.1 on
	CMake     Version
	Tool      string // path of the cmake that wrote it
	Generator Generator

	build   string            // the build tree
	dir     string            // the reply directory
	objects map[string]object // by kind
}

// ReadIndex reads the current index of a build tree: the one whose name is
// the greatest, which is the file API's rule. It returns [ErrNoReply] when
// there is none, and an error that names the file when it cannot be read.
//
// CMake leaves the index as it is when a configure fails, so it tells of the
// last one that succeeded; since 4.1 it says so in a file error-*.json.
func ReadIndex(buildDir string) (Index, error) {
	index, err := FindIndex(buildDir)
	if err != nil {
		return Index{}, err
	}
	index.objects = map[string]object{}
	if err := index.load(); err != nil {
		return Index{}, err
	}
	return index, nil
}

// FindIndex is ReadIndex without reading the index: File, Size and Failed
// are all that is known. Whoever remembers what the index of a name
// said need not read it again, for CMake never writes two of one name.
func FindIndex(buildDir string) (Index, error) {
	dir := apiDir(buildDir, "reply")
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return Index{}, fmt.Errorf("read reply: %w", err)
	}
	stamp, failed := "", ""
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), ".json")
		if s, isIndex := strings.CutPrefix(name, "index-"); ok && isIndex {
			stamp = max(stamp, s)
		} else if s, isError := strings.CutPrefix(name, "error-"); ok && isError {
			failed = max(failed, s)
		}
	}
	if stamp == "" {
		return Index{}, fmt.Errorf("read reply in %s: %w", buildDir, ErrNoReply)
	}
	index := Index{File: "index-" + stamp + ".json", Failed: failed > stamp, build: buildDir, dir: dir}
	info, err := os.Stat(filepath.Join(dir, index.File))
	if err != nil {
		return Index{}, fmt.Errorf("read reply: %w", err)
	}
	index.Size = info.Size()
	return index, nil
}

// load reads the file of the index.
func (x *Index) load() error {
	var file struct {
		CMake struct {
			Version   struct{ Major, Minor, Patch int }
			Paths     struct{ CMake string }
			Generator Generator
		}
		Objects []object
	}
	if err := readObject(filepath.Join(x.dir, x.File), &file); err != nil {
		return err
	}
	x.Tool, x.Generator = file.CMake.Paths.CMake, file.CMake.Generator
	x.CMake = Version(file.CMake.Version)
	// All that any client asked for is listed, so a tree that was configured
	// with the query of an editor serves as well. Of two versions, ours.
	for _, o := range file.Objects {
		if have, known := x.objects[o.Kind]; !known || have.Version.Major != objectMajor[o.Kind] {
			x.objects[o.Kind] = o
		}
	}
	return nil
}
