package cmake_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

func TestRealTargets(t *testing.T) {
	const list = `cmake_minimum_required(VERSION 3.16)
project(p NONE)
foreach(name a c)
  add_custom_target(${name} COMMAND ${CMAKE_COMMAND} -E touch "${CMAKE_BINARY_DIR}/${name}")
endforeach()
add_custom_target(b ALL COMMAND ${CMAKE_COMMAND} -E touch "${CMAKE_BINARY_DIR}/b")
foreach(name bad1 bad2)
  add_custom_target(${name} ALL COMMAND ${CMAKE_COMMAND} -E touch "${CMAKE_BINARY_DIR}/${name}" COMMAND ${CMAKE_COMMAND} -E false)
endforeach()
add_dependencies(b bad1)
`
	eachCMake(t, func(t *testing.T, real tools) {
		for _, generator := range []string{"Ninja", "Ninja Multi-Config", "Unix Makefiles"} {
			if generator == "Ninja Multi-Config" && real.version.Compare(cmake.Version{Major: 3, Minor: 17}) < 0 || generator == "Unix Makefiles" && runtime.GOOS == "windows" {
				t.Logf("no %s here", generator)
				continue
			}
			source, build := t.TempDir(), filepath.Join(t.TempDir(), "tree")
			write(t, filepath.Join(source, "CMakeLists.txt"), list)
			configure(t, real, cmake.Configure{Source: source, Build: build, Generator: generator}, false)
			b := cmake.Build{Dir: build, Generator: generator, Jobs: 1, Targets: []string{"a", "c"}}
			if cmake.MultiConfig(generator) {
				b.Config = "Debug"
			}
			if output, err := buildWith(t, real, b); err != nil || !exist(build, "a", "c") || exist(build, "bad1") || exist(build, "bad2") {
				t.Errorf("%s: targets: %v\n%s", generator, err, output)
			}
			b.Targets = nil
			if output, err := buildWith(t, real, b); err == nil || exist(build, "bad1", "bad2") {
				t.Errorf("%s: went on after a failure: %v\n%s", generator, err, output)
			}
			// Again with all that can be combined.
			b.KeepGoing, b.CleanFirst = true, true
			if output, err := buildWith(t, real, b); err == nil || !exist(build, "bad1", "bad2") || exist(build, "b") {
				t.Errorf("%s: keep going: %v\n%s", generator, err, output)
			}
			// The native arguments win.
			for _, name := range []string{"bad1", "bad2"} {
				_ = os.Remove(filepath.Join(build, name))
			}
			b.Native = map[bool][]string{true: {"-S"}, false: {"-k", "1"}}[generator == "Unix Makefiles"]
			if output, err := buildWith(t, real, b); err == nil || exist(build, "bad1", "bad2") {
				t.Errorf("%s: native arguments: %v\n%s", generator, err, output)
			}
		}
	})
}

func TestRealTestSelection(t *testing.T) {
	eachCMake(t, func(t *testing.T, real tools) {
		source, build := t.TempDir(), filepath.Join(t.TempDir(), "tree")
		write(t, filepath.Join(source, "CMakeLists.txt"), `cmake_minimum_required(VERSION 3.16)
project(p NONE)
enable_testing()
foreach(name alpha beta gamma -x)
  add_test(NAME "${name}" COMMAND ${CMAKE_COMMAND} -E true)
endforeach()
set_tests_properties(beta gamma PROPERTIES LABELS slow)
`)
		configure(t, real, cmake.Configure{Source: source, Build: build}, false)
		for want, c := range map[string]cmake.Test{
			"alpha beta gamma -x": {},
			"alpha":               {Names: "^al"},
			"beta gamma":          {Labels: "slow"},
			"beta":                {Labels: "slow", Exclude: "gam"},
			"alpha -x":            {Names: "a|x", Exclude: "beta|gamma"},
			"-x":                  {Names: "[-]x"},
			"gamma":               {Names: "alpha", Args: []string{"-R", "gamma"}},
			"alpha beta":          {Args: []string{"-I", "1,2"}},
			"":                    {Names: "none"},
		} {
			c.Dir = build
			output := testWith(t, real, c)
			var got []string
			for line := range strings.Lines(output) {
				if work, ok := cmake.Progress(model.Test, line, false); ok {
					_, name, _ := strings.Cut(work, " ")
					got = append(got, name)
				}
			}
			if strings.Join(got, " ") != want || cmake.NoTestsFound([]byte(output)) != (want == "") || cmake.PatternError([]byte(output)) != nil {
				t.Errorf("%+v: got %q\n%s", c, got, output)
			}
		}
		for pattern, want := range map[string]string{"(": "Unmatched parentheses", "(a*)*": "operand could be empty", "*": "follows nothing"} {
			for _, c := range []cmake.Test{{Names: pattern}, {Labels: pattern}, {Exclude: pattern}} {
				c.Dir = build
				contains(t, cmake.PatternError([]byte(testWith(t, real, c))), "no regular expression", want)
			}
		}
	})
}

func TestRealInstallComponent(t *testing.T) {
	eachCMake(t, func(t *testing.T, real tools) {
		source, build := t.TempDir(), filepath.Join(t.TempDir(), "tree")
		write(t, filepath.Join(source, "CMakeLists.txt"), `cmake_minimum_required(VERSION 3.16)
project(p NONE)
install(FILES CMakeLists.txt DESTINATION dev COMPONENT "dev files")
install(FILES CMakeLists.txt DESTINATION run COMPONENT run)
install(FILES CMakeLists.txt DESTINATION rest)
`)
		configure(t, real, cmake.Configure{Source: source, Build: build}, false)
		for component, want := range map[string][]string{
			"": {"dev", "rest", "run"}, "dev files": {"dev"}, "run": {"run"}, "Unspecified": {"rest"}, "none": nil,
		} {
			prefix := filepath.Join(t.TempDir(), "out")
			args, err := cmake.Install{Dir: build, Prefix: prefix, Component: component}.CommandLine()
			if err != nil {
				t.Fatal(err)
			}
			output, err := run(t, t.TempDir(), real.cmake, args...)
			if err != nil {
				t.Errorf("%q: %v\n%s", component, err, output)
			}
			entries, _ := os.ReadDir(prefix)
			var got []string
			for _, entry := range entries {
				got = append(got, entry.Name())
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q: installed %q, want %q", component, got, want)
			}
			if listed := cmake.Installed(build, component); len(listed) != len(want) {
				t.Errorf("%q: listed %q, want those in %q", component, listed, want)
			}
		}
	})
}
