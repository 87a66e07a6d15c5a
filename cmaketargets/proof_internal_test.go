package cmaketargets

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/remove"
)

// What git could not say, because the run was over, is asked again and not taken for "nothing is tracked".
func TestTrackedIsAskedAgain(t *testing.T) {
	root := t.TempDir()
	build := filepath.Join(root, "build")
	if err := os.Mkdir(build, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(build, "a.c"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "build/a.c"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args, err, out)
		}
	}
	dir, err := remove.Open(build)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = dir.Close() }()
	tr := &tree{ground: &ground{settings: &settings{Config: Config{Root: root, BuildRoot: build}}, env: os.Environ()}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if file, err := tr.tracked(ctx, dir); !errors.Is(err, context.Canceled) {
		t.Errorf("tracked after the end = %q, %v", file, err)
	}
	if file, err := tr.tracked(t.Context(), dir); file != "build/a.c" || err != nil {
		t.Errorf("tracked = %q, %v", file, err)
	}
}
