//go:build linux

package differential_test

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// setting sets or unsets a variable.
func (w *workspace) setenv(name, value string) {
	if value == "" {
		delete(w.env, name)
	} else {
		w.env[name] = value
	}
}

// variables returns a kind of edits that set variables to other values, or unset them.
func variables(kindName string, of func(*workspace, *slot) []setting, and func(*workspace, setting)) kind {
	return kind{kindName, func(w *workspace, s *slot, note func(string, func())) {
		for _, v := range of(w, s) {
			if w.env[v.name] == v.value {
				continue
			}
			name := "export " + v.name + "=" + strings.ReplaceAll(v.value, compilers, "COMPILERS") // to be replayed
			if v.value == "" {
				name = "unset " + v.name
			}
			note(name, func() {
				w.setenv(v.name, v.value)
				if and != nil {
					and(w, v)
				}
			})
		}
	}}
}

// strangers are variables that no shape reads.
var strangers = []setting{
	{"VIRTUAL_ENV", "/opt/venv"},
	{"CONDA_PREFIX", "/opt/conda"},
	{"DIRENV_DIR", "-/x"},
	{"LESSFLAGS", "x"},
	{"RUSTFLAGS", "-O"},
	{"CGO_CFLAGS", "-O"},
	{"LD_LIBRARY_PATH", "/opt/x/lib"},
	{"CMAKE_COLOR_DIAGNOSTICS", "ON"},
	{"CPATH", "/opt/x/include"},
	{"CMAKE_BUILD_PARALLEL_LEVEL", "1"},
	{"CMAKE_TLS_VERIFY", "1"},
	{"CMAKE_LANGUAGE_NOTHING", "1"},
	{"CMAKE_EXPORT_COMPILE_COMMANDS", "ON"},
	{"PKG_CONFIG_PATH", "/opt/x/lib/pkgconfig"},
	{"MAKEFLAGS", "-s"},
	{"EDITOR", "vi"},
	{"Other_ROOT", "/opt/other"},
}

var environmentKinds = []kind{
	variables("export", func(w *workspace, s *slot) (list []setting) {
		for _, v := range s.vars {
			if v.value != "" {
				if path, ok := strings.CutPrefix(v.value, "@"); ok {
					v.value = "@" + s.at(path)
				}
				list = append(list, v)
				continue
			}
			list = append(list, setting{v.name, "a"}, setting{v.name, "b"}, setting{v.name, "bad"})
		}
		return list
	}, nil),
	variables("unset", func(w *workspace, s *slot) (list []setting) {
		for _, v := range s.vars {
			if w.env[v.name] != "" {
				list = append(list, setting{v.name, ""})
			}
		}
		return list
	}, nil),
	variables("export what nobody reads", func(*workspace, *slot) []setting { return strangers }, nil),
	variables("unset what nobody reads", func(w *workspace, s *slot) (list []setting) {
		for _, v := range strangers {
			if w.env[v.name] != "" {
				list = append(list, setting{v.name, ""})
			}
		}
		return list
	}, nil),
	variables("flags", func(w *workspace, s *slot) []setting {
		return []setting{{"CFLAGS", "-DFLAG=1"}, {"CFLAGS", "-DFLAG=2"}, {"CFLAGS", ""}, {"LDFLAGS", "-Wl,-O1"}, {"LDFLAGS", ""}, {"CXXFLAGS", "-DFLAG"}, {"CXXFLAGS", ""}}
	}, func(w *workspace, v setting) { w.renew(v.name != "CXXFLAGS") }),
	variables("compiler", func(w *workspace, s *slot) []setting {
		return []setting{{"CC", filepath.Join(compilers, "others", "cc")}, {"CC", filepath.Join(compilers, "cc")}, {"CC", ""}}
	}, func(w *workspace, v setting) { w.renew(true) }),
	variables("build type", func(w *workspace, s *slot) []setting {
		return []setting{{"CMAKE_BUILD_TYPE", "Release"}, {"CMAKE_BUILD_TYPE", ""}}
	}, nil),
	variables("generator", func(w *workspace, s *slot) []setting {
		return []setting{{"CMAKE_GENERATOR", "Unix Makefiles"}, {"CMAKE_GENERATOR", "Ninja"}, {"CMAKE_GENERATOR", ""}}
	}, nil),
}

// renew has CMake by hand begin with new build trees for projects with a compiler: it reads some
// variables only then.
func (w *workspace) renew(c bool) {
	for _, s := range w.slots {
		toolchain := slices.ContainsFunc(w.variants, func(v model.Variant) bool { return v.Toolchain != "" })
		s.fresh = s.fresh || c && s.language == "C" && (!toolchain || c)
	}
}
