package detect_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
)

func TestTrimByUse(t *testing.T) {
	cmake, dir := cmakes(t)[0], t.TempDir()
	once(t, cmake, dir, "CFLAGS=-DONE")
	manifests := func() []string {
		found, _ := filepath.Glob(filepath.Join(dir, "*", "*", "manifest.json"))
		return found
	}
	old := time.Now().Add(-24 * time.Hour)
	first := manifests()
	unused := func() {
		for _, file := range first {
			if err := os.Chtimes(file, old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	unused()
	once(t, cmake, dir, "CFLAGS=-DONE")
	for _, file := range first {
		if info, err := os.Stat(file); err != nil || time.Since(info.ModTime()) > time.Hour {
			t.Errorf("the use of %s was not noted: %v", file, err)
		}
	}
	unused()
	once(t, cmake, dir, "CFLAGS=-DTWO")
	second := slices.DeleteFunc(manifests(), func(f string) bool { return slices.Contains(first, f) })
	if len(first) != 2 || len(second) != 2 {
		t.Fatalf("entries: %q, then %q", first, second)
	}
	var size int64
	for _, file := range second {
		err := filepath.Walk(filepath.Dir(file), func(_ string, info os.FileInfo, err error) error {
			if err == nil && info.Mode().IsRegular() {
				size += info.Size()
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		bound int64
		want  []string
	}{{0, slices.Concat(first, second)}, {1 << 30, slices.Concat(first, second)}, {size, second}, {1, nil}} {
		if err := detect.Open(dir, step.bound).Trim(); err != nil {
			t.Fatal(err)
		}
		got := manifests()
		slices.Sort(step.want)
		if !slices.Equal(got, step.want) {
			t.Errorf("bound %d leaves %q, want %q", step.bound, got, step.want)
		}
	}
}

// The directory may have other content.
func TestTrimOfSharedDirectory(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	cmakeDir, entry := strings.Repeat("0123", 4), strings.Repeat("0123", 16)+"-"+strings.Repeat("4567", 4)
	foreign := []string{
		"pip/tmp-wheels/a.whl", "webapp/" + entry + "/manifest.json", cmakeDir + "/webapp/manifest.json", "tmp-notes/a", "manifest.json",
		cmakeDir + "/note", strings.ToUpper("abcd0123abcd0123") + "/tmp-a/b",
	}
	ours := []string{cmakeDir + "/tmp-1/entry/file", cmakeDir + "/" + entry + "/manifest.json"}
	old := time.Now().Add(-24 * time.Hour)
	for _, name := range slices.Concat(foreign, ours) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte("{}"), 0o666)); err != nil {
			t.Fatal(err)
		}
		for ; path != dir; path = filepath.Dir(path) {
			if err := os.Chtimes(path, old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	atWork := cmakeDir + "/tmp-2" // of a run that has just begun
	if err := errors.Join(os.Mkdir(filepath.Join(dir, atWork), 0o777), os.Symlink(elsewhere, filepath.Join(dir, cmakeDir, "tmp-link"))); err != nil {
		t.Fatal(err)
	}
	if err := detect.Open(dir, 1).Trim(); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(foreign, cmakeDir+"/tmp-link", atWork) {
		if _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			t.Error(err)
		}
	}
	for _, name := range ours {
		if _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name))); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
}
