package detect

import (
	"errors"
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

func TestTouched(t *testing.T) {
	for name, test := range map[string]struct {
		change func(dir string) error
		want   string
	}{
		"nothing":         {func(string) error { return nil }, ""},
		"below a flat":    {func(dir string) error { return os.WriteFile(dir+"/flat/below/new", nil, 0o644) }, ""},
		"in place":        {func(dir string) error { return os.WriteFile(dir+"/flat/file", []byte("longer"), 0o644) }, ""}, // see touched
		"added":           {func(dir string) error { return os.WriteFile(dir+"/flat/new", nil, 0o644) }, "/flat"},
		"removed below":   {func(dir string) error { return os.Remove(dir + "/tree/below/file") }, "/tree/below"},
		"replaced":        {func(dir string) error { return os.Rename(dir+"/flat/below/file", dir+"/flat/file") }, "/flat"},
		"directory gone":  {func(dir string) error { return os.RemoveAll(dir + "/flat") }, "/flat"},
		"directory there": {func(dir string) error { return os.Mkdir(dir+"/absent", 0o755) }, "/absent"},
		"link elsewhere": {func(dir string) error {
			return errors.Join(os.Remove(dir+"/link"), os.Symlink("elsewhere", dir+"/link"))
		}, "/link"},
		"tool": {func(dir string) error { return os.WriteFile(dir+"/elsewhere/tool", []byte("longer"), 0o755) }, "/elsewhere/tool"},
	} {
		dir, err := filepath.EvalSymlinks(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{"flat/file", "flat/below/file", "tree/below/file", "target/file", "elsewhere/tool"} {
			path := filepath.Join(dir, file)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink("target", dir+"/link"); err != nil {
			t.Fatal(err)
		}
		o := newProber()
		for path, kind := range map[string]string{
			"flat": probeFlat, "tree": probeTree, "link": probeFlat, "absent": probeTree, "elsewhere/tool": probeFile, "nothing": probeThere,
		} {
			o.probe(filepath.Join(dir, path), kind)
		}
		time.Sleep(20 * time.Millisecond) // the clock of the file system is coarser than ours
		if err := test.change(dir); err != nil {
			t.Fatal(err)
		}
		if test.want != "" {
			test.want = dir + test.want
		}
		if got := o.touched(); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
