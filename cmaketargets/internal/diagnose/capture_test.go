//go:build capture

package diagnose_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// demo is the directory of every mistake, so that samples have no other path.
const demo = "/tmp/demo"

// TestCapture rewrites the samples: it makes every mistake of testdata/mistakes in demo and writes the
// output to testdata/samples.
//
//	CMAKE4=/opt/cmake/bin/cmake go test -tags capture -run TestCapture/compile-c- .
//
// It needs CMake, Ninja, GNU make, GCC with its translations, gfortran, Clang with its sanitizers,
// gold, lld and mold, and in CMAKE4 a CMake 4 with a Ninja 1.13 or later beside it.
func TestCapture(t *testing.T) {
	files, err := filepath.Glob("testdata/mistakes/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("find mistakes: %v", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		m := mistake{name: name, step: stepOf(name), archive: archive}
		for _, variant := range m.variants() {
			t.Run(name+"-"+variant, func(t *testing.T) {
				if err := m.capture(variant); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// mistake is a project with lines "name: value", the settings of its capture.
type mistake struct {
	name, step string
	archive    *txtar.Archive
}

// setting returns the value of a line in the mistake's head.
func (m mistake) setting(name string) string {
	for line := range strings.Lines(string(m.archive.Comment)) {
		if value, ok := strings.CutPrefix(line, name+": "); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// variants returns the tools to capture the mistake with.
func (m mistake) variants() []string {
	if on := m.setting("on"); on != "" {
		return strings.Fields(on)
	}
	return []string{"cmake3", "cmake4"}
}

// capture makes the mistake and writes the output of its last command.
func (m mistake) capture(variant string) error {
	if err := m.lay(); err != nil {
		return err
	}
	cmake, ninja, generator := "/usr/bin/cmake", "/usr/bin/ninja", "Ninja"
	newest := os.Getenv("CMAKE4")
	switch variant {
	case "cmake4":
		cmake, ninja = newest, filepath.Join(filepath.Dir(newest), "ninja")
	case "ninja13":
		ninja = filepath.Join(filepath.Dir(newest), "ninja")
	case "make":
		generator = "Unix Makefiles"
	}
	if (variant == "cmake4" || variant == "ninja13") && newest == "" {
		return errors.New("set CMAKE4 to a CMake 4 with a Ninja beside it")
	}
	configure := fmt.Sprintf("$CMAKE -S . -B build -G '%s'", generator)
	if generator == "Ninja" && m.name != "configure-noninja" {
		configure += " -DCMAKE_MAKE_PROGRAM=" + ninja
	}
	if extra := m.setting("configure"); extra != "" {
		configure = "$CMAKE -S . -B build " + extra
	}
	commands := map[string]string{
		"build":   "$CMAKE --build build " + m.setting("build"),
		"test":    "cd build && ${CMAKE%cmake}ctest --output-on-failure " + m.setting("test"),
		"install": "$CMAKE --install build " + m.setting("install"),
	}
	before, last := []string{}, commands[m.step]
	switch run := m.setting("run"); {
	case run != "":
		before, last = append(before, "mkdir -p build"), run
		if m.name == "build-unconfigured" || m.name == "success" {
			before = nil
		}
	case m.step == "configure":
		last = configure
	default:
		before = append(before, configure)
		if m.step != "build" {
			before = append(before, commands["build"])
		}
	}
	before = append(before, m.setting("before"))
	for _, command := range before {
		if output, err := m.shell(cmake, command, ""); err != nil {
			return fmt.Errorf("%s: %w\n%s", command, err, output)
		}
	}
	output, err := m.shell(cmake, last, m.setting("env"))
	if failed := new(exec.ExitError); err != nil && !errors.As(err, &failed) {
		return err
	}
	if newest != "" {
		output = bytes.ReplaceAll(output, []byte(filepath.Dir(filepath.Dir(newest))), []byte("/opt/cmake"))
	}
	return os.WriteFile(filepath.Join("testdata", "samples", m.name+"-"+variant+".txt"), output, 0o666)
}

// lay writes the mistake's files, with a CMakeLists.txt for its sources unless it has one.
func (m mistake) lay() error {
	if err := os.RemoveAll(demo); err != nil {
		return err
	}
	files := m.archive.Files
	if !slices.ContainsFunc(files, func(f txtar.File) bool { return f.Name == "CMakeLists.txt" || f.Name == "README" }) {
		files = append(slices.Clone(files), txtar.File{Name: "CMakeLists.txt", Data: []byte(m.project())})
	}
	for _, f := range files {
		path := filepath.Join(demo, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Data, 0o777); err != nil {
			return err
		}
	}
	return nil
}

func (m mistake) project() string {
	languages := map[string]string{".c": "C", ".cpp": "CXX", ".f90": "Fortran"}
	language, sources := "", ""
	for _, f := range m.archive.Files {
		if l := languages[filepath.Ext(f.Name)]; l != "" {
			language, sources = l, sources+" "+f.Name
		}
	}
	return fmt.Sprintf("cmake_minimum_required(VERSION 3.16)\nproject(demo %s)\nadd_compile_options(%s)\nadd_link_options(%s)\nadd_executable(app%s)\n",
		language, m.setting("flags"), m.setting("link"), sources)
}

// shell runs a command in demo and returns its output on both streams.
func (m mistake) shell(cmake, command, env string) ([]byte, error) {
	if env == "" {
		env = m.setting("env")
	}
	shell := exec.Command("/bin/sh", "-c", command)
	shell.Dir = demo
	shell.Env = append(os.Environ(), "CMAKE="+cmake, "LC_ALL=C.UTF-8", "TERM=dumb")
	shell.Env = append(shell.Env, strings.Fields(env)...)
	return shell.CombinedOutput()
}
