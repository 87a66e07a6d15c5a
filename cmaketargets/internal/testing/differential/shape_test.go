//go:build linux

package differential_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// shape is a kind of project. It is a file of testdata/shapes: a description, settings, and the
// files of a slot, which is a directory with a project and files beside it.
type shape struct {
	name  string
	files map[string]string // by path in the slot; %N% in a text is the version of the file
	later map[string]string // those that are not there in the beginning

	app      string // the directory of the project in the slot
	root     bool   // the slot is the root of the workspace
	language string
	frame    bool // the frame of the project is added to its CMakeLists.txt
	git      bool
	pure     bool // a run with nothing to do starts no process

	variants   []model.Variant   // in Defines and Args @ begins a path in the workspace
	variantEnv []setting         // of the first variant
	preset     []string          // generator and build type of the preset
	ownPrefix  string            // where the project, a preset or the magefile has it installed
	vars       []setting         // variables of the environment that CMake reads here
	env        map[string]string // those that are set in the beginning
	options    []setting         // cache entries that people set
	tools      []string          // programs in PATH
	packages   []setting         // name and prefix
	installed  bool              // the packages are there in the beginning
	fresh      []string          // files whose change makes a new build tree necessary
	links      []setting
}

// setting is a name with a value.
type setting struct{ name, value string }

// The frames: SAID, which the rest of CMakeLists.txt sets, is built, tested and installed. A test
// fails where it has the word bad.
const (
	frameNone = `
string(REGEX REPLACE "[\n;]" " " SAID "${SAID}")
file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/said$<CONFIG>.txt CONTENT "${SAID}\n")
add_custom_command(OUTPUT made.txt COMMAND gen made.txt ${PROJECT_BINARY_DIR}/said$<CONFIG>.txt DEPENDS ${PROJECT_BINARY_DIR}/said$<CONFIG>.txt)
add_custom_target(made ALL DEPENDS made.txt)
enable_testing()
add_test(NAME said COMMAND cat ${PROJECT_BINARY_DIR}/said$<CONFIG>.txt)
set_tests_properties(said PROPERTIES FAIL_REGULAR_EXPRESSION bad)
install(FILES ${PROJECT_BINARY_DIR}/made.txt DESTINATION share/${PROJECT_NAME})
`
	frameC = `
string(REGEX REPLACE "[\n;]" " " SAID "${SAID}")
file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/$<CONFIG>/said.h CONTENT "#define SAID \"${SAID}\"\n")
add_executable(${PROJECT_NAME} main.c part.c)
target_include_directories(${PROJECT_NAME} PRIVATE ${PROJECT_BINARY_DIR}/$<CONFIG>)
enable_testing()
add_test(NAME said COMMAND ${PROJECT_NAME})
install(TARGETS ${PROJECT_NAME} DESTINATION bin)
`
	mainC = "#include <stdio.h>\n#include \"said.h\"\nint part(void);\nint main(void) { printf(\"%s main %N% part %d\\n\", SAID, part()); return 0; }\n"
	partC = "int part(void) { return %N%; }\n"
)

// shapes returns all shapes, by name.
var shapes = sync.OnceValues(func() (map[string]*shape, error) {
	files, err := filepath.Glob(filepath.Join("testdata", "shapes", "*.txtar"))
	if err != nil {
		return nil, err
	}
	all := map[string]*shape{}
	for _, file := range files {
		s, err := readShape(file)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		all[s.name] = s
	}
	return all, nil
})

func readShape(file string) (*shape, error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return nil, err
	}
	s := &shape{
		name: strings.TrimSuffix(filepath.Base(file), ".txtar"), app: "app", language: "NONE", frame: true,
		files: map[string]string{}, later: map[string]string{}, env: map[string]string{},
	}
	_, comment, _ := strings.Cut(string(archive.Comment), "\n") // the first line is the description
	for line := range strings.Lines(comment) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if err := s.set(key, strings.TrimSpace(value)); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "later: "); ok {
			s.later[name] = string(f.Data)
		} else {
			s.files[f.Name] = string(f.Data)
		}
	}
	list := path.Join(s.app, "CMakeLists.txt")
	text := fmt.Sprintf("cmake_minimum_required(VERSION 3.16)\nproject(%s %s)\n", s.name, s.language) + s.files[list]
	switch {
	case s.frame && s.language == "C":
		text += frameC
		s.files[path.Join(s.app, "main.c")], s.files[path.Join(s.app, "part.c")] = mainC, partC
	case s.frame:
		text += frameNone
	}
	s.files[list] = text + "# %N%\n"
	return s, nil
}

func (s *shape) set(key, value string) (err error) {
	switch key {
	case "app":
		s.app = value
	case "root":
		s.root, s.app = true, "."
	case "language":
		s.language = value
	case "frame":
		s.frame = false
	case "git":
		s.git = true
	case "pure":
		s.pure = true
	case "installed":
		s.installed = true
	case "variants":
		err = json.Unmarshal([]byte(value), &s.variants)
	case "variant-env":
		s.variantEnv = parseSettings(value)
	case "preset":
		s.preset = strings.Split(value, ", ")
	case "own-prefix":
		s.ownPrefix = value
	case "vars":
		s.vars = parseSettings(value)
	case "env":
		for _, e := range parseSettings(value) {
			s.env[e.name] = e.value
		}
	case "options":
		s.options = parseSettings(value)
	case "tools":
		s.tools = strings.Fields(value)
	case "packages":
		s.packages = parseSettings(value)
	case "fresh":
		s.fresh = strings.Fields(value)
	case "links":
		s.links = parseSettings(value)
	default:
		err = fmt.Errorf("unknown setting")
	}
	return err
}

func parseSettings(text string) (list []setting) {
	for word := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(word, "=")
		list = append(list, setting{name, value})
	}
	return list
}

func (s *shape) all() map[string]string {
	all := maps.Clone(s.files)
	maps.Copy(all, s.later)
	return all
}

// paths returns the files that the slot may have, in order.
func (s *shape) paths() []string {
	return slices.Sorted(maps.Keys(s.all()))
}

// text returns the text of a file in a version.
func (s *shape) text(file string, version int) string {
	return strings.ReplaceAll(s.all()[file], "%N%", fmt.Sprint(version%10))
}

// versioned reports whether the text of a file changes with its version.
func (s *shape) versioned(file string) bool { return s.text(file, 1) != s.text(file, 2) }
