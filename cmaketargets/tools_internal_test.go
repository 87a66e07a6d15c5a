package cmaketargets

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

// A script, or a program that goes by another name, can start another cmake today than it did yesterday.
func TestSteady(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"cmake", "\x7fELF", true},
		{"cmake3.exe", "MZ", true},
		{"cmake", "#!/bin/sh\n", false},
		{"asdf", "\x7fELF", false},
		{"cmake", "", false},
	} {
		path := filepath.Join(dir, test.name)
		if err := os.WriteFile(path, []byte(test.text), 0o777); err != nil {
			t.Fatal(err)
		}
		if got := steady(cmake.Tool{Path: path, Real: path}); got != test.want {
			t.Errorf("%s of %q: %v", test.name, test.text, got)
		}
	}
}
