package detect

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A listing changes with the files of a directory and the names of the directories in it, a deep one with the files in these, too.
// Of any of these changes the time is known afterwards.
func TestListing(t *testing.T) {
	for name, test := range map[string]struct {
		change     func(dir string) error
		flat, deep bool
	}{
		"nothing":         {func(string) error { return nil }, false, false},
		"file":            {func(dir string) error { return os.WriteFile(dir+"/file", []byte("2"), 0o644) }, true, true},
		"mode":            {func(dir string) error { return os.Chmod(dir+"/file", 0o600) }, true, true},
		"removed":         {func(dir string) error { return os.Remove(dir + "/file") }, true, true},
		"new directory":   {func(dir string) error { return os.Mkdir(dir+"/new", 0o755) }, true, true},
		"file below":      {func(dir string) error { return os.WriteFile(dir+"/below/file", []byte("2"), 0o644) }, false, true},
		"removed below":   {func(dir string) error { return os.Remove(dir + "/below/file") }, false, true},
		"file by a link":  {func(dir string) error { return os.WriteFile(dir+"/../other/file", []byte("2"), 0o644) }, false, true},
		"other directory": {func(dir string) error { return os.RemoveAll(dir + "/below") }, true, true},
	} {
		for kind, want := range map[string]bool{probeFlat: test.flat, probeTree: test.deep} {
			dir := filepath.Join(t.TempDir(), "dir")
			for _, d := range []string{dir + "/below", dir + "/../other"} {
				if err := os.MkdirAll(d, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			for _, file := range []string{"/file", "/below/file", "/../other/file"} {
				if err := os.WriteFile(dir+file, []byte("1"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Symlink("../other", dir+"/link"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * tick)
			began := time.Now()
			was := newProber().probe(dir, kind)
			if err := test.change(dir); err != nil {
				t.Fatal(err)
			}
			if got := newProber().probe(dir, kind) != was; got != want {
				t.Errorf("%s, %s: changed is %v, want %v", name, kind, got, want)
			}
			if _, ok := probes(map[string]string{dir: kind}, began, newProber()); ok == want {
				t.Errorf("%s, %s: probes are valid: %v", name, kind, ok)
			}
		}
	}
}
