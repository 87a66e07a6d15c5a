package cmaketargets

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Ninja passes colours on where the tree asks its compilers for them and the screen shows them, and nowhere else.
func TestBuildColours(t *testing.T) {
	for _, test := range []struct {
		flags    string
		env      []string
		coloured bool
		want     bool
	}{
		{"-fdiagnostics-color=always", nil, true, true},
		{"-fdiagnostics-color=always", nil, false, false},
		{"-fdiagnostics-color=never", nil, true, false},
		{"", nil, true, false},
		{"-fdiagnostics-color=always", []string{"CLICOLOR_FORCE=0"}, true, false},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "build.ninja"), []byte("  FLAGS = "+test.flags+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		env := (&tree{dir: dir, environ: test.env}).buildEnv(test.coloured)
		if got := slices.Contains(env, "CLICOLOR_FORCE=1"); got != test.want {
			t.Errorf("%+v: %v", test, env)
		}
	}
}
