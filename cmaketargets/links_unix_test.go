//go:build unix

package cmaketargets_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets"
)

// Where links take the place of our files, their targets stay unchanged. A build tree that was
// copied with cp -al has such hard links everywhere.
func TestNothingIsWrittenThroughLinks(t *testing.T) {
	for name, link := range map[string]func(from, to string) error{"symbolic": os.Symlink, "hard": os.Link} {
		t.Run(name, func(t *testing.T) {
			r := newRepository(t, realCMakes(t)[0], "library")
			steps := []cmaketargets.Step{cmaketargets.StepTest}
			if report, err := r.run(cmaketargets.Config{}, steps...); err != nil {
				t.Fatalf("%v\n%s", err, lines(report))
			}
			mine := filepath.Join(r.root, "thesis.tex")
			r.write("thesis.tex", "mine")
			var ours []string
			for _, dir := range []string{".cmaketargets", ".cmake/api/v1/query"} {
				err := filepath.WalkDir(filepath.Join(r.root, "build", "library", dir), func(path string, d fs.DirEntry, err error) error {
					if err == nil && !d.IsDir() && d.Name() != "lock" {
						ours = append(ours, path)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			state := filepath.Join(r.root, "build", "library", ".cmaketargets")
			ours = append(ours, filepath.Join(state, "build.running"), filepath.Join(r.root, "compile_commands.json"))
			if len(ours) < 8 {
				t.Errorf("only these are ours: %q", ours)
			}
			for _, path := range ours {
				_ = os.Remove(path)
				if err := link(mine, path); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				if report, err := r.run(cmaketargets.Config{LogLimit: 50}, steps...); err != nil {
					t.Errorf("%v\n%s", err, lines(report))
				}
			}
			if got := r.read("thesis.tex"); got != "mine" {
				t.Errorf("it is now %q", got)
			}
		})
	}
}
