package detect

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// FuzzReadEntry writes arbitrary data into the store. Every file of an accepted entry must lie in it
// and match its manifest.
func FuzzReadEntry(f *testing.F) {
	add := func(m manifest, compiler, restore string) {
		text, err := json.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, []byte(compiler), []byte(restore))
	}
	files := map[string]string{compilerFile: fsutil.Hash("c"), restoreFile: fsutil.Hash("r")}
	add(manifest{Language: "C", Key: "k", Files: files, Probes: []probe{{"/bin/sh", probeFile, "x"}}, Dirs: []string{"3.25/a"}}, "c", "r")
	add(manifest{Language: "C", Files: map[string]string{compilerFile: fsutil.Hash("c"), restoreFile: fsutil.Hash("r"), "../x": ""}}, "c", "r")
	add(manifest{Language: "C", Files: files, Dirs: []string{"../../x"}}, "c", "other")
	add(manifest{Language: "Klingon", Files: files}, "c", "r")
	f.Add([]byte("{"), []byte{}, []byte{})
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text, compiler, restore []byte) {
		content := map[string][]byte{manifestFile: text, compilerFile: compiler, restoreFile: restore}
		for name, data := range content {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		m, err := readEntry(dir)
		if err != nil {
			return
		}
		for path, want := range m.Files {
			data, known := content[filepath.Clean(filepath.FromSlash(path))]
			if !known || fsutil.Hash(data) != want {
				t.Errorf("accepted %s of %+v", path, m)
			}
		}
		if m.Files[compilerFile] != fsutil.Hash(compiler) || bytes.Equal(text, nil) {
			t.Errorf("accepted %+v", m)
		}
		for _, d := range m.Dirs {
			if !filepath.IsLocal(filepath.FromSlash(d)) {
				t.Errorf("would make %s", d)
			}
		}
		newProber().unchanged(m.Probes)
	})
}
