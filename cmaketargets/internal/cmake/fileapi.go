package cmake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// client is our name in the file API, see cmake-file-api(7).
const client = "client-cmaketargets"

// query requests the objects that this package reads. CMake answers a request that it does not
// support with an error in the reply, and does not fail.
const query = `{
	"requests": [
		{"kind": "codemodel", "version": 2},
		{"kind": "cmakeFiles", "version": 1}
	]
}
`

// apiDir returns a directory of the file API in a build tree.
func apiDir(buildDir string, elem ...string) string {
	return filepath.Join(append([]string{buildDir, ".cmake", "api", "v1"}, elem...)...)
}

// WriteQuery requests a reply from the next configure of the build tree, which it creates when it
// is missing. The same query is not written again and keeps its date.
func WriteQuery(buildDir string) error {
	dir := apiDir(buildDir, "query", client)
	path := filepath.Join(dir, "query.json")
	if old, _, err := fsutil.Read(path, maxObject); err == nil && bytes.Equal(old, []byte(query)) {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write query: %w", err)
	}
	// Without a temporary file: CMake takes every file here for a query, and after a kill the query
	// is written again before a CMake of ours reads it. The old file goes first, as it may be a
	// link or have another name.
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("write query: %w", err)
	}
	if err := os.WriteFile(path, []byte(query), 0o644); err != nil {
		return fmt.Errorf("write query: %w", err)
	}
	return nil
}

// RemoveDamaged removes files of a build tree's reply that are incomplete, as after a power
// failure. CMake names each after its content and does not write one that exists
// (cmFileAPI::WriteJsonFile), so they would stay.
func RemoveDamaged(buildDir string) error {
	dir := apiDir(buildDir, "reply")
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read reply: %w", err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxObject || filepath.Ext(entry.Name()) != ".json" {
			continue
		}
		path := filepath.Join(dir, entry.Name())
		if data, err := os.ReadFile(path); err == nil && json.Valid(data) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("remove damaged reply: %w", err)
		}
	}
	return nil
}

// errNoReply is the cause when a build tree holds no reply of the file API: it was not configured
// since [WriteQuery], or that failed.
var errNoReply = errors.New("no file API reply")

// Generator is the generator of a build tree.
type Generator struct {
	Name        string
	MultiConfig bool
}

// Index is the index of a reply. Its methods read the objects, one file or more each.
type Index struct {
	File      string // name of the index, in the reply directory
	Size      int64  // of the index, in bytes
	Time      int64  // of the last change to the reply directory, in nanoseconds since 1970
	Failed    bool   // a configure failed since; from CMake 4.1 on
	Generator Generator

	build   string            // the build tree
	dir     string            // the reply directory
	objects map[string]object // by kind
}

// object is a reference to an object of the reply.
type object struct {
	Kind     string
	JSONFile string
	Version  objectVersion
}

type objectVersion struct{ Major, Minor int }

// objectMajor are the versions of the objects that this package can read. Only another major
// version is incompatible; see cmake-file-api(7).
var objectMajor = map[string]int{"codemodel": 2, "cmakeFiles": 1}

// ReadIndex reads the current index of a build tree: the one with the greatest name, which is the
// rule of the file API.
//
// CMake keeps the index when a configure fails, so it describes the last one that succeeded. Since
// 4.1 it adds a file error-*.json then.
func ReadIndex(buildDir string) (Index, error) {
	x, err := FindIndex(buildDir, Index{})
	if err != nil {
		return Index{}, err
	}
	var file struct {
		CMake struct {
			Generator Generator
		}
		Objects []object
	}
	if err := readObject(filepath.Join(x.dir, x.File), &file); err != nil {
		return Index{}, err
	}
	x.Generator, x.objects = file.CMake.Generator, map[string]object{}
	// The index lists the objects of all clients. Of two versions of a kind, ours counts.
	for _, o := range file.Objects {
		if have, ok := x.objects[o.Kind]; !ok || have.Version.Major != objectMajor[o.Kind] {
			x.objects[o.Kind] = o
		}
	}
	return x, nil
}

// FindIndex returns the current index without reading it: Generator is not set. CMake never writes two
// of one name, so a caller that remembers a name need not read it again.
//
// last has File and Time of an earlier answer, or is zero. The directory is not listed if it has
// not changed since.
func FindIndex(buildDir string, last Index) (Index, error) {
	x := Index{File: last.File, build: buildDir, dir: apiDir(buildDir, "reply")}
	info, err := os.Stat(x.dir)
	if err == nil {
		x.Time = info.ModTime().UnixNano()
	}
	// A whole second may come from a clock of that resolution, which a run of CMake can repeat.
	if last.File != "" && x.Time == last.Time && x.Time%int64(time.Second) != 0 {
		return x.sized()
	}
	entries, err := os.ReadDir(x.dir)
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
		return Index{}, fmt.Errorf("read reply in %s: %w", buildDir, errNoReply)
	}
	x.File, x.Failed = "index-"+stamp+".json", failed > stamp
	return x.sized()
}

// sized returns x with the size of its file.
func (x Index) sized() (Index, error) {
	info, err := os.Stat(filepath.Join(x.dir, x.File))
	if err != nil {
		return Index{}, fmt.Errorf("read reply: %w", err)
	}
	x.Size = info.Size()
	return x, nil
}

// read decodes the object of a kind.
func (x Index) read(kind string, into any) error {
	o, ok := x.objects[kind]
	path := filepath.Join(x.dir, x.File)
	switch want := objectMajor[kind]; {
	case !ok:
		return fmt.Errorf("read reply %s: no %s in it: %w", path, kind, errNoReply)
	case o.Version.Major != want:
		return fmt.Errorf("read reply %s: %s has version %d, this program reads version %d",
			path, kind, o.Version.Major, want)
	}
	return x.readFile(o.JSONFile, into)
}

// readFile decodes a file of the reply directory.
func (x Index) readFile(name string, into any) error {
	if name == "" || name != filepath.Base(name) {
		return fmt.Errorf("read reply %s: %q is not a file beside it", filepath.Join(x.dir, x.File), name)
	}
	return readObject(filepath.Join(x.dir, name), into)
}
