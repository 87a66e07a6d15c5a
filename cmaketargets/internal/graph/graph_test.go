package graph_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/magecmake/magecmake/cmaketargets/internal/graph"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// workspace writes files, and returns the projects that "name/CMakeLists.txt" make.
func workspace(t *testing.T, files string) (root string, projects []model.Project) {
	t.Helper()
	root = t.TempDir()
	for _, f := range txtar.Parse([]byte(files)).Files {
		path := filepath.Join(root, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
		if dir, name := filepath.Split(f.Name); name == "CMakeLists.txt" && strings.Count(f.Name, "/") == 1 {
			p := filepath.Clean(dir)
			projects = append(projects, model.Project{Path: p, Dir: filepath.Join(root, p), Name: p})
		}
	}
	slices.SortFunc(projects, func(a, b model.Project) int { return strings.Compare(a.Path, b.Path) })
	return root, projects
}

// edges returns "a -> b: find_package(b) a/CMakeLists.txt:2, b/CMakeLists.txt:2", with a "?" after
// the arrow of optional ones.
func edges(t *testing.T, g *graph.Graph, root string) []string {
	t.Helper()
	show := func(path string) string {
		rel, err := filepath.Rel(root, path)
		if err != nil {
			t.Fatal(err)
		}
		return filepath.ToSlash(rel)
	}
	var list []string
	for _, e := range g.Edges {
		arrow := "->"
		if e.Optional {
			arrow = "->?"
		}
		list = append(list, strings.TrimSuffix(fmt.Sprintf("%s %s %s: %s, %s", e.From, arrow, e.To, e.Need.String(show), e.Answer.String(show)), ", "))
	}
	return list
}

// lib is a project that installs the configuration file of the package "lib".
const lib = "\n-- lib/CMakeLists.txt --\nproject(lib NONE)\ninstall(FILES libConfig.cmake DESTINATION lib/cmake/lib)\n"

func TestFind(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ app, rest, want string }{
		"required":     {"find_package(lib 1.2 REQUIRED)", lib, "app -> lib: find_package(lib) at app/CMakeLists.txt:1, install(libConfig.cmake) at lib/CMakeLists.txt:2"},
		"not required": {"find_package(lib QUIET)", lib, "app ->? lib: find_package(lib) at app/CMakeLists.txt:1, install(libConfig.cmake) at lib/CMakeLists.txt:2"},
		"condition":    {"if(WITH_LIB)\nfind_package(lib REQUIRED)\nendif()", lib, "app ->? lib: find_package(lib) at app/CMakeLists.txt:2, install(libConfig.cmake) at lib/CMakeLists.txt:2"},
		"else":         {"if(A)\nelse()\nfind_package(lib REQUIRED)\nendif()", lib, "app ->? lib: find_package(lib) at app/CMakeLists.txt:3, install(libConfig.cmake) at lib/CMakeLists.txt:2"},
		"known to hold": {
			"if(NOT FALSE)\nfind_package(lib REQUIRED)\nelse()\nfind_package(no REQUIRED)\nendif()", lib + "-- no/CMakeLists.txt --\nexport(PACKAGE no)",
			"app -> lib: find_package(lib) at app/CMakeLists.txt:2, install(libConfig.cmake) at lib/CMakeLists.txt:2",
		},
		"at the top": {"project(app)\nif(CMAKE_SOURCE_DIR STREQUAL PROJECT_SOURCE_DIR)\nfind_package(lib REQUIRED)\nendif()", lib, "app -> lib: find_package(lib) at app/CMakeLists.txt:3, install(libConfig.cmake) at lib/CMakeLists.txt:2"},
		"never":      {"if(0)\nif(A)\nendif()\nfind_package(lib REQUIRED)\nendif()", lib, ""},
		"unknown":    {"find_package(other REQUIRED)", lib, ""},
		"its own":    {"add_subdirectory(sub)\nfind_package(lib REQUIRED)\n-- app/sub/CMakeLists.txt --\ninstall(EXPORT libTargets FILE libConfig.cmake DESTINATION x)", lib, ""},
		"loop":       {"set(deps lib)\nlist(APPEND deps other)\nforeach(d IN LISTS deps)\nfind_package(${d} REQUIRED)\nendforeach()", lib, "app -> lib: find_package(lib) at app/CMakeLists.txt:4, install(libConfig.cmake) at lib/CMakeLists.txt:2"},
		"variable that names itself": {
			"set(code [[${code} ${x}]])\nset(x ${code})\nset(y [[${z}]])\nset(z [[${y}]])\ninstall(CODE ${y})\nfind_package(lib REQUIRED)", lib,
			"app -> lib: find_package(lib) at app/CMakeLists.txt:6, install(libConfig.cmake) at lib/CMakeLists.txt:2",
		},
		"function": {"function(use name)\nfind_package(${name} ${ARGN})\nfind_package(no REQUIRED)\nendfunction()\nuse(lib REQUIRED)", lib, "app ->? lib: find_package(lib) at app/CMakeLists.txt:2, install(libConfig.cmake) at lib/CMakeLists.txt:2"},
		"names":    {"find_package(x REQUIRED NAMES y lib CONFIGS z)", lib, "app -> lib: find_package(x) at app/CMakeLists.txt:1, install(libConfig.cmake) at lib/CMakeLists.txt:2"},
		"included": {
			"include(cmake/deps.cmake)\nlist(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR}/cmake)\ninclude(more)\n-- app/cmake/deps.cmake --\n" +
				"find_package(lib REQUIRED)\n-- app/cmake/more.cmake --\nfind_package(lib2 REQUIRED)", lib + "-- lib2/CMakeLists.txt --\nexport(PACKAGE lib2)",
			"app -> lib: find_package(lib) at app/cmake/deps.cmake:1, install(libConfig.cmake) at lib/CMakeLists.txt:2\n" +
				"app -> lib2: find_package(lib2) at app/cmake/more.cmake:1, export(lib2) at lib2/CMakeLists.txt:1",
		},
		"own find module": {
			"set(CMAKE_MODULE_PATH ${CMAKE_SOURCE_DIR}/m)\nfind_package(x REQUIRED)\n-- app/m/Findx.cmake --\nfind_package(lib REQUIRED)", lib,
			"app -> lib: find_package(lib) at app/m/Findx.cmake:1, install(libConfig.cmake) at lib/CMakeLists.txt:2",
		},
		"pkg-config": {
			"pkg_check_modules(M REQUIRED IMPORTED_TARGET m>=1.0)", "\n-- lib/CMakeLists.txt --\ninstall(FILES ${CMAKE_CURRENT_BINARY_DIR}/m.pc DESTINATION lib/pkgconfig)",
			"app -> lib: pkg_check_modules(m) at app/CMakeLists.txt:1, install(m.pc) at lib/CMakeLists.txt:1",
		},
		"lower case": {
			"find_package(Lib REQUIRED)", "\n-- lib/CMakeLists.txt --\nproject(Lib NONE)\nstring(TOLOWER ${PROJECT_NAME} name)\nconfigure_package_config_file(c.in ${name}-config.cmake INSTALL_DESTINATION x)",
			"app -> lib: find_package(Lib) at app/CMakeLists.txt:1, configure_package_config_file(lib-config.cmake) at lib/CMakeLists.txt:3",
		},
		"project name": {
			"find_package(lib REQUIRED)", "\n-- lib/CMakeLists.txt --\nproject(lib NONE)\ninstall(EXPORT t FILE ${PROJECT_NAME}Config.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake)",
			"app -> lib: find_package(lib) at app/CMakeLists.txt:1, install(libConfig.cmake) at lib/CMakeLists.txt:2",
		},
		"name not known": {
			"find_package(Lib REQUIRED)", "\n-- lib/CMakeLists.txt --\nproject(lib NONE)\ninstall(EXPORT t FILE ${EXPORT_AS}Config.cmake DESTINATION x)",
			"app -> lib: find_package(Lib) at app/CMakeLists.txt:1, install(${EXPORT_AS}Config.cmake) at lib/CMakeLists.txt:2",
		},
		"directory": {
			"find_package(x REQUIRED)", "\n-- lib/CMakeLists.txt --\ninstall(DIRECTORY cmake/ DESTINATION x)\n-- lib/cmake/Findx.cmake --\n",
			"app -> lib: find_package(x) at app/CMakeLists.txt:1, install(Findx.cmake) at lib/CMakeLists.txt:1",
		},
		"nearest": {"find_package(lib REQUIRED)", lib + "-- alib/CMakeLists.txt --\nexport(PACKAGE lib)", "app -> alib: find_package(lib) at app/CMakeLists.txt:1, export(lib) at alib/CMakeLists.txt:1"},
		"of the package's own": {
			"find_package(lib REQUIRED)", "\n-- lib/CMakeLists.txt --\ninstall(FILES libConfig.cmake DESTINATION x)\n-- lib/libConfig.cmake --\nfind_dependency(base)\n" +
				"-- base/CMakeLists.txt --\nexport(PACKAGE base)",
			"app -> base: find_dependency(base) at lib/libConfig.cmake:1, export(base) at base/CMakeLists.txt:1\n" +
				"app -> lib: find_package(lib) at app/CMakeLists.txt:1, install(libConfig.cmake) at lib/CMakeLists.txt:1",
		},
		"package.xml": {
			"\n-- app/package.xml --\n<package>\n<name>app</name>\n<depend>lib</depend>\n<exec_depend>no</exec_depend><test_depend>no</test_depend></package>",
			"\n-- lib/CMakeLists.txt --\n-- lib/package.xml --\n<package><name>lib</name></package>\n-- no/CMakeLists.txt --\n-- no/package.xml --\n<package><name>no</name></package>",
			"app -> lib: <depend>lib at app/package.xml:3, <name>lib at lib/package.xml:1\napp ->? no: <test_depend>no at app/package.xml:4, <name>no at no/package.xml:1",
		},
		"package.xml in another encoding, with an export first": {
			"\n-- app/package.xml --\n<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<package><name>app</name><author>Jos\xe9</author><export><build_type>cmake</build_type></export><depend>lib</depend></package>",
			"\n-- lib/CMakeLists.txt --\n-- lib/package.xml --\n<package><name>lib</name></package>",
			"app -> lib: <depend>lib at app/package.xml:2, <name>lib at lib/package.xml:1",
		},
		"package.xml of what a need runs": {
			"\n-- app/package.xml --\n<package><name>app</name><build_depend>generator</build_depend></package>",
			"\n-- generator/CMakeLists.txt --\n-- generator/package.xml --\n<package><name>generator</name><exec_depend>parser</exec_depend></package>" +
				"\n-- parser/CMakeLists.txt --\n-- parser/package.xml --\n<package><name>parser</name><run_depend>text</run_depend></package>" +
				"\n-- text/CMakeLists.txt --\n-- text/package.xml --\n<package><name>text</name></package>",
			"app -> generator: <build_depend>generator at app/package.xml:1, <name>generator at generator/package.xml:1\n" +
				"app ->? parser: <exec_depend>parser at generator/package.xml:1, <name>parser at parser/package.xml:1\n" +
				"app ->? text: <run_depend>text at parser/package.xml:1, <name>text at text/package.xml:1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, projects := workspace(t, "-- app/CMakeLists.txt --\n"+test.app+"\n"+test.rest)
			g, err := graph.Find(projects, graph.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(edges(t, g, root), "\n"); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// Of several projects that provide a package, build trees and Config.Needs decide before the code.
func TestSeveralProviders(t *testing.T) {
	t.Parallel()
	doubt := "package lib is provided by alib and lib; app takes that of alib, the nearest or first; Config.Needs names another one: map[string][]string{\"app\": {\"lib\"}}"
	for name, test := range map[string]struct {
		o    graph.Options
		to   string
		note string
	}{
		"first":              {graph.Options{}, "alib", doubt},
		"build tree has it":  {graph.Options{Provides: map[string][]string{"lib": {"libConfig.cmake"}}}, "lib", strings.NewReplacer("takes that of alib", "takes that of lib", `{"lib"}`, `{"alib"}`).Replace(doubt)},
		"build tree has not": {graph.Options{Provides: map[string][]string{"alib": {"alib.pc"}}}, "lib", ""},
		"asked for":          {graph.Options{Needs: map[string][]string{"app": {"lib"}}}, "lib", ""},
		"cut":                {graph.Options{Needs: map[string][]string{"app": {"!alib"}}}, "lib", ""},
		"all cut":            {graph.Options{Needs: map[string][]string{"app": {"!*lib"}}}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, projects := workspace(t, "-- app/CMakeLists.txt --\nfind_package(lib REQUIRED)"+lib+"-- alib/CMakeLists.txt --\nexport(PACKAGE lib)\n")
			g, err := graph.Find(projects, test.o)
			if err != nil {
				t.Fatal(err)
			}
			to := ""
			for _, e := range g.Needs("app") {
				to += e.To
			}
			if note := strings.Join(g.Notes, "; "); to != test.to || note != test.note {
				t.Errorf("needs %s, notes %s", to, note)
			}
		})
	}
}

// A build tree shows packages that the code does not, and the users of these need it.
func TestShownByBuildTree(t *testing.T) {
	t.Parallel()
	_, projects := workspace(t, "-- app/CMakeLists.txt --\nfind_package(Lib REQUIRED)\n-- x/CMakeLists.txt --\n")
	g, err := graph.Find(projects, graph.Options{Provides: map[string][]string{"x": {"lib-config.cmake"}}})
	if err != nil {
		t.Fatal(err)
	}
	same := func(path string) string { return path }
	if got := fmt.Sprint(g.Needs("app")); len(g.Edges) != 1 || !strings.HasSuffix(g.Edges[0].String(same), ", answered by lib-config.cmake of its build tree") {
		t.Error(got)
	}
}

const circle = `
-- a/CMakeLists.txt --
find_package(b REQUIRED)
export(PACKAGE a)
-- b/CMakeLists.txt --
find_package(c REQUIRED)
export(PACKAGE b)
-- c/CMakeLists.txt --
find_package(a %s)
export(PACKAGE c)
-- d/CMakeLists.txt --
`

func TestOrder(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		required string
		needs    map[string][]string
		want     string
	}{
		"optional": {"", nil, "c b a d; c does not wait for a, which needs it: find_package(a) is optional"},
		"required": {"REQUIRED", nil, `order projects: they need each other in a circle
a needs b: find_package(b) at a/CMakeLists.txt:1, answered by export(b) at b/CMakeLists.txt:2
b needs c: find_package(c) at b/CMakeLists.txt:1, answered by export(c) at c/CMakeLists.txt:2
c needs a: find_package(a) at c/CMakeLists.txt:1, answered by export(a) at a/CMakeLists.txt:2
cut one of these with Config.Needs: map[string][]string{"a": {"!b"}}`},
		"cut":      {"REQUIRED", map[string][]string{"a": {"!b"}}, "a c b d"},
		"added":    {"", map[string][]string{"[ac]": {"d"}}, "d c b a; c does not wait for a, which needs it: find_package(a) is optional"},
		"no user":  {"", map[string][]string{"x": {"d"}}, `read Config.Needs: "x" matches no project`},
		"no other": {"", map[string][]string{"a": {"!x"}}, `read Config.Needs: "!x" of "a" matches no project`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, projects := workspace(t, fmt.Sprintf(circle, test.required))
			got := ""
			g, err := graph.Find(projects, graph.Options{Needs: test.needs})
			if err == nil {
				var order []model.Project
				order, err = g.Order(projects, func(model.Edge) bool { return false })
				var paths []string
				for _, p := range order {
					paths = append(paths, p.Path)
				}
				got = strings.Join(append([]string{strings.Join(paths, " ")}, g.Notes...), "; ")
			}
			if circle := (*graph.CycleError)(nil); errors.As(err, &circle) {
				got = strings.Join(circle.Lines(func(path string) string { return strings.TrimPrefix(path, root+"/") }), "\n")
			} else if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}
