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
