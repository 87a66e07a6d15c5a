//go:build unix

package cmaketargets_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// countedProject runs a command when it is configured, and has some to build, in some projects also by a make of
// an inner one, and tests. Each writes a line when it begins, and when it ends.
const countedProject = `cmake_minimum_required(VERSION 3.16)
project(p NONE)
execute_process(COMMAND sh %[1]s)
enable_testing()
foreach(i RANGE 2)
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

// In a run of twenty build trees, half of Make and half of Ninja, with configure steps that run commands, a make that a build
// starts and tests side by side, no more commands are at work than the budget has jobs: by the lines that they
// write, and by samples of the processes. No tool complains about its jobserver.
func TestBudgetHolds(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	const budget, projects = 5, 10
	cmakes := realCMakes(t)
	if !everyCMake() {
		cmakes = cmakes[len(cmakes)-1:] // the Ninja of the first one in CI joins nothing
	}
	with(t, cmakes, func(t *testing.T, cmake string) {
		root, log := t.TempDir(), filepath.Join(t.TempDir(), "log")
		command := filepath.Join(t.TempDir(), "command.sh")
		write(t, command, fmt.Sprintf("echo begin $$ >>%[1]s\nsleep 0.1\necho end >>%[1]s\n", log))
		for i := range projects {
			dir := filepath.Join(root, fmt.Sprintf("p%d", i))
			write(t, filepath.Join(dir, "CMakeLists.txt"), fmt.Sprintf(countedProject, command, i == 0))
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
		sampled := samplePeak(log)
		report, err := cmaketargets.New(config).Run(t.Context(), cmaketargets.StepTest)
		samples, most := sampled()
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		now, peak, all := 0, 0, 0
		for line := range strings.Lines(string(data)) {
			if strings.HasPrefix(line, "begin ") {
				now++
				all++
			} else {
				now--
			}
			peak = max(peak, now)
		}
		if want := 2*projects*(1+3+3) + 2*4; all != want || now != 0 || peak > budget || peak < 2 {
			t.Errorf("%d commands ran, %d at once; want %d, and at most %d", all, peak, want, budget)
		}
		t.Logf("at most %d processes in %d samples, %d by their lines", most, samples, peak)
		if most > budget || most < 2 {
			t.Errorf("at most %d processes ran at once in %d samples, want 2 to %d", most, samples, budget)
		}
		for _, res := range report {
			files := []string{res.LogFile, filepath.Join(res.BuildDir, "Testing", "Temporary", "LastTest.log")}
			for _, file := range files {
				if output, err := os.ReadFile(file); err == nil && strings.Contains(string(output), "warning: jobserver") {
					t.Errorf("%s:\n%s", file, output)
				}
			}
		}
	})
}

// samplePeak counts the processes whose numbers a log has every 2 ms, until the returned function is called; that returns how
// often, and the highest number. One that has ended and was not waited for counts: it still has its job.
func samplePeak(log string) (stop func() (samples, most int)) {
	done, ended := make(chan struct{}), make(chan struct{})
	samples, most := 0, 0
	go func() {
		defer close(ended)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		var alive []int
		for read := 0; ; {
			data, _ := os.ReadFile(log) // before the look at each process, so all that live then ran at once
			lines := strings.SplitAfter(string(data[read:]), "\n")
			for _, line := range lines[:len(lines)-1] {
				read += len(line)
				if number, ok := strings.CutPrefix(line, "begin "); ok {
					pid, _ := strconv.Atoi(strings.TrimSpace(number))
					alive = append(alive, pid)
				}
			}
			alive = slices.DeleteFunc(alive, func(pid int) bool { return syscall.Kill(pid, 0) != nil })
			samples, most = samples+1, max(most, len(alive))
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	return func() (int, int) {
		close(done)
		<-ended
		return samples, most
	}
}
