package cmaketargets_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/magecmake/magecmake/cmaketargets"
)

// Whatever directories, links and files lie in and around the build root, and whatever their caches say: a tree that is
// provably ours is gone afterwards, and all else is as it was.
func TestCleanProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		base, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		l := &layout{T: t, base: base, root: filepath.Join(base, "repo"), home: filepath.Join(base, "home")}
		l.conf = cmaketargets.Config{Root: l.root, Cache: "off", Jobs: 3, CompileCommands: "off", Output: discard{}}
		l.write("repo/a/CMakeLists.txt", "project(a C)\n")
		l.write("repo/libs/b/CMakeLists.txt", "project(b C)\n")
		l.write("outside/d/file", "mine\n")
		l.write("home/file", "mine\n")
		trees := map[string]string{"repo/build/a": "repo/a", "repo/build/libs/b": "repo/libs/b"}

		places := []string{
			"repo/build", "repo/build/a", "repo/build/libs", "repo/build/libs/b", "repo/build/a/x", "repo/build/a/x/y",
			"repo/build/libs/b/x", "repo/build/a/.cmaketargets", "repo/build/libs/b/.cmaketargets", "repo/build/a/CMakeFiles", "outside/d", "outside/e",
		}
		targets := []string{"@outside", "@outside/d", "@home", "@repo/a", "@repo/libs", "@repo/build/a", "@repo/build/libs/b", "..", "../..", ".", "x", "b", "/", "nowhere"}
		for range rapid.IntRange(0, 14).Draw(r, "things") {
			at := rapid.SampledFrom(places).Draw(r, "at")
			switch rapid.SampledFrom([]string{"dir", "dir", "file", "link", "hardlink"}).Draw(r, "kind") {
			case "dir":
				_ = os.MkdirAll(l.path(at), 0o777)
			case "file":
				at += rapid.SampledFrom([]string{"", "/file", "/.hidden", "/build.ninja"}).Draw(r, "name")
				_ = os.WriteFile(l.path(at), []byte(at), 0o666)
			case "link":
				to := rapid.SampledFrom(targets).Draw(r, "to")
				if in, ok := strings.CutPrefix(to, "@"); ok {
					to = l.path(in)
				}
				_ = os.Symlink(to, l.path(at))
			case "hardlink":
				_ = os.Link(l.path("outside/d/file"), l.path(at+"/linked"))
			}
		}
		for _, tree := range []string{"repo/build/a", "repo/build/libs/b"} {
			cache := l.path(tree + "/CMakeCache.txt")
			source := rapid.SampledFrom([]string{l.path("repo/a"), l.path("repo/libs/b"), l.path(trees[tree]), "", "relative"}).Draw(r, "source")
			place := rapid.SampledFrom([]string{l.path(tree), l.path(tree), l.path("outside")}).Draw(r, "place")
			text := fmt.Sprintf("CMAKE_CACHEFILE_DIR:INTERNAL=%s\nCMAKE_HOME_DIRECTORY:INTERNAL=%s\n", place, source)
			switch rapid.SampledFrom([]string{"none", "file", "file", "file", "link", "dir"}).Draw(r, "cache") {
			case "file":
				_ = os.WriteFile(cache, []byte(text), 0o666)
			case "link":
				l.must(os.WriteFile(l.path("outside/cache"), []byte(text), 0o666))
				_ = os.Symlink(l.path("outside/cache"), cache)
			case "dir":
				_ = os.Mkdir(cache, 0o777)
			}
		}

		provable := map[string]bool{}
		for tree, source := range trees {
			provable[tree] = l.provable(tree, source)
		}
		before := snapshot(t, base)
		t.Setenv("HOME", l.home)
		// A link may have led a cache into a source directory, which is no project then.
		report, err := cmaketargets.New(l.conf).Run(context.Background(), cmaketargets.StepClean)
		if len(report) == 0 && !strings.HasPrefix(err.Error(), "read Config.BuildRoot: ") && !strings.HasPrefix(err.Error(), "find projects in ") {
			r.Fatalf("Run = %v", err)
		}
		var gone []string
		for _, res := range report {
			tree, _ := filepath.Rel(base, res.BuildDir)
			if (res.Status == cmaketargets.StatusOK) != provable[tree] {
				r.Errorf("clean %s: %s, %s; provable: %v", tree, res.Status, res.Reason, provable[tree])
			}
			if provable[tree] {
				gone = append(gone, tree)
			}
		}
		l.compare(r, before, snapshot(t, base), gone)
	})
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// provable says it once more in other words: every directory on the way is one, and the cache is a file that names
// source and place; or there was nothing yet but our notes.
func (l *layout) provable(tree, source string) bool {
	for dir := tree; dir != "repo"; dir = filepath.Dir(dir) {
		if info, err := os.Lstat(l.path(dir)); err != nil || !info.IsDir() {
			return false
		}
	}
	entries, err := os.ReadDir(l.path(tree))
	if err != nil {
		return false
	}
	info, err := os.Lstat(l.path(tree + "/CMakeCache.txt"))
	if err != nil {
		return len(entries) == 0 || len(entries) == 1 && entries[0].Name() == ".cmaketargets"
	}
	if !info.Mode().IsRegular() {
		return false
	}
	text, err := os.ReadFile(l.path(tree + "/CMakeCache.txt"))
	return err == nil && string(text) == fmt.Sprintf("CMAKE_CACHEFILE_DIR:INTERNAL=%s\nCMAKE_HOME_DIRECTORY:INTERNAL=%s\n", l.path(tree), l.path(source))
}

// compare is unchanged, but for the directories between build root and trees, which may go when they are empty.
func (l *layout) compare(r *rapid.T, before, after map[string]string, gone []string) {
	within := func(path string, dirs []string) bool {
		return slices.ContainsFunc(dirs, func(dir string) bool { return path == l.path(dir) || strings.HasPrefix(path, l.path(dir)+"/") })
	}
	var above []string
	for _, tree := range gone {
		for dir := filepath.Dir(tree); dir != "."; dir = filepath.Dir(dir) {
			above = append(above, l.path(dir))
		}
	}
	for path, was := range before {
		is, there := after[path]
		switch {
		case within(path, gone):
			if there {
				r.Errorf("%s is still there", path)
			}
		case slices.Contains(above, path):
			// It may go if nothing is left in it, and not otherwise: then something else would be missing.
		case is != was:
			r.Errorf("%s was\n%s\nis\n%s", path, was, is)
		}
	}
	for path := range after {
		if _, ok := before[path]; !ok {
			r.Errorf("%s is new", path)
		}
	}
}
