package detect

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// format changes whenever the meaning of an entry does.
const format = "3"

// The files of an entry. Those below treeDir belong at the same place below CMakeFiles/<version>.
const (
	manifestFile = "manifest.json"
	compilerFile = "compiler.cmake"
	restoreFile  = "restore.cmake"
	treeDir      = "tree"
)

// manifest describes an entry. It is written last.
type manifest struct {
	Language string            `json:"language"`
	Key      string            `json:"key"`
	Probes   []probe           `json:"probes"`
	Files    map[string]string `json:"files"` // hashes by slash-separated path
	Dirs     []string          `json:"dirs"`  // directories below CMakeFiles, slash-separated
}

// file is a file's content and permissions.
type file struct {
	data []byte
	mode fs.FileMode
}

// writeEntry writes an entry as a whole or not at all. If it exists already, another process has
// stored the same, and that one stays.
func writeEntry(dir string, files map[string]file) error {
	parent := filepath.Dir(dir)
	err := os.MkdirAll(parent, 0o755)
	var temporary string
	if err == nil {
		temporary, err = os.MkdirTemp(parent, temporaryPrefix)
		defer func() { _ = os.RemoveAll(temporary) }() // else Trim removes it
	}
	for path, f := range files {
		if err == nil {
			err = writeFile(filepath.Join(temporary, filepath.FromSlash(path)), f)
		}
	}
	if err == nil {
		err = os.Rename(temporary, dir)
	}
	if err != nil && !fsutil.Exists(dir) {
		return fmt.Errorf("store detection: %w", err)
	}
	return nil
}

// writeFile writes a file and makes the directories above it.
func writeFile(path string, f file) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, f.data, f.mode)
}

// readEntry returns the manifest of the entry in dir if all its files match it.
func readEntry(dir string) (*manifest, error) {
	text, _, err := fsutil.Read(filepath.Join(dir, manifestFile), maxFile)
	if err != nil {
		return nil, err
	}
	m := &manifest{}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, fmt.Errorf("read %s: %w", manifestFile, err)
	}
	if m.Language != answers && (m.Files[compilerFile] == "" || m.Files[restoreFile] == "" || !shared(m.Language)) {
		return nil, fmt.Errorf("read %s: not a detection", manifestFile)
	}
	for _, path := range slices.Concat(m.Dirs, slices.Collect(maps.Keys(m.Files))) {
		if !filepath.IsLocal(filepath.FromSlash(path)) {
			return nil, fmt.Errorf("read %s: %s is outside", manifestFile, path)
		}
	}
	for path, want := range m.Files {
		data, _, err := fsutil.Read(filepath.Join(dir, filepath.FromSlash(path)), maxFile)
		if err != nil {
			return nil, err
		}
		if fsutil.Hash(data) != want {
			return nil, fmt.Errorf("read %s: it has changed", path)
		}
	}
	return m, nil
}

// shared reports whether detections of a language, or of the system, are stored.
func shared(language string) bool {
	return language == system || slices.Contains(languages, language)
}
