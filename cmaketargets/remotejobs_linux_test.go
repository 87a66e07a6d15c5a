package cmaketargets_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets"
)

// recorded writes projects whose compiles, links, tests and configure steps each take a while and are recorded, and
// returns the launcher of compiles. peaks returns how many of them ran at once: compiles, and all others.
func recorded(t *testing.T, r *repository, projects int) (launcher string, peaks func() (compiles, others int)) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "log")
	launcher = filepath.Join(filepath.Dir(r.cmake), "record")
	must(t, os.WriteFile(launcher, []byte(fmt.Sprintf(`#!/bin/sh
kind=compile
case $1 in -*) kind=${1#-}; shift;; esac
echo "+$kind" >>%[1]s
sleep 0.2
"$@"
status=$?
echo "-$kind" >>%[1]s
exit $status
`, log)), 0o777))
	for i := range projects {
		dir := fmt.Sprint("p", i)
		r.write(dir+"/CMakeLists.txt", strings.ReplaceAll(`cmake_minimum_required(VERSION 3.16)
project(p C)
execute_process(COMMAND "@" -configure true)
set_property(GLOBAL PROPERTY RULE_LAUNCH_LINK "@ -link")
file(GLOB sources f*.c)
add_library(p STATIC ${sources})
enable_testing()
foreach(name one two three)
  add_executable(${name} main.c)
  target_link_libraries(${name} p)
  add_test(NAME ${name} COMMAND "@" -test $<TARGET_FILE:${name}>)
endforeach()
`, "@", launcher))
		r.write(dir+"/main.c", "int main(void) { return 0; }\n")
		for f := range 12 {
			r.write(fmt.Sprintf("%s/f%d.c", dir, f), fmt.Sprintf("int f%d(int n) { return n + %d; }\n", f, f))
		}
	}
	return launcher, func() (compiles, others int) {
		t.Helper()
		data, err := os.ReadFile(log)
		must(t, err)
		must(t, os.Remove(log))
		compiling, other := 0, 0
		for _, line := range strings.Fields(string(data)) {
			n := &other
			if strings.HasSuffix(line, "compile") {
				n = &compiling
			}
			if line[0] == '+' {
				*n++
			} else {
				*n--
			}
			compiles, others = max(compiles, compiling), max(others, other)
		}
		if compiling != 0 || other != 0 {
			t.Errorf("%d compiles and %d others have begun and not ended", compiling, other)
		}
		return compiles, others
	}
}

// oneByOne runs a test that counts jobs, whose budget the runs of a process share, with each of the CMakes.
func oneByOne(t *testing.T, cmakes []string, test func(t *testing.T, cmake string)) {
	for i, cmake := range cmakes {
		t.Run(fmt.Sprint("cmake", i), func(t *testing.T) { with(t, []string{cmake}, test) })
	}
}

// Compiles of builds by Ninja use the remote jobs; links, tests and configure steps share those of this machine. Builds
// by Make have no more than these.
func TestRemoteJobs(t *testing.T) {
	for _, generator := range []string{"Ninja", "Unix Makefiles"} {
		for _, projects := range map[string][]int{"Ninja": {1, 3}, "Unix Makefiles": {1}}[generator] {
			cmakes := realCMakes(t)
			if !everyCMake() && (generator != "Ninja" || projects > 1) { // the Ninjas of both are others
				cmakes = cmakes[:1]
			}
			t.Run(fmt.Sprint(generator, projects), func(t *testing.T) {
				oneByOne(t, cmakes, func(t *testing.T, cmake string) {
					const jobs, remote = 2, 6
					r := newRepository(t, cmake)
					launcher, peaks := recorded(t, r, projects)
					var output bytes.Buffer
					config := cmaketargets.Config{
						Jobs: jobs, RemoteJobs: remote, Launcher: launcher, Output: &output,
						Variants: []cmaketargets.Variant{{Generator: generator}},
					}
					_, err := r.run(config, cmaketargets.StepConfigure, cmaketargets.StepBuild, cmaketargets.StepTest)
					must(t, err)
					compiles, others := peaks()
					t.Logf("at most %d compiles and %d others at once", compiles, others)
					least, most := jobs+2, jobs+remote
					if generator != "Ninja" {
						least, most = 1, jobs
					}
					if compiles < least || compiles > most || others > jobs {
						t.Errorf("%d compiles and %d others at once; want %d to %d and at most %d", compiles, others, least, most, jobs)
					}
					note := "has no remote jobs: only Ninja can bound its links"
					if strings.Contains(output.String(), note) != (generator != "Ninja") {
						t.Errorf("want the note %q for Make alone in\n%s", note, output.String())
					}
					config.RemoteJobs = 0
					_, err = r.run(config, cmaketargets.StepBuild)
					must(t, err)
					if again, _ := peaks(); again > 0 {
						t.Error("without remote jobs all is compiled again")
					}
				})
			})
		}
	}
}

// Where a project has job pools of its own, ours is taken back, once: Ninja refuses a build tree that lacks a pool.
func TestRemoteJobsOfOwnPool(t *testing.T) {
	cmakes := realCMakes(t)
	if !everyCMake() {
		cmakes = cmakes[len(cmakes)-1:]
	}
	oneByOne(t, cmakes, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		launcher, peaks := recorded(t, r, 1)
		// A step that runs a program of the project is done each time.
		lists := regexp.MustCompile(`execute_process.*`).ReplaceAllString(r.read("p0/CMakeLists.txt"), "")
		config := cmaketargets.Config{Jobs: 3, RemoteJobs: 6, Launcher: launcher}
		for _, test := range []struct {
			code, note string
			least      int // compiles at once
			links      int
		}{
			{"", "", 5, 3},
			{"set_property(GLOBAL PROPERTY JOB_POOLS theirs=1)\n", "its links are in no job pool", 1, 3},
			{"set_property(GLOBAL PROPERTY JOB_POOLS theirs=1)\nset(CMAKE_JOB_POOL_LINK theirs)\n", "", 5, 1},
			{"set(CMAKE_JOB_POOLS theirs=2)\nset(CMAKE_JOB_POOL_LINK theirs)\n", "", 5, 2},
		} {
			r.write("p0/CMakeLists.txt", strings.Replace(lists, "project(p C)\n", "project(p C)\n"+test.code, 1))
			var output bytes.Buffer
			config.Output = &output
			_, err := r.run(config, cmaketargets.StepClean, cmaketargets.StepBuild)
			must(t, err)
			compiles, others := peaks()
			if compiles < test.least || test.note != "" && compiles > 3 || others > test.links {
				t.Errorf("%s%d compiles and %d links at once", test.code, compiles, others)
			}
			if note := "has no remote jobs: " + test.note; strings.Contains(output.String(), note) != (test.note != "") {
				t.Errorf("%swant note %q in\n%s", test.code, test.note, output.String())
			}
			r.started()
			_, err = r.run(config, cmaketargets.StepBuild)
			must(t, err)
			if calls := r.started(); len(calls) > 0 {
				t.Errorf("%sonce more: %q", test.code, calls)
			}
		}
	})
}
