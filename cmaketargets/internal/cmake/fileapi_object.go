package cmake

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// maxObject bounds one file of a reply, in bytes. The largest seen, a target
// of 20,000 sources, has about 10 MB.
const maxObject = 256 << 20

// object is a reference to an object of the reply.
type object struct {
	Kind     string    `json:"kind"`
	JSONFile string    `json:"jsonFile"`
	Version  apiNumber `json:"version"`
}

// apiNumber is the version of an object.
type apiNumber struct {
	Major int `json:"major"`
	Minor int `json:"minor"`
}

// objectMajor are the versions of the objects that this package can read. A
// new major version is not compatible, says the file API; minor ones are.
var objectMajor = map[string]int{"codemodel": 2, "cmakeFiles": 1}

// read decodes the object of a kind.
func (x Index) read(kind string, into any) error {
	o, ok := x.objects[kind]
	path := filepath.Join(x.dir, x.File)
	switch want := objectMajor[kind]; {
	case !ok:
		return fmt.Errorf("read reply %s: no %s in it: %w", path, kind, ErrNoReply)
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

// readObject decodes a JSON file of bounded size. Errors have the path in them.
func readObject(path string, into any) error {
	data, _, err := fsutil.Read(path, maxObject)
	if err != nil {
		return fmt.Errorf("read reply: %w", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read reply %w", jsonError(path, data, err))
	}
	return nil
}
