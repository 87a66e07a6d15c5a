//go:build linux

package differential_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// treesOf returns the build trees of a slot that are in both copies.
func (w *workspace) treesOf(s *slot) (list []string) {
	if list, known := w.trees[s]; known {
		return list
	}
	_ = filepath.WalkDir(filepath.Join(w.roots[ours], "build"), func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case d.Name() == "CMakeFiles":
			return filepath.SkipDir
		case d.Name() != "CMakeCache.txt":
			return nil
		}
		rel, err := filepath.Rel(w.roots[ours], filepath.Dir(path))
		must(w.t, err)
		home := cached(filepath.Dir(path), "CMAKE_HOME_DIRECTORY")
		if home == filepath.Join(w.roots[ours], s.project()) && exists(filepath.Join(w.roots[hand], rel, "CMakeCache.txt")) {
			list = append(list, rel)
		}
		return nil
	})
	w.trees[s] = list
	return list
}

// inTrees returns a kind of edits that a person makes in the build trees of a slot.
func inTrees(name string, do func(w *workspace, s *slot, tree string)) kind {
	return kind{name, func(w *workspace, s *slot, note func(string, func())) {
		trees := w.treesOf(s)
		if len(trees) == 0 {
			return
		}
		note(name+" in "+strings.Join(trees, " "), func() {
			for _, tree := range trees {
				do(w, s, tree)
			}
		})
	}}
}

// both runs cmake in both copies. @ begins a path in the workspace.
func (w *workspace) both(args ...string) {
	w.t.Helper()
	for side := range w.roots {
		resolved := slices.Clone(args)
		for i, arg := range args {
			resolved[i] = w.resolve(side, arg)
		}
		w.command(side, w.environ(side), "cmake", resolved...)
	}
}

var handKinds = []kind{
	{"cmake -D", func(w *workspace, s *slot, note func(string, func())) {
		for _, o := range s.options {
			note("cmake -D"+o.name+"="+o.value+" in "+s.dir, func() {
				s.byHand[o.name] = o.value
				for _, tree := range w.treesOf(s) {
					w.both("-D"+o.name+"="+o.value, "@"+tree)
				}
			})
		}
	}},
	inTrees("cmake -DUNDECLARED=1", func(w *workspace, s *slot, tree string) {
		s.byHand["UNDECLARED"] = "1"
		w.both("-DUNDECLARED=1", "@"+tree)
	}),
	{"cmake -U", func(w *workspace, s *slot, note func(string, func())) {
		for _, o := range s.options {
			if s.byHand[o.name] != "" {
				note("cmake -U"+o.name+" in "+s.dir, func() {
					delete(s.byHand, o.name)
					for _, tree := range w.treesOf(s) {
						w.both("-U"+o.name, "@"+tree)
					}
				})
			}
		}
	}},
	// As an IDE or ccmake does, without a run of CMake.
	{"edit the cache", func(w *workspace, s *slot, note func(string, func())) {
		trees := w.treesOf(s)
		for _, o := range s.options {
			if len(trees) == 0 || cached(filepath.Join(w.roots[ours], trees[0]), o.name) == "" {
				continue
			}
			note("edit "+o.name+"="+o.value+" in the cache of "+s.dir, func() {
				s.byHand[o.name] = o.value
				line := regexp.MustCompile(`(?m)^(` + o.name + `:\w+=).*$`)
				for _, tree := range trees {
					w.each(func(root string) error {
						file := filepath.Join(root, tree, "CMakeCache.txt")
						data, err := os.ReadFile(file)
						if err != nil {
							return err
						}
						return os.WriteFile(file, line.ReplaceAll(data, []byte("${1}"+o.value)), 0o666)
					})
				}
			})
		}
	}},
	inTrees("cmake", func(w *workspace, s *slot, tree string) { w.both("@" + tree) }),
	inTrees("cmake --build", func(w *workspace, s *slot, tree string) {
		w.both("--build", "@"+tree)
		w.built = w.objects()
	}),
	inTrees("cmake --build --target clean", func(w *workspace, s *slot, tree string) { w.both("--build", "@"+tree, "--target", "clean") }),
	inTrees("remove the build tree", func(w *workspace, s *slot, tree string) {
		w.removeAll(tree)
		clear(s.byHand)
	}),
	inTrees("remove the cache", func(w *workspace, s *slot, tree string) {
		w.removeAll(filepath.Join(tree, "CMakeCache.txt"))
		clear(s.byHand)
	}),
	inTrees("remove what was generated", func(w *workspace, s *slot, tree string) {
		for _, name := range []string{"build.ninja", "Makefile", "cmake_install.cmake"} {
			w.removeAll(filepath.Join(tree, name))
		}
	}),
	inTrees("remove artifacts", func(w *workspace, s *slot, tree string) {
		for _, name := range []string{"made.txt", s.name, "said.txt", "config.out"} {
			w.removeAll(filepath.Join(tree, name))
		}
	}),
	{"remove what was installed", func(w *workspace, s *slot, note func(string, func())) {
		if exists(filepath.Join(w.roots[ours], "build", "_install")) {
			note("remove build/_install", func() { w.removeAll("build/_install") })
		}
	}},
}
