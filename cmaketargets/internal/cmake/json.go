package cmake

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// maxObject bounds one file of a reply, in bytes. The largest seen, a target of 20,000 sources, has
// about 10 MB.
const maxObject = 256 << 20

// readObject decodes a file of a reply. Errors name the path.
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

// jsonKinds are the names of types in JSON.
var jsonKinds = map[reflect.Kind]string{
	reflect.Bool: "true or false", reflect.String: "a string", reflect.Slice: "an array", reflect.Int: "a whole number",
}

// jsonError returns a decoder's error with the file, line and column in front, both from 1, the
// column in bytes. For a wrong type it names the expected one.
func jsonError(path string, data []byte, err error) error {
	offset := int64(0)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset - 1 // Offset counts the offending byte.
	case errors.As(err, &kind):
		offset = kind.Offset - 1
		err = fmt.Errorf("%s must be %s, not %s",
			cmp.Or(kind.Field, "the file"), cmp.Or(jsonKinds[kind.Type.Kind()], "an object"), kind.Value)
	}
	return fmt.Errorf("%s: %w", position(path, data, offset), err)
}

// position returns the place of a byte in a file, "file:line:column".
func position(path string, data []byte, offset int64) string {
	before := data[:max(0, min(offset, int64(len(data))))]
	return fmt.Sprintf("%s:%d:%d", path, bytes.Count(before, []byte("\n"))+1, len(before)-bytes.LastIndexByte(before, '\n'))
}

// absolute returns a path that CMake wrote, with slashes and perhaps relative to base, in the form
// of this system.
func absolute(base, path string) string {
	return fsutil.Absolute(filepath.FromSlash(path), filepath.FromSlash(base))
}
