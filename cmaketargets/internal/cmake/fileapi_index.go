package cmake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ErrNoReply says that a build tree holds no reply of the file API: it was not
// configured since [WriteQuery], or not to the end.
var ErrNoReply = errors.New("no file API reply")

// maxObject bounds one file of a reply, in bytes. The largest seen, a target
// of 20,000 sources, has about 10 MB.
const maxObject = 256 << 20

// Generator is what a build tree was made for.
type Generator struct {
	Name        string
	Platform    string
	MultiConfig bool
}

// Index is the index of a reply: what CMake wrote and where. Its methods read
// the parts, so that one pays only for what one asks.
type Index struct {
	File      string    // name of the index, in the reply directory
	ModTime   time.Time // of the index: when CMake had generated the tree
	CMake     Version
	Tool      string // path of the cmake that wrote it
	Generator Generator

	dir     string            // the reply directory
	objects map[string]object // by kind
}

// object is a reference to an object of the reply, or why there is none.
type object struct {
	Kind     string    `json:"kind"`
	JSONFile string    `json:"jsonFile"`
	Version  apiNumber `json:"version"`
	Error    string    `json:"error"`
}

// apiNumber is the version of an object.
type apiNumber struct {
	Major int `json:"major"`
	Minor int `json:"minor"`
}

// objectMajor are the versions of the objects that this package can read. A
// new major version is not compatible, says the file API; minor ones are.
var objectMajor = map[string]int{"codemodel": 2, "cmakeFiles": 1, "toolchains": 1}

// ReadIndex reads the current index of a build tree: the one whose name is
// the greatest, which is the file API's rule. It returns [ErrNoReply] when
// there is none, and an error that names the file when it cannot be read. A
// reply that CMake wrote after a failure (error-*.json, since 4.1) does not
// count.
func ReadIndex(buildDir string) (Index, error) {
	dir := apiDir(buildDir, "reply")
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return Index{}, fmt.Errorf("read reply: %w", err)
	}
	name := ""
	for _, entry := range entries {
		n := entry.Name()
		if strings.HasPrefix(n, "index-") && strings.HasSuffix(n, ".json") && n > name {
			name = n
		}
	}
	if name == "" {
		return Index{}, fmt.Errorf("read reply in %s: %w", buildDir, ErrNoReply)
	}
	index := Index{File: name, dir: dir, objects: map[string]object{}}
	return index, index.load()
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
		Reply   map[string]json.RawMessage
	}
	modTime, err := readObject(filepath.Join(x.dir, x.File), &file)
	if err != nil {
		return err
	}
	x.ModTime, x.Tool, x.Generator = modTime, file.CMake.Paths.CMake, file.CMake.Generator
	x.CMake = Version(file.CMake.Version)
	// What other clients asked for comes first, so that what answers our
	// own query replaces it.
	for _, o := range append(file.Objects, ownResponses(file.Reply[client])...) {
		have, known := x.objects[o.Kind]
		if !known || o.Error == "" && (have.Error != "" || have.Version.Major != objectMajor[o.Kind]) {
			x.objects[o.Kind] = o
		}
	}
	return nil
}

// ownResponses returns the answers to our query.json, including what CMake
// could not answer.
func ownResponses(reply json.RawMessage) []object {
	var own struct {
		Query struct {
			Responses []json.RawMessage `json:"responses"`
		} `json:"query.json"`
	}
	if json.Unmarshal(reply, &own) != nil {
		return nil // Absent, or an error in place of the answers.
	}
	var objects []object
	for _, response := range own.Query.Responses {
		var o object
		if json.Unmarshal(response, &o) == nil && o.Kind != "" {
			objects = append(objects, o)
		}
	}
	return objects
}

// has reports whether the reply holds an object of a kind.
func (x Index) has(kind string) bool { return x.objects[kind].JSONFile != "" }

// read decodes the object of a kind.
func (x Index) read(kind string, into any) error {
	o, ok := x.objects[kind]
	path := filepath.Join(x.dir, x.File)
	switch want := objectMajor[kind]; {
	case !ok:
		return fmt.Errorf("read reply %s: no %s in it: %w", path, kind, ErrNoReply)
	case o.Error != "":
		return fmt.Errorf("read reply %s: %s: cmake says: %s", path, kind, o.Error)
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
	_, err := readObject(filepath.Join(x.dir, name), into)
	return err
}

// readObject decodes a JSON file of bounded size and returns its date.
func readObject(path string, into any) (time.Time, error) {
	file, err := os.Open(path)
	if err != nil {
		return time.Time{}, fmt.Errorf("read reply: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return time.Time{}, fmt.Errorf("read reply: %w", err)
	}
	if info.Size() > maxObject {
		return time.Time{}, fmt.Errorf("read reply %s: %d bytes are more than the %d this program reads", path, info.Size(), maxObject)
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(file, data); err != nil {
		return time.Time{}, fmt.Errorf("read reply %s: %w", path, err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return time.Time{}, fmt.Errorf("read reply %s: %w", path, err)
	}
	return info.ModTime(), nil
}
