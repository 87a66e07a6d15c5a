//go:build linux

package chaos_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHalfway makes states that a kill leaves at moments which random ones seldom hit.
func TestHalfway(t *testing.T) {
	const tree, state = "build/a/", "build/a/.cmaketargets/"
	say := func(r *repository, from, to string) {
		text := r.read(state + "configure.snapshot")
		if !strings.Contains(text, from) {
			r.t.Fatalf("the record does not say %s:\n%s", from, text)
		}
		r.write(state+"configure.snapshot", strings.Replace(text, from, to, 1))
	}
	for _, test := range []struct {
		name  string
		leave func(*repository) // from the tree after a build
		why   string            // it is configured again
		stays bool              // Clean refuses it, for it is not provably ours
	}{
		{name: "the tree's directory", why: "never configured", leave: func(r *repository) {
			r.remove(tree)
			r.mkdir(tree)
		}},
		{name: "the state's directory", why: "never configured", leave: func(r *repository) {
			r.remove(tree)
			r.mkdir(state)
		}},
		{name: "a record that is not in its place", why: "never configured", leave: func(r *repository) {
			record := r.read(state + "configure.snapshot")
			r.remove(tree)
			r.write(state+".configure.snapshot.new", record[:len(record)/2])
		}},
		{name: "files half written", why: "up to date", leave: func(r *repository) {
			r.write(state+".durations.26BXLYUFUREDX3NEBINZMXB275", "build")
			r.write(state+".configure.snapshot.new", "{")
			r.write(state+"lock", "\n"+`{"pid":1}`)
		}},
		{name: "configured files, no cache", why: didNotFinish, leave: func(r *repository) {
			say(r, `"State":"done"`, `"State":"running","First":true`)
			r.remove(tree + "CMakeCache.txt")
			r.write(tree+"config.h", "")
		}},
		{name: "somebody's files, no cache", why: didNotFinish, stays: true, leave: func(r *repository) {
			say(r, `"State":"done"`, `"State":"running","First":true`)
			r.write(state+"configure.snapshot", strings.Replace(r.read(state+"configure.snapshot"), `"Made":true,`, "", 1))
			r.remove(tree + "CMakeCache.txt")
			r.write(tree+"mine.txt", "")
		}},
		{name: "half a cache", why: didNotFinish, leave: func(r *repository) {
			say(r, `"State":"done"`, `"State":"running"`)
			r.write(tree+"CMakeCache.txt", "# This is the CMakeCache file.\n")
		}},
		{name: "a Clean that began", why: "the last clean did not finish", leave: func(r *repository) {
			say(r, `"State":"done"`, `"State":"removing"`)
			r.remove(tree + "build.ninja")
		}},
		{name: "a Clean that was almost over", why: "the last clean did not finish", leave: func(r *repository) {
			record := r.read(state + "configure.snapshot")
			r.remove(tree)
			r.write(state+"configure.snapshot", strings.Replace(record, `"State":"done"`, `"State":"removing"`, 1))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, commandDir, map[string]string{"a/CMakeLists.txt": head + "project(a NONE)\n"})
			r.run("build")
			want := take(t, filepath.Join(r.root, "build"))
			test.leave(r)
			for _, res := range configured(r.run("build")) {
				if res.Reason != test.why {
					t.Errorf("configured again because of %q, want %q", res.Reason, test.why)
				}
			}
			got := take(t, filepath.Join(r.root, "build"))
			delete(got, "a/config.h")
			delete(got, "a/mine.txt")
			if len(got) != len(want) {
				t.Errorf("built again: %v, want %v", got, want)
			}
			test.leave(r)
			if test.stays {
				p := r.start("clean")
				if err := p.Wait(); err == nil || !strings.Contains(p.output.String(), "refuse to remove build/a: ") {
					t.Errorf("clean: %v\n%s", err, &p.output)
				}
			} else if r.run("clean"); len(take(t, filepath.Join(r.root, "build"))) > 0 {
				t.Errorf("clean leaves %v", take(t, filepath.Join(r.root, "build")))
			}
		})
	}
}

func (r *repository) read(path string) string {
	r.t.Helper()
	data, err := os.ReadFile(filepath.Join(r.root, filepath.FromSlash(path)))
	must(r.t, err)
	return string(data)
}

func (r *repository) remove(path string) {
	r.t.Helper()
	must(r.t, os.RemoveAll(filepath.Join(r.root, filepath.FromSlash(path))))
}

func (r *repository) mkdir(path string) {
	r.t.Helper()
	must(r.t, os.MkdirAll(filepath.Join(r.root, filepath.FromSlash(path)), 0o777))
}
