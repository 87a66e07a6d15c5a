package cmaketargets_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"github.com/magecmake/magecmake/cmaketargets"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
)

// For any directories, links and files in and around the build root, any caches, snapshots and
// answers of git, and any build root and prefix: a build tree that is provably ours is gone
// afterwards, and all else is unchanged.
func TestCleanProperty(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if out, err := exec.Command("git", "init", "-q", "--template=", empty).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	rapid.Check(t, func(r *rapid.T) {
		base, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		l := &layout{T: t, base: base, root: filepath.Join(base, "repo"), home: filepath.Join(base, "home")}
		t.Setenv("HOME", l.home)
		l.write("repo/a/CMakeLists.txt", "project(a C)\n")
		l.write("repo/libs/b/CMakeLists.txt", "project(b C)\n")
		l.write("outside/d/file", "mine\n")
		l.write("home/file", "mine\n")
		trees := l.drawTrees(r)
		l.drawThings(r, trees)
		for _, tree := range trees {
			l.drawNotes(r, tree)
		}
		if rapid.IntRange(0, 3).Draw(r, "git") == 0 {
			l.must(os.CopyFS(l.path("repo/.git"), os.DirFS(filepath.Join(empty, ".git"))))
			l.drawTracked(r, trees)
		}

		for _, tree := range trees {
			l.prove(tree)
		}
		before := snapshot(t, base)
		top, err := filepath.EvalSymlinks(filepath.Join(l.root, l.conf.BuildRoot))
		if err != nil { // there is none
			top = filepath.Join(l.root, l.conf.BuildRoot)
		}
		report, err := cmaketargets.New(l.conf).Run(context.Background(), cmaketargets.StepClean)
		// A link may have led a cache into a source directory, which is no project then.
		if len(report) == 0 && !slices.ContainsFunc([]string{"read Config.BuildRoot: ", "find projects in ", "plan build trees: "}, func(s string) bool { return strings.HasPrefix(err.Error(), s) }) {
			r.Fatalf("Run = %v", err)
		}
		var gone, none []*ownTree
		for _, res := range report {
			i := slices.IndexFunc(trees, func(tree *ownTree) bool { return l.path(tree.dir) == res.BuildDir })
			if i < 0 {
				r.Fatalf("clean %s", res.BuildDir)
			}
			if (res.Status == cmaketargets.StatusOK) != trees[i].proven {
				r.Errorf("clean %s: %s, %s; provable: %v", trees[i].dir, res.Status, res.Reason, trees[i].proven)
			}
			switch {
			case trees[i].proven:
				gone = append(gone, trees[i])
			case res.Status == cmaketargets.StatusUpToDate:
				none = append(none, trees[i])
			}
		}
		l.compare(r, top, before, snapshot(t, base), gone, none)
	})
}

// ownTree is where a project has its build tree.
type ownTree struct {
	dir, source string // in the layout
	real        string // the absolute path of dir, without a link on the way to the build root
	tracked     bool   // git tracks its cache
	proven      bool
	kept        []string        // absolute paths in it that stay, with all that is in them
	whole, part map[string]bool // the entries that stay, and the directories above them, by absolute path
}

// holds reports whether something below a path of the tree stays.
func (t *ownTree) holds(path string) bool {
	for entry, stays := range t.whole {
		if stays && strings.HasPrefix(entry, path+"/") {
			return true
		}
	}
	return false
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// drawTrees draws the workspace, and returns its build trees.
func (l *layout) drawTrees(r *rapid.T) []*ownTree {
	l.conf = cmaketargets.Config{Root: l.root, Store: "off", Jobs: 3, CompileCommands: "off", Output: discard{}}
	l.conf.BuildRoot = rapid.SampledFrom([]string{"build", "build", "out/b", "a/build"}).Draw(r, "build root")
	projects := []string{"a", "libs/b"}
	if rapid.IntRange(0, 3).Draw(r, "a project at the root") == 0 {
		projects, l.conf.Include = []string{"."}, []string{"."}
		l.write("repo/CMakeLists.txt", "project(all C)\n")
	}
	variants := rapid.SampledFrom([][]string{{""}, {""}, {"v"}, {"v", "w"}}).Draw(r, "variants")
	var trees []*ownTree
	for _, v := range variants {
		if v != "" {
			l.conf.Variants = append(l.conf.Variants, cmaketargets.Variant{Name: v})
		}
		for _, p := range projects {
			trees = append(trees, &ownTree{dir: filepath.Join("repo", l.conf.BuildRoot, v, p), source: filepath.Join("repo", p)})
		}
	}
	first := strings.TrimPrefix(trees[0].dir, "repo/")
	l.conf.Prefix = rapid.SampledFrom([]string{"", "", "inst", l.conf.BuildRoot + "/inst", first + "/x", first + "/x", first + "/x/y", first + "/x/y", first}).Draw(r, "prefix")
	return trees
}

// drawThings makes directories, links and files, where they can be made.
func (l *layout) drawThings(r *rapid.T, trees []*ownTree) {
	root := filepath.Join("repo", l.conf.BuildRoot)
	places := []string{root, root + "/_install", root + "/_reports", root + "/inst", "outside/d", "outside/e"}
	targets := []string{"@outside", "@outside/d", "@home", "@repo/a", "@repo/libs", "..", "../..", ".", "x", "b", "nowhere"}
	for _, tree := range trees {
		for _, in := range []string{"", "", "/x", "/x/y", "/.cmaketargets", "/CMakeFiles"} {
			places = append(places, tree.dir+in)
		}
		places, targets = append(places, filepath.Dir(tree.dir)), append(targets, "@"+tree.dir)
	}
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
}

// drawNotes writes a cache and a snapshot of ours, which need not be true.
func (l *layout) drawNotes(r *rapid.T, tree *ownTree) {
	others := []string{l.path(tree.source), l.path(tree.source), l.path(tree.source), l.path("repo/a"), l.path("repo/libs/b")}
	cache := l.path(tree.dir + "/CMakeCache.txt")
	source := rapid.SampledFrom(append(others, "", "relative")).Draw(r, "source")
	place := rapid.SampledFrom([]string{l.path(tree.dir), l.path(tree.dir), l.path(tree.dir), l.path("outside")}).Draw(r, "place")
	text := cacheOf(source, place)
	switch rapid.SampledFrom([]string{"none", "file", "file", "file", "file", "link", "dir"}).Draw(r, "cache") {
	case "file":
		_ = os.MkdirAll(l.path(tree.dir), 0o777)
		_ = os.WriteFile(cache, []byte(text), 0o666)
	case "link":
		l.must(os.WriteFile(l.path("outside/cache"), []byte(text), 0o666))
		_ = os.Symlink(l.path("outside/cache"), cache)
	case "dir":
		_ = os.Mkdir(cache, 0o777)
	}
	state := rapid.SampledFrom([]inputs.State{"", "", inputs.Done, inputs.Removing}).Draw(r, "record")
	if state == "" {
		return
	}
	found := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"x", "file", "linked", "build.ninja", "CMakeFiles", "gone"}), 0, 3, rapid.ID[string]).Draw(r, "found")
	data, err := json.Marshal(inputs.Snapshot{Format: inputs.Format, State: state, Found: found, Source: rapid.SampledFrom(others).Draw(r, "configured"), Build: l.path(tree.dir)})
	l.must(err)
	_ = os.MkdirAll(l.path(tree.dir+"/.cmaketargets"), 0o777)
	if len(found) > 0 && found[0] != "gone" && rapid.Bool().Draw(r, "found it") {
		_ = os.WriteFile(l.path(tree.dir+"/"+found[0]), []byte("mine"), 0o666)
	}
	_ = os.WriteFile(l.path(tree.dir+"/.cmaketargets/configure.snapshot"), append(data, '\n'), 0o666)
}

func cacheOf(source, place string) string {
	return fmt.Sprintf("CMAKE_CACHEFILE_DIR:INTERNAL=%s\nCMAKE_HOME_DIRECTORY:INTERNAL=%s\n", place, source)
}

// drawTracked has git track a file, where it can.
func (l *layout) drawTracked(r *rapid.T, trees []*ownTree) {
	file := rapid.SampledFrom(trees).Draw(r, "tracked in").dir + rapid.SampledFrom([]string{"/file", "/x/y/file", "/CMakeCache.txt", "/../file", "-beside/file"}).Draw(r, "tracked")
	_ = os.MkdirAll(filepath.Dir(l.path(file)), 0o777)
	if !exists(l.path(file)) {
		_ = os.WriteFile(l.path(file), nil, 0o666)
	}
	add := exec.Command("git", "add", "-f", "--", l.path(file))
	add.Dir = l.root
	list := exec.Command("git", "ls-files")
	list.Dir = l.root
	if add.Run() != nil {
		return // it lies beyond a link
	}
	if out, err := list.Output(); err != nil || len(out) == 0 {
		return // it is an empty directory
	}
	for _, tree := range trees {
		switch file := filepath.Clean(file); {
		case file == tree.dir+"/CMakeCache.txt":
			tree.tracked = true // it was committed by mistake
		case strings.HasPrefix(file, tree.dir+"/"):
			tree.dir += "/_self"
		}
	}
}

// prove is a second implementation of the proof: every directory on the way from the build root is
// one, neither source nor home is in it, and the cache is a file that names source and place, or
// there was nothing yet but our state, and git tracks none of it. The entries that stay can be read.
// In a build root that is a link a record lists them.
func (l *layout) prove(tree *ownTree) {
	if tree.tracked {
		return
	}
	root := filepath.Join(l.root, l.conf.BuildRoot)
	top, err := filepath.EvalSymlinks(root)
	if err != nil {
		return
	}
	tree.real = top + strings.TrimPrefix(l.path(tree.dir), root)
	if info, err := os.Stat(top); err != nil || !info.IsDir() {
		return
	}
	for dir := tree.real; dir != top; dir = filepath.Dir(dir) {
		if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
			return
		}
	}
	for _, apart := range []string{l.path(tree.source), l.home} {
		if apart == tree.real || strings.HasPrefix(apart, tree.real+"/") {
			return
		}
	}
	var rec *inputs.Snapshot
	notes := l.path(tree.dir + "/.cmaketargets")
	if info, err := os.Lstat(notes); err == nil && info.IsDir() {
		if info, err = os.Lstat(notes + "/configure.snapshot"); err == nil && info.Mode().IsRegular() {
			rec = inputs.Load(l.path(tree.dir))
		}
	}
	if tree.real == top && top != root && (rec == nil || len(rec.Found) == 0 && rec.State != inputs.Removing) || !l.keep(tree, rec) {
		return
	}
	l.settle(tree)
	ours := rec != nil && rec.Source == l.path(tree.source)
	cache := l.path(tree.dir + "/CMakeCache.txt")
	if info, err := os.Lstat(cache); err == nil {
		text, _ := os.ReadFile(cache)
		named := l.names(string(text), tree)
		unnamed := len(text) == 0 || strings.HasSuffix(string(text), "CMAKE_HOME_DIRECTORY:INTERNAL=\n")
		tree.proven = info.Mode().IsRegular() && (named || unnamed && ours)
		return
	}
	entries, err := os.ReadDir(l.path(tree.dir))
	l.must(err)
	stay := 0
	for _, e := range entries {
		path := tree.real + "/" + e.Name()
		if tree.whole[path] || tree.part[path] {
			stay++
		}
		if !tree.whole[path] && e.Name() != ".cmaketargets" {
			return // not ours
		}
	}
	tree.proven = (rec == nil || ours) && (stay < len(entries) || stay == 0)
}

// names reports whether the text of a cache names the source and the directory of the tree. Another
// build directory may be a link to this one.
func (l *layout) names(text string, tree *ownTree) bool {
	place, _, _ := strings.Cut(strings.TrimPrefix(text, "CMAKE_CACHEFILE_DIR:INTERNAL="), "\n")
	real, err := filepath.EvalSymlinks(place)
	return err == nil && real == tree.real && text == cacheOf(l.path(tree.source), place)
}

// keep finds the entries of a build tree that stay: the prefix, the reports, files that were there
// before, and the targets of links among them. It reports whether all of them can be read.
func (l *layout) keep(tree *ownTree, rec *inputs.Snapshot) bool {
	prefix := l.conf.Prefix
	if prefix == "" {
		prefix = l.conf.BuildRoot + "/_install"
	}
	paths := []string{filepath.Join(l.root, prefix), filepath.Join(l.root, l.conf.BuildRoot, "_reports")}
	if rec != nil {
		for _, name := range rec.Found {
			paths = append(paths, l.path(tree.dir+"/"+name))
		}
	}
	inside := tree.real + "/"
	for _, path := range paths {
		dir, err := filepath.EvalSymlinks(filepath.Dir(path))
		itself := filepath.Join(dir, filepath.Base(path))
		to := ""
		if err == nil {
			to, err = filepath.EvalSymlinks(path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) && strings.HasPrefix(path, l.path(tree.dir)+"/") {
			return false
		}
		for _, kept := range []string{itself, to} {
			if _, err := os.Lstat(kept); err == nil && strings.HasPrefix(kept, inside) {
				tree.kept = append(tree.kept, kept)
			}
		}
	}
	return true
}

// settle records the entries of a build tree that stay.
func (l *layout) settle(tree *ownTree) {
	tree.whole, tree.part = map[string]bool{}, map[string]bool{}
	l.must(filepath.WalkDir(tree.real, func(path string, e fs.DirEntry, err error) error {
		l.must(err)
		info, err := e.Info()
		l.must(err)
		tree.whole[path] = tree.whole[filepath.Dir(path)]
		for _, kept := range tree.kept {
			other, err := os.Lstat(kept)
			l.must(err)
			tree.whole[path] = tree.whole[path] || os.SameFile(info, other) // a file may have several names
			tree.part[path] = tree.part[path] || strings.HasPrefix(kept, path+"/")
		}
		return nil
	}))
}

// compare is unchanged, but for the directories from the build root to the trees that are gone, which may go when they
// are empty, and those below the build root where there are none. top is the build root without links.
func (l *layout) compare(r *rapid.T, top string, before, after map[string]string, gone, none []*ownTree) {
	above := map[string]bool{}
	for _, tree := range gone {
		for dir := filepath.Dir(tree.real); len(dir) > len(l.base); dir = filepath.Dir(dir) {
			above[dir] = true
		}
	}
	root := filepath.Join(l.root, l.conf.BuildRoot)
	linked := func(path string) bool { return top != root && path == top } // the target of a link stays
	stays := !above[top]
	for _, tree := range none {
		for dir := filepath.Dir(tree.real); strings.HasPrefix(dir, top+"/"); dir = filepath.Dir(dir) {
			above[dir], above[top] = true, true
		}
	}
	for path, was := range before {
		is, there := after[path]
		in := slices.IndexFunc(gone, func(tree *ownTree) bool {
			return path == tree.real || strings.HasPrefix(path, tree.real+"/")
		})
		switch {
		case in >= 0 && gone[in].holds(path), above[path] && strings.HasPrefix(top, path+"/"), linked(path), in < 0 && path == top && stays:
			if !there {
				r.Errorf("%s is gone", path)
			}
		case in >= 0 && !gone[in].whole[path]:
			if there {
				r.Errorf("%s is still there", path)
			}
		case above[path]:
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
