package fakecmake

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A project is what the fake knows about one project in one build tree.
type project struct {
	name          string
	version       string // of cmake
	source, build string
	generator     string
	configs       []string // build types: one, or those of a multi-config tree
	compiler      string
	targets       []target
	tests         []string
	testing       bool     // enable_testing() was called
	garbage       bool     // the replies are not JSON
	installs      []string // files under the prefix
	inputs        []string // as configuring read them, relative to source where inside it
}

type target struct{ name, kind, source string }

// artifact is the file that building t makes, relative to the build tree; empty if it makes none.
func (t target) artifact() string {
	switch t.kind {
	case "EXECUTABLE":
		return t.name
	case "STATIC_LIBRARY":
		return "lib" + t.name + ".a"
	case "SHARED_LIBRARY", "MODULE_LIBRARY":
		return "lib" + t.name + ".so"
	}
	return "" // INTERFACE_LIBRARY, UTILITY and the like
}

// project collects what the directives and the cache say.
func (c *call) project(values cache, o configuration) project {
	p := project{
		name: values.value("CMAKE_PROJECT_NAME"), version: c.version, source: o.source, build: o.build,
		generator: o.generator, configs: strings.Split(values.value("CMAKE_CONFIGURATION_TYPES"), ";"),
		compiler: values.value("CMAKE_C_COMPILER"), inputs: []string{"CMakeLists.txt"},
		targets: c.targets(values.value("CMAKE_PROJECT_NAME")), testing: len(c.of("testing")) > 0,
		garbage: len(c.of("garbage")) > 0,
	}
	if p.configs[0] == "" {
		p.configs = []string{values.value("CMAKE_BUILD_TYPE")}
	}
	for _, d := range c.of("test") {
		p.tests, p.testing = append(p.tests, d.value("name", "")), true
	}
	for _, d := range c.of("install") {
		p.installs = append(p.installs, d.value("file", "bin/"+p.targets[0].name))
	}
	for _, d := range c.of("input") {
		p.inputs = append(p.inputs, d.value("path", ""))
	}
	return p
}

// targets returns the targets that the directives name, or one executable named like the project.
func (c *call) targets(name string) []target {
	var all []target
	for _, d := range c.of("target") {
		all = append(all, target{d.value("name", ""), d.value("type", "EXECUTABLE"), d.value("source", "main.c")})
	}
	if len(all) == 0 {
		all = []target{{name, "EXECUTABLE", "main.c"}}
	}
	return all
}

// files returns what generating writes into the build tree, by name.
func (p project) files() map[string]string {
	files := map[string]string{}
	if strings.HasPrefix(p.generator, "Ninja") {
		files["build.ninja"] = "# of the fake\n"
	} else {
		files["Makefile"] = "# of the fake\n"
	}
	var install, tests strings.Builder
	fmt.Fprintf(&install, "# Install script for directory: %s\n", filepath.ToSlash(p.source))
	for _, file := range p.installs {
		fmt.Fprintf(&install, "file(INSTALL DESTINATION \"${CMAKE_INSTALL_PREFIX}/%s\" TYPE FILE FILES \"%s\")\n",
			filepath.ToSlash(filepath.Dir(file)), filepath.ToSlash(filepath.Join(p.build, filepath.Base(file))))
	}
	files["cmake_install.cmake"] = install.String()
	if p.testing {
		fmt.Fprintf(&tests, "# CMake generated Testfile for \n# Source directory: %s\n# Build directory: %s\n",
			filepath.ToSlash(p.source), filepath.ToSlash(p.build))
		for _, name := range p.tests {
			fmt.Fprintf(&tests, "add_test(%s %q)\n", name, filepath.ToSlash(filepath.Join(p.build, p.name)))
		}
		files["CTestTestfile.cmake"] = tests.String()
	}
	return files
}

// projectName is the first word in the first project() command that starts a line, or Project as in CMake.
func projectName(source string) string {
	text, _ := os.ReadFile(filepath.Join(source, "CMakeLists.txt"))
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if len(line) < len("project(") || !strings.EqualFold(line[:len("project(")], "project(") {
			continue
		}
		words := strings.FieldsFunc(line[len("project("):], func(r rune) bool { return strings.ContainsRune(" \t)\"", r) })
		if len(words) > 0 {
			return words[0]
		}
	}
	return "Project"
}
