//go:build linux

package differential_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

var toolKinds = []kind{
	{"install a package", func(w *workspace, s *slot, note func(string, func())) {
		for _, p := range s.packages {
			for version := 1; version <= 2; version++ {
				note(fmt.Sprintf("install %s 1.%d in %s", p.name, version, s.at(p.value)), func() { w.install(s, p, version) })
			}
		}
	}},
	{"remove a package", func(w *workspace, s *slot, note func(string, func())) {
		for _, p := range s.packages {
			if w.isInstalled(s, p) {
				note("remove "+p.name+" in "+s.at(p.value), func() { w.removeAll(s.at(p.value)) })
			}
		}
	}},
	{"install a tool", func(w *workspace, s *slot, note func(string, func())) {
		for _, tool := range s.tools {
			for version := 1; version <= 2; version++ {
				note(fmt.Sprintf("install %s %d", tool, version), func() {
					w.tick()
					must(w.t, os.WriteFile(w.tool(tool), fmt.Appendf(nil, "#!/bin/sh\necho %s %d\n", tool, version), 0o777))
				})
			}
		}
	}},
	{"remove a tool", func(w *workspace, s *slot, note func(string, func())) {
		for _, tool := range s.tools {
			if exists(w.tool(tool)) {
				note("remove "+tool, func() { must(w.t, os.Remove(w.tool(tool))) })
			}
		}
	}},
	{"upgrade cmake", func(w *workspace, s *slot, note func(string, func())) {
		for i := range w.cmakes {
			if i != w.cmake {
				note(fmt.Sprint("use cmake ", i), func() { w.cmake = i })
			}
		}
	}},
	// A ninja that goes away again, as with a virtual environment.
	{"another ninja", func(w *workspace, s *slot, note func(string, func())) {
		venv := filepath.Join(w.base, "venv")
		if exists(filepath.Join(venv, "ninja")) {
			note("remove the venv", func() {
				must(w.t, os.Remove(filepath.Join(venv, "ninja")))
				w.extra = nil
			})
			return
		}
		note("enter a venv with ninja", func() {
			must(w.t, os.Symlink(w.ninja(), filepath.Join(venv, "ninja")))
			w.extra = []string{venv}
		})
	}},
	{"a directory in PATH", func(w *workspace, s *slot, note func(string, func())) {
		if slices.Contains(w.extra, "/opt/x/bin") {
			note("leave /opt/x/bin", func() { w.extra = slices.DeleteFunc(w.extra, func(d string) bool { return d == "/opt/x/bin" }) })
		} else {
			note("enter /opt/x/bin", func() { w.extra = append(w.extra, "/opt/x/bin") })
		}
	}},
}

// tool returns the path of a program in PATH.
func (w *workspace) tool(name string) string { return filepath.Join(w.base, "tools", name) }

// ninja returns the path of the ninja in PATH.
func (w *workspace) ninja() string {
	for _, dir := range append([]string{w.cmakes[w.cmake]}, filepath.SplitList(os.Getenv("PATH"))...) {
		if exists(filepath.Join(dir, "ninja")) {
			return filepath.Join(dir, "ninja")
		}
	}
	w.t.Fatalf("no ninja in PATH")
	return ""
}

// magefileKinds change the settings of a magefile with one variant or more.
var magefileKinds = []kind{
	{"define", func(w *workspace, s *slot, note func(string, func())) {
		if len(w.variants) == 0 {
			return
		}
		for _, d := range []setting{{"ADDED", "1"}, {"ADDED", "2"}, {"ADDED", ""}, {"NUMBER", "5"}} {
			if w.variants[0].Defines[d.name] == d.value {
				continue
			}
			note("define "+d.name+"="+d.value, func() {
				v := &w.variants[0]
				// The maps of a shape are those of all its workspaces.
				defines := map[string]string{}
				for name, value := range v.Defines {
					defines[name] = value
				}
				defines[d.name] = d.value
				if d.value == "" {
					delete(defines, d.name)
				}
				v.Defines = defines
			})
		}
	}},
	{"environment of a variant", func(w *workspace, s *slot, note func(string, func())) {
		if len(w.variants) == 0 {
			return
		}
		for _, value := range []string{"a", "b"} {
			if len(s.variantEnv) > 0 && w.variants[0].Env["BOARD"] != value {
				note("BOARD="+value+" in the variant", func() { w.variants[0].Env = map[string]string{"BOARD": value} })
			}
		}
	}},
	{"build type of a variant", func(w *workspace, s *slot, note func(string, func())) {
		if len(w.variants) == 0 || w.variants[0].Preset != "" {
			return
		}
		for _, value := range []string{"Debug", "Release"} {
			if w.variants[0].BuildType != value {
				note("build type "+value, func() { w.variants[0].BuildType = value })
			}
		}
	}},
}
