package plan

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Ninja is asked to pass colours on where the build tree asks its compilers for them, and the
// environment has no other wish.
func TestColourEnv(t *testing.T) {
	for _, test := range []struct {
		flags string
		env   []string
		want  bool
	}{
		{"-fdiagnostics-color=always", nil, true},
		{"-fdiagnostics-color=never", nil, false},
		{"", nil, false},
		{"-fdiagnostics-color=always", []string{"CLICOLOR_FORCE=0"}, false},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "build.ninja"), []byte("  FLAGS = "+test.flags+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		env := (&Action{Tree: &Tree{Dir: dir, Env: test.env}}).ColourEnv(test.env)
		if got := slices.Contains(env, "CLICOLOR_FORCE=1"); got != test.want {
			t.Errorf("%+v: %v", test, env)
		}
	}
}
