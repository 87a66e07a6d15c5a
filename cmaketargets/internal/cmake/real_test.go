package cmake_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// cmakesVariable lists the cmake executables to test with, separated like the directories of PATH.
// By default it is the one in PATH.
const cmakesVariable = "CMAKETARGETS_TEST_CMAKES"

// environment returns that of this process without the variables of CMake and ctest.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "CMAKE_") || strings.HasPrefix(entry, "CTEST_")
	})
}

// tools are a real CMake.
type tools struct {
	cmake, ctest string
	version      cmake.Version
}

// eachCMake runs a test with each real CMake.
func eachCMake(t *testing.T, test func(t *testing.T, real tools)) {
	names := filepath.SplitList(os.Getenv(cmakesVariable))
	if len(names) == 0 {
		names = []string{"cmake"}
	}
	for _, name := range names {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatalf("these tests need a real CMake: %v", err)
		}
		output, err := run(t, "", path, "--version")
		if err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		version, err := cmake.ParseVersion(output)
		if err != nil {
			t.Fatal(err)
		}
		ctest := filepath.Join(filepath.Dir(path), "ctest"+filepath.Ext(path))
		t.Run(version.String(), func(t *testing.T) { test(t, tools{path, ctest, version}) })
	}
}

// run runs a command in a directory and returns its output.
func run(t *testing.T, dir, path string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Dir, cmd.Env = dir, environment()
	output, err := cmd.CombinedOutput()
	return string(output), err
}

// configure runs a configure that must succeed, or fail, and returns its output.
func configure(t *testing.T, real tools, c cmake.Configure, fails bool) string {
	t.Helper()
	if c.Generator == "" && c.Preset == "" && hasNinja() {
		c.Generator = "Ninja"
	}
	if err := cmake.WriteQuery(c.Build); err != nil {
		t.Fatal(err)
	}
	args, err := c.CommandLine(real.version)
	if err != nil {
		t.Fatal(err)
	}
	output, err := run(t, t.TempDir(), real.cmake, args...)
	if (err != nil) != fails {
		t.Fatalf("cmake %q: %v\n%s", args, err, output)
	}
	return output
}

func hasNinja() bool {
	_, err := exec.LookPath("ninja")
	return err == nil
}

// same reports whether two paths name the same file.
func same(a, b string) bool {
	a, _ = filepath.EvalSymlinks(a)
	b, _ = filepath.EvalSymlinks(b)
	return a == b && a != ""
}

// oddDir returns a directory whose name has to be quoted in every language on the way.
func oddDir(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "a b $c 'd' #e (f) ü")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestRealSteps(t *testing.T) {
	eachCMake(t, func(t *testing.T, real tools) {
		dir := oddDir(t)
		source, build, prefix := filepath.Join(dir, "source"), filepath.Join(dir, "tree"), filepath.Join(dir, "out")
		write(t, filepath.Join(source, "CMakeLists.txt"), `cmake_minimum_required(VERSION 3.16)
project("life" C)
enable_testing()
add_library(util STATIC util.c)
add_subdirectory(sub)
set(QUOTED " 'q' " CACHE STRING "one\ntwo")
mark_as_advanced(QUOTED)
install(FILES util.c DESTINATION src)
`)
		write(t, filepath.Join(source, "util.c"), "int util;\n")
		write(t, filepath.Join(source, "sub", "CMakeLists.txt"), "add_test(NAME works COMMAND ${CMAKE_COMMAND} -E true)\n")
		configure(t, real, cmake.Configure{
			Source: source, Build: build, BuildType: "Release",
			Defines: map[string]string{"LIST": "a;b c", "FLAG:BOOL": "ON"},
		}, false)

		text, err := os.ReadFile(filepath.Join(build, "CMakeCache.txt"))
		if err != nil {
			t.Fatal(err)
		}
		if owner, err := cmake.ReadOwner(bytes.NewReader(text)); err != nil || len(owner.Sources) != 1 || !same(owner.Sources[0], source) || len(owner.Dirs) != 1 || !same(owner.Dirs[0], build) {
			t.Errorf("owner is %+v, %v", owner, err)
		}
		cache, err := cmake.ReadCache(filepath.Join(build, "CMakeCache.txt"))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]cmake.Entry{
			"LIST":             {Type: "UNINITIALIZED", Value: "a;b c"},
			"FLAG":             {Type: "BOOL", Value: "ON"},
			"CMAKE_BUILD_TYPE": {Type: "STRING", Value: "Release"},
			"QUOTED":           {Type: "STRING", Value: " 'q' "},
		} {
			if diff := cmp.Diff(want, cache[name]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
		reply, err := cmake.ReadReply(build)
		if err != nil {
			t.Fatal(err)
		}
		target := reply.Model.Targets[slices.IndexFunc(reply.Model.Targets, func(x model.Target) bool { return x.Name == "util" })]
		if !same(target.SourceDir, source) || target.Type != "STATIC_LIBRARY" || len(target.Artifacts) != 1 {
			t.Errorf("got %+v", reply)
		}
		for _, in := range reply.Inputs.Files {
			if _, err := os.Stat(in); err != nil || !filepath.IsAbs(in) {
				t.Errorf("input %s: %v", in, err)
			}
		}
		if !cmake.HasTests(build) || !cmake.HasInstall(build) {
			t.Errorf("tests: %v, install: %v", cmake.HasTests(build), cmake.HasInstall(build))
		}
		buildTestInstall(t, real, build, prefix, target.Artifacts[0])
	})
}

// buildTestInstall runs the steps after a configure.
func buildTestInstall(t *testing.T, real tools, build, prefix, artifact string) {
	t.Helper()
	if output, err := buildWith(t, real, cmake.Build{Dir: build, Targets: []string{"util"}, Jobs: 2}); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if _, err := os.Stat(artifact); err != nil {
		t.Error(err)
	}
	junit := filepath.Join(filepath.Dir(build), "tests.xml")
	test := cmake.Test{Dir: build, Jobs: 2}
	if real.version.Has(cmake.CTestJUnit) {
		test.JUnit = junit
	}
	output := testWith(t, real, test)
	if !strings.Contains(output, "100% tests passed") || cmake.NoTestsFound([]byte(output)) {
		t.Errorf("got %s", output)
	}
	if _, err := os.Stat(junit); (err == nil) != (test.JUnit != "") {
		t.Errorf("JUnit: %v", err)
	}
	args, err := cmake.Install{Dir: build, Prefix: prefix}.CommandLine()
	if err != nil {
		t.Fatal(err)
	}
	if output, err := run(t, t.TempDir(), real.cmake, args...); err != nil {
		t.Errorf("cmake %q: %v\n%s", args, err, output)
	}
	if _, err := os.Stat(filepath.Join(prefix, "src", "util.c")); err != nil {
		t.Error(err)
	}
}

func TestRealEmptyTree(t *testing.T) {
	eachCMake(t, func(t *testing.T, real tools) {
		dir := oddDir(t)
		build := filepath.Join(dir, "tree")
		write(t, filepath.Join(dir, "CMakeLists.txt"), "cmake_minimum_required(VERSION 3.16)\nproject(p NONE)\nenable_testing()\nadd_subdirectory(\"x y\")\nset_property(DIRECTORY PROPERTY LABELS a)\n")
		write(t, filepath.Join(dir, "x y", "CMakeLists.txt"), "")
		configure(t, real, cmake.Configure{Source: dir, Build: build}, false)
		if cmake.HasTests(build) || cmake.HasInstall(build) {
			t.Errorf("tests: %v, install: %v", cmake.HasTests(build), cmake.HasInstall(build))
		}
		output, err := run(t, build, real.ctest)
		if err != nil || !cmake.NoTestsFound([]byte(output)) {
			t.Errorf("%v\n%s", err, output)
		}
		// With install rules that are skipped there is no script to run.
		write(t, filepath.Join(dir, "CMakeLists.txt"), "cmake_minimum_required(VERSION 3.16)\nproject(p NONE)\ninstall(CODE \"\")\n")
		build = filepath.Join(dir, "tree2")
		configure(t, real, cmake.Configure{Source: dir, Build: build}, false)
		if !cmake.HasInstall(build) {
			t.Error("no install with install(CODE)")
		}
		build = filepath.Join(dir, "tree3")
		configure(t, real, cmake.Configure{Source: dir, Build: build, Defines: map[string]string{"CMAKE_SKIP_INSTALL_RULES": "ON"}}, false)
		if cmake.HasInstall(build) {
			t.Error("an install with skipped rules")
		}
	})
}

// After a failed configure the last good reply stays.
func TestRealFailure(t *testing.T) {
	eachCMake(t, func(t *testing.T, real tools) {
		source, build := t.TempDir(), filepath.Join(t.TempDir(), "tree")
		good := "cmake_minimum_required(VERSION 3.16)\nproject(p NONE)\n"
		list := write(t, filepath.Join(source, "CMakeLists.txt"), good+"message(FATAL_ERROR \"not yet\")\n")
		configure(t, real, cmake.Configure{Source: source, Build: build}, true)
		_, err := cmake.ReadIndex(build)
		contains(t, err, "no file API reply")
		write(t, list, good)
		configure(t, real, cmake.Configure{Source: source, Build: build}, false)
		before, err := cmake.ReadIndex(build)
		if err != nil || before.Failed {
			t.Fatalf("got %+v, %v", before, err)
		}
		write(t, list, good+"\nmessage(FATAL_ERROR \"no more\")\n")
		output := configure(t, real, cmake.Configure{Source: source, Build: build}, true)
		if !strings.Contains(output, "no more") {
			t.Errorf("got %s", output)
		}
		after, err := cmake.ReadIndex(build)
		if err != nil || after.File != before.File || after.Failed != (real.version.Compare(cmake.Version{Major: 4, Minor: 1}) >= 0) {
			t.Errorf("got %+v, %v", after, err)
		}
	})
}

func TestRealPreset(t *testing.T) {
	eachCMake(t, func(t *testing.T, real tools) {
		if err := real.version.Require(cmake.PresetFlag); err != nil {
			t.Skip(err)
		}
		if runtime.GOOS == "windows" {
			t.Skip("no make on Windows")
		}
		source, build := t.TempDir(), filepath.Join(t.TempDir(), "tree")
		write(t, filepath.Join(source, "CMakeLists.txt"), `cmake_minimum_required(VERSION 3.16)
project(p NONE)
enable_testing()
add_test(NAME a COMMAND ${CMAKE_COMMAND} -E true)
add_custom_target(good COMMAND ${CMAKE_COMMAND} -E touch good)
add_custom_target(other COMMAND ${CMAKE_COMMAND} -E touch other)
`)
		// With the byte order mark and the line end in a string that CMake accepts, and with
		// presets for builds and tests, which have no effect on ours.
		write(t, filepath.Join(source, "CMakePresets.json"), "\ufeff"+`{"version": 3, "configurePresets": [
			{"name": "loose", "description": "two
	lines"},
			{"name": "base", "hidden": true, "generator": "Unix Makefiles", "binaryDir": "${sourceDir}/unused"},
			{"name": "other", "hidden": true, "generator": "Ninja"},
			{"name": "dev", "inherits": ["base", "other"], "cacheVariables": {"CMAKE_BUILD_TYPE": "Release"}}],
			"buildPresets": [{"name": "dev", "configurePreset": "dev", "targets": ["other"], "nativeToolOptions": ["-n"]}],
			"testPresets": [{"name": "dev", "configurePreset": "dev", "filter": {"exclude": {"name": "a"}}}]}`)
		presets, err := cmake.ReadPresets(source, environment(), real.version)
		if err != nil {
			t.Fatal(err)
		}
		preset, err := presets.Find("dev")
		if err != nil {
			t.Fatal(err)
		}
		configure(t, real, cmake.Configure{Source: source, Build: build, Preset: "dev"}, false)
		if _, err := os.Stat(filepath.Join(source, "unused")); err == nil {
			t.Error("the preset's own build tree is there")
		}
		cache, err := cmake.ReadCache(filepath.Join(build, "CMakeCache.txt"))
		if err != nil {
			t.Fatal(err)
		}
		if cache["CMAKE_GENERATOR"].Value != preset.Generator || cache["CMAKE_BUILD_TYPE"].Value != "Release" {
			t.Errorf("got %+v for %+v", cache["CMAKE_GENERATOR"], preset)
		}
		if output, err := buildWith(t, real, cmake.Build{Dir: build, Targets: []string{"good"}}); err != nil {
			t.Errorf("%v\n%s", err, output)
		}
		if !exist(build, "good") || exist(build, "other") {
			t.Error("the build preset had an effect")
		}
		if output := testWith(t, real, cmake.Test{Dir: build}); !strings.Contains(output, "out of 1") {
			t.Errorf("the test preset had an effect:\n%s", output)
		}
	})
}

// buildWith runs a build and returns its output.
func buildWith(t *testing.T, real tools, b cmake.Build) (string, error) {
	t.Helper()
	args, err := b.CommandLine()
	if err != nil {
		t.Fatal(err)
	}
	return run(t, t.TempDir(), real.cmake, args...)
}

// testWith runs ctest, which must exit with status 0, and returns its output.
func testWith(t *testing.T, real tools, c cmake.Test) string {
	t.Helper()
	args, dir, err := c.CommandLine(real.version)
	if err != nil {
		t.Fatal(err)
	}
	output, err := run(t, dir, real.ctest, args...)
	if err != nil {
		t.Errorf("ctest %q: %v\n%s", args, err, output)
	}
	return output
}

// exist reports whether all files are in a directory.
func exist(dir string, names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		_, err := os.Stat(filepath.Join(dir, name))
		return err != nil
	})
}
