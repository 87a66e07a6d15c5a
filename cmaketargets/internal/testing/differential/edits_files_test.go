//go:build linux

package differential_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

var regexpOutput = regexp.MustCompile(` -o (\S+)`)

// isSource reports whether a file is compiled.
func isSource(file string) bool {
	return slices.Contains([]string{".c", ".h", ".in"}, filepath.Ext(file))
}

// isCMake reports whether a file is read as code or settings of CMake.
func isCMake(file string) bool {
	return filepath.Base(file) == "CMakeLists.txt" || slices.Contains([]string{".cmake", ".json"}, filepath.Ext(file))
}

// there returns the files of a slot that are there, and match.
func (s *slot) there(match func(string) bool) (list []string) {
	for _, file := range s.paths() {
		if s.version[file] > 0 && match(file) {
			list = append(list, file)
		}
	}
	return list
}

func other(match func(string) bool) func(string) bool {
	return func(file string) bool { return !match(file) }
}

func any2(string) bool { return true }

// alter calls note for each file that matches and has versions.
func alter(verb string, match func(string) bool, do func(*workspace, *slot, string)) kind {
	return kind{verb, func(w *workspace, s *slot, note func(string, func())) {
		for _, file := range s.there(match) {
			if s.versioned(file) {
				note(verb+" "+s.at(file), func() {
					w.changed(s, file)
					do(w, s, file)
				})
			}
		}
	}}
}

// touching is alter for changes of times.
func touching(verb string, match func(string) bool, do func(*workspace, *slot, string)) kind {
	return kind{verb, func(w *workspace, s *slot, note func(string, func())) {
		for _, file := range s.there(match) {
			note(verb+" "+s.at(file), func() {
				w.touched = w.touched || isSource(file)
				do(w, s, file)
			})
		}
	}}
}

// changed notes the consequences of another text.
func (w *workspace) changed(s *slot, file string) {
	w.touched = w.touched || isSource(file)
}

func next(w *workspace, s *slot, file string) { w.put(s, file, s.version[file]+1) }

var fileKinds = []kind{
	{"nothing", func(w *workspace, s *slot, note func(string, func())) { note("nothing", func() {}) }},
	alter("change", isSource, next),
	alter("change", isCMake, next),
	alter("change", func(f string) bool { return !isSource(f) && !isCMake(f) }, next),
	alter("change back", any2, func(w *workspace, s *slot, file string) { w.put(s, file, max(1, s.version[file]-1)) }),
	// The same size and time, as after cp -p.
	alter("change unseen", other(isSource), func(w *workspace, s *slot, file string) {
		s.version[file]++
		path := s.at(file)
		w.writeAt(path, s.text(file, s.version[file]), w.modTime(path))
	}),
	// Another file in its place, as editors do it.
	alter("replace", any2, func(w *workspace, s *slot, file string) {
		s.version[file]++
		path := s.at(file)
		at := w.tick()
		w.writeAt(path+"~", s.text(file, s.version[file]), at)
		w.each(func(root string) error { return os.Rename(filepath.Join(root, path+"~"), filepath.Join(root, path)) })
	}),
	// An older text with its old time, as from an archive or by git stash.
	alter("change and age", other(isSource), func(w *workspace, s *slot, file string) {
		s.version[file]++
		w.writeAt(s.at(file), s.text(file, s.version[file]), w.modTime(s.at(file)).Add(-time.Hour))
	}),
	touching("touch", isSource, func(w *workspace, s *slot, file string) { w.touch(s.at(file), w.tick()) }),
	touching("touch", other(isSource), func(w *workspace, s *slot, file string) { w.touch(s.at(file), w.tick()) }),
	touching("age", any2, func(w *workspace, s *slot, file string) {
		w.touch(s.at(file), w.modTime(s.at(file)).Add(-48*time.Hour))
	}),
	// Ninja and Make would configure again and again if CMake's own inputs were from the future.
	touching("touch in the future", func(f string) bool { return filepath.Ext(f) == ".c" }, func(w *workspace, s *slot, file string) {
		w.touch(s.at(file), time.Now().Add(time.Hour))
	}),
	{"touch all", func(w *workspace, s *slot, note func(string, func())) {
		note("touch all in "+s.dir, func() {
			w.touched = true
			for _, file := range s.there(any2) {
				w.touch(s.at(file), w.tick())
			}
		})
	}},
	{"remove", func(w *workspace, s *slot, note func(string, func())) {
		for _, file := range s.there(any2) {
			// Without COLCON_IGNORE a directory is a project of its own, and by hand only one is built.
			keep := []string{"CMakePresets.json", "COLCON_IGNORE"}
			if file != filepath.Join(s.app, "CMakeLists.txt") && !slices.Contains(keep, filepath.Base(file)) && !slices.Contains(s.shape.fresh, file) {
				note("remove "+s.at(file), func() {
					w.changed(s, file)
					w.remove(s, file)
				})
			}
		}
	}},
	{"create", func(w *workspace, s *slot, note func(string, func())) {
		for _, file := range s.paths() {
			if s.version[file] == 0 {
				note("create "+s.at(file), func() {
					w.changed(s, file)
					w.put(s, file, 1)
				})
			}
		}
	}},
	{"create with an old time", func(w *workspace, s *slot, note func(string, func())) {
		for _, file := range s.paths() {
			if s.version[file] == 0 {
				note("create with an old time "+s.at(file), func() {
					w.changed(s, file)
					s.version[file] = 1
					w.writeAt(s.at(file), s.text(file, 1), time.Now().Add(-72*time.Hour))
				})
			}
		}
	}},
	// Nothing of the project's looks at it.
	{"create a stray file", func(w *workspace, s *slot, note func(string, func())) {
		if stray := filepath.Join(s.app, "stray.orig"); !exists(filepath.Join(w.roots[ours], s.at(stray))) {
			note("create "+s.at(stray), func() { w.write(s.at(stray), "stray\n") })
		} else {
			note("remove "+s.at(stray), func() { w.removeAll(s.at(stray)) })
		}
	}},
	{"break", func(w *workspace, s *slot, note func(string, func())) {
		list := filepath.Join(s.app, "CMakeLists.txt")
		note("break "+s.at(list), func() { w.write(s.at(list), s.text(list, 1)+"message(FATAL_ERROR broken)\n") })
	}},
	{"mend", func(w *workspace, s *slot, note func(string, func())) {
		list := filepath.Join(s.app, "CMakeLists.txt")
		note("write "+s.at(list), func() { w.put(s, list, s.version[list]) })
	}},
	{"point a link elsewhere", func(w *workspace, s *slot, note func(string, func())) {
		for _, l := range s.links {
			note("point "+s.at(l.name)+" at a copy", func() {
				to := filepath.Join(filepath.Dir(s.at(l.name)), l.value)
				w.each(func(root string) error {
					_ = os.RemoveAll(filepath.Join(root, to+"-copy"))
					info, err := os.Stat(filepath.Join(root, to))
					if err != nil || info.IsDir() {
						return os.CopyFS(filepath.Join(root, to+"-copy"), os.DirFS(filepath.Join(root, to)))
					}
					data, err := os.ReadFile(filepath.Join(root, to))
					if err != nil {
						return err
					}
					return os.WriteFile(filepath.Join(root, to+"-copy"), append(data, "copy\n"...), 0o666)
				})
				w.link(s, l.name, l.value+"-copy")
			})
		}
	}},
}
