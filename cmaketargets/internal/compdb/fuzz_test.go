package compdb_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/magecmake/magecmake/cmaketargets/internal/compdb"
)

// FuzzUpdate checks that a database merged from any source can be read, is recognised as ours, and
// is not written twice.
func FuzzUpdate(f *testing.F) {
	f.Add(`[{"directory":"/b","command":"cc -c a.c","file":"a.c","output":"a.o"}]`, "")
	f.Add(`[{"directory":"b","arguments":["cc","a\u0000\ud800.c"],"file":"/a.c"},{"directory":"/b","command":"\n]\n","file":"a.c"}]`, "[\n{\"file\":\"a\"}\n]\n")
	f.Add("[{\"directory\":\"/b\",\"command\":\"cc \xff\",\"file\":\"a.c\"},{}, 3, null]", "[]")
	f.Add(`{"file":"a.c"}`, "[\n")
	f.Fuzz(func(t *testing.T, text, there string) {
		root := t.TempDir()
		source := compdb.Source{Path: filepath.Join(root, "tree.json"), Owner: root}
		file := compdb.File{Path: filepath.Join(root, "merged.json"), State: filepath.Join(root, "build", ".state", "merged")}
		if err := os.WriteFile(source.Path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if there != "" {
			if err := os.WriteFile(file.Path, []byte(there), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		out, err := file.Update([]compdb.Source{source})
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(file.Path)
		if out.Foreign != "" || out.Entries == 0 {
			if err == nil && string(data) != there {
				t.Errorf("%+v, and %q has become %q", out, there, data)
			}
			return
		}
		var entries []map[string]any
		if err != nil || !utf8.Valid(data) || json.Unmarshal(data, &entries) != nil || len(entries) != out.Entries {
			t.Fatalf("%+v: %v in %q", out, err, data)
		}
		if err := os.RemoveAll(filepath.Dir(file.State)); err != nil {
			t.Fatal(err)
		}
		if out, err := file.Update([]compdb.Source{source}); err != nil || out.Done != "" || out.Foreign != "" {
			t.Errorf("again: %+v, %v", out, err)
		}
	})
}
