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
		cache    string
		env      []string
		coloured bool
		want     bool
	}{
		{"CMAKE_COLOR_DIAGNOSTICS:BOOL=ON\n", nil, true, true},
		{"CMAKE_COLOR_DIAGNOSTICS:BOOL=ON\n", nil, false, false},
		{"CMAKE_COLOR_DIAGNOSTICS:BOOL=OFF\n", nil, true, false},
		{"", nil, true, false},
		{"CMAKE_COLOR_DIAGNOSTICS:BOOL=ON\n", []string{"CLICOLOR_FORCE=0"}, true, false},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "CMakeCache.txt"), []byte(test.cache), 0o666); err != nil {
			t.Fatal(err)
		}
		env := (&tree{dir: dir, environ: test.env}).buildEnv(test.coloured)
		if got := slices.Contains(env, "CLICOLOR_FORCE=1"); got != test.want {
			t.Errorf("%+v: %v", test, env)
		}
	}
}
