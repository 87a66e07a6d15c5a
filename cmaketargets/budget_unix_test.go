//go:build unix

package cmaketargets_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets"
)

// countedProject has commands, in some projects also a make of an inner one, and tests. Each writes a line when it
// begins, and when it ends.
const countedProject = `cmake_minimum_required(VERSION 3.16)
project(p NONE)
enable_testing()
foreach(i RANGE 5)
  add_custom_command(OUTPUT o${i} COMMAND sh %[1]s)
  set_source_files_properties(o${i} PROPERTIES SYMBOLIC ON)
  list(APPEND all o${i})
  add_test(NAME t${i} COMMAND sh %[1]s)
endforeach()
add_custom_target(p ALL DEPENDS ${all})
if(%[2]t)
  include(ExternalProject)
  set(make make)
  if(CMAKE_GENERATOR MATCHES Make)
    set(make $(MAKE)) # else Make keeps its jobserver to itself, also without us
  endif()
  ExternalProject_Add(inner SOURCE_DIR ${CMAKE_SOURCE_DIR}/inner CONFIGURE_COMMAND ""
    BUILD_COMMAND ${make} -C <SOURCE_DIR> INSTALL_COMMAND "")
endif()
`

// In a run of Make and Ninja, with a make that a build starts and tests side by side, no more commands are at work than
// the budget has jobs.
func TestBudgetHolds(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	const budget = 5
	withCMakes(t, func(t *testing.T, cmake string) {
		root, log := t.TempDir(), filepath.Join(t.TempDir(), "log")
		command := filepath.Join(t.TempDir(), "command.sh")
		write(t, command, fmt.Sprintf("echo begin >>%[1]s\nsleep 0.1\necho end >>%[1]s\n", log))
		for i := range 6 {
			dir := filepath.Join(root, fmt.Sprintf("p%d", i))
			write(t, filepath.Join(dir, "CMakeLists.txt"), fmt.Sprintf(countedProject, command, i < 2))
			write(t, filepath.Join(dir, "inner", "Makefile"), fmt.Sprintf("all: a b c d\na b c d:\n\tsh %s\n", command))
		}
		config := cmaketargets.Config{
			Root: root, CMake: cmake, Jobs: budget, Store: "off", CompileCommands: "off", Output: io.Discard,
			Variants: []cmaketargets.Variant{{Name: "make", Generator: "Unix Makefiles"}, {Name: "ninja", Generator: "Ninja"}},
		}
		for i := range config.Variants {
			config.Variants[i].Env = map[string]string{"CTEST_PARALLEL_LEVEL": "3"}
		}
		if ninja := filepath.Join(filepath.Dir(cmake), "ninja"); exists(ninja) {
			config.Variants[1].Defines = map[string]string{"CMAKE_MAKE_PROGRAM": ninja}
		}
		report, err := cmaketargets.New(config).Run(t.Context(), cmaketargets.StepTest)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		now, peak, all := 0, 0, 0
		for line := range strings.Lines(string(data)) {
			if line == "begin\n" {
				now++
				all++
			} else {
				now--
			}
			peak = max(peak, now)
		}
		if want := 12*12 + 4*4; all != want || now != 0 || peak > budget || peak < 2 {
			t.Errorf("%d commands ran, %d at once; want %d, and at most %d", all, peak, want, budget)
		}
		for _, res := range report {
			if output, err := os.ReadFile(res.LogFile); err == nil && strings.Contains(string(output), "warning: jobserver") {
				t.Errorf("%s:\n%s", res.LogFile, output)
			}
		}
	})
}
