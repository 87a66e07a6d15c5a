package cmake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// client is our name in the file API, see cmake-file-api(7).
const client = "client-cmaketargets"

// query asks for what this package reads. CMake answers what it does not know
// with an error in the reply, not by failing.
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

// WriteQuery asks the next configure of the build tree for a reply, creating
// the tree where it is missing. A query that is already there is left as it
// is, date and all.
func WriteQuery(buildDir string) error {
	dir := apiDir(buildDir, "query", client)
	path := filepath.Join(dir, "query.json")
	if old, _, err := fsutil.Read(path, maxObject); err == nil && bytes.Equal(old, []byte(query)) {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write query: %w", err)
	}
	// Not by a temporary file: what a killed write leaves is written anew before
	// any CMake of ours reads it, and CMake takes every file here for a query.
	// But never through a link, or into a file that has another name, too.
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("write query: %w", err)
	}
	if err := os.WriteFile(path, []byte(query), 0o644); err != nil {
		return fmt.Errorf("write query: %w", err)
	}
	return nil
}

// RemoveDamaged removes the files of a build tree's reply that are not whole,
// as a power failure leaves them. CMake names each after its content, and does
// not write again what is there (cmFileAPI::WriteJsonFile), so they would stay.
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
