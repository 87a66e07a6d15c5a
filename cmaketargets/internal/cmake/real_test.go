package cmake_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

// cmakesVariable lists the cmake executables to test with, as PATH lists
// directories; by default it is the one in PATH.
const cmakesVariable = "CMAKETARGETS_TEST_CMAKES"

// environment is this process's, without what would choose for the tests.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "CMAKE_") || strings.HasPrefix(entry, "CTEST_")
	})
}

// eachCMake runs a test with each real CMake.
func eachCMake(t *testing.T, test func(t *testing.T, tool cmake.Tool)) {
	names := filepath.SplitList(os.Getenv(cmakesVariable))
	if len(names) == 0 {
		names = []string{"cmake"}
	}
	for _, name := range names {
		tool, err := cmake.FindTool(t.Context(), name, environment())
		if err != nil {
			t.Fatalf("these tests need a real CMake: %v", err)
		}
		t.Run(tool.Version.String(), func(t *testing.T) { test(t, tool) })
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

// configure runs a configure that must succeed, or fail.
func configure(t *testing.T, tool cmake.Tool, c cmake.Configure, fails bool) string {
	t.Helper()
	if c.Generator == "" && c.Preset == "" && cmake.FindNinja(environment()) != "" {
		c.Generator = "Ninja"
	}
	if err := cmake.WriteQuery(c.Build); err != nil {
		t.Fatal(err)
	}
	args, err := c.CommandLine(tool.Version)
	if err != nil {
		t.Fatal(err)
	}
	output, err := run(t, t.TempDir(), tool.Path, args...)
	if (err != nil) != fails {
		t.Fatalf("cmake %q: %v\n%s", args, err, output)
	}
	return output
}

// same reports whether two paths, one of which CMake wrote, are the same.
func same(a, b string) bool {
	a, _ = filepath.EvalSymlinks(a)
	b, _ = filepath.EvalSymlinks(b)
	return a == b && a != ""
}

// oddDir returns a directory whose name needs care in every language on the
// way.
func oddDir(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "a b $c 'd' #e (f) ü")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestRealLifeOfATree(t *testing.T) {
	eachCMake(t, func(t *testing.T, tool cmake.Tool) {
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
		configure(t, tool, cmake.Configure{
			Source: source, Build: build, BuildType: "Release", InstallPrefix: prefix,
			Defines: map[string]string{"LIST": "a;b c", "FLAG:BOOL": "ON"},
		}, false)

		text, err := os.ReadFile(filepath.Join(build, "CMakeCache.txt"))
		if err != nil {
			t.Fatal(err)
		}
		if owner, err := cmake.ReadOwner(bytes.NewReader(text)); err != nil || len(owner.Sources) != 1 || !same(owner.Sources[0], source) || len(owner.Places) != 1 || !same(owner.Places[0], build) {
			t.Errorf("owner is %+v, %v", owner, err)
		}
		cache, err := cmake.ReadCache(filepath.Join(build, "CMakeCache.txt"))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]cmake.Entry{
			"LIST":             {Name: "LIST", Type: "UNINITIALIZED", Value: "a;b c", Help: "No help, variable specified on the command line."},
			"FLAG":             {Name: "FLAG", Type: "BOOL", Value: "ON", Help: "No help, variable specified on the command line."},
			"CMAKE_BUILD_TYPE": {Name: "CMAKE_BUILD_TYPE", Type: "STRING", Value: "Release", Help: cache["CMAKE_BUILD_TYPE"].Help},
			"QUOTED":           {Name: "QUOTED", Type: "STRING", Value: " 'q' ", Help: "one\ntwo", Advanced: true},
		} {
			if diff := cmp.Diff(want, cache[name]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
		reply, err := cmake.ReadReply(build)
		if err != nil {
			t.Fatal(err)
		}
		target := reply.Model.Targets[slices.IndexFunc(reply.Model.Targets, func(x cmake.Target) bool { return x.Name == "util" })]
		if reply.Index.CMake != tool.Version || !same(reply.Index.Tool, tool.Path) || !reply.Model.HasInstallRules ||
			!same(target.SourceDir, source) || target.Type != "STATIC_LIBRARY" || len(target.Artifacts) != 1 {
			t.Errorf("got %+v", reply)
		}
		for _, in := range reply.Inputs.Files {
			if _, err := os.Stat(in.Path); err != nil || !filepath.IsAbs(in.Path) {
				t.Errorf("input %+v: %v", in, err)
			}
		}
		if !cmake.HasTests(build) || !cmake.HasInstall(build) {
			t.Errorf("tests: %v, install: %v", cmake.HasTests(build), cmake.HasInstall(build))
		}
		buildTestInstall(t, tool, build, prefix, target.Artifacts[0])
	})
}

// buildTestInstall runs the steps after a configure.
func buildTestInstall(t *testing.T, tool cmake.Tool, build, prefix, artifact string) {
	t.Helper()
	args, err := cmake.Build{Dir: build, Targets: []string{"util"}, Jobs: 2}.CommandLine()
	if err != nil {
		t.Fatal(err)
	}
	if output, err := run(t, t.TempDir(), tool.Path, args...); err != nil {
		t.Fatalf("cmake %q: %v\n%s", args, err, output)
	}
	if _, err := os.Stat(artifact); err != nil {
		t.Error(err)
	}
	junit := filepath.Join(filepath.Dir(build), "tests.xml")
	test := cmake.Test{Dir: build, Jobs: 2}
	if tool.Version.Has(cmake.CTestJUnit) {
		test.JUnit = junit
	}
	args, dir, err := test.CommandLine(tool.Version)
	if err != nil {
		t.Fatal(err)
	}
	output, err := run(t, dir, tool.CTest(environment()), args...)
	if err != nil || !strings.Contains(output, "100% tests passed") || cmake.NoTestsFound([]byte(output)) {
		t.Errorf("ctest %q: %v\n%s", args, err, output)
	}
	if _, err := os.Stat(junit); (err == nil) != (test.JUnit != "") {
		t.Errorf("JUnit: %v", err)
	}
	args = cmake.Install{Dir: build, Prefix: prefix + "2"}.CommandLine()
	if output, err := run(t, t.TempDir(), tool.Path, args...); err != nil {
		t.Errorf("cmake %q: %v\n%s", args, err, output)
	}
	if _, err := os.Stat(filepath.Join(prefix+"2", "src", "util.c")); err != nil {
		t.Error(err)
	}
}

func TestRealTreeWithNothing(t *testing.T) {
	eachCMake(t, func(t *testing.T, tool cmake.Tool) {
		dir := oddDir(t)
		build := filepath.Join(dir, "tree")
		write(t, filepath.Join(dir, "CMakeLists.txt"), "cmake_minimum_required(VERSION 3.16)\nproject(p NONE)\nenable_testing()\nadd_subdirectory(\"x y\")\nset_property(DIRECTORY PROPERTY LABELS a)\n")
		write(t, filepath.Join(dir, "x y", "CMakeLists.txt"), "")
		configure(t, tool, cmake.Configure{Source: dir, Build: build}, false)
		if cmake.HasTests(build) || cmake.HasInstall(build) {
			t.Errorf("tests: %v, install: %v", cmake.HasTests(build), cmake.HasInstall(build))
		}
		output, err := run(t, build, tool.CTest(environment()))
		if err != nil || !cmake.NoTestsFound([]byte(output)) {
			t.Errorf("%v\n%s", err, output)
		}
		// Install rules that are skipped leave no script to run.
		write(t, filepath.Join(dir, "CMakeLists.txt"), "cmake_minimum_required(VERSION 3.16)\nproject(p NONE)\ninstall(CODE \"\")\n")
		build = filepath.Join(dir, "tree2")
		configure(t, tool, cmake.Configure{Source: dir, Build: build}, false)
		if !cmake.HasInstall(build) {
			t.Error("install(CODE) is no install")
		}
		build = filepath.Join(dir, "tree3")
		configure(t, tool, cmake.Configure{Source: dir, Build: build, Defines: map[string]string{"CMAKE_SKIP_INSTALL_RULES": "ON"}}, false)
		if cmake.HasInstall(build) {
			t.Error("skipped rules are an install")
		}
	})
}

// TestRealFailure shows that a failed configure leaves the last good reply,
// and what can be known of it.
func TestRealFailure(t *testing.T) {
	eachCMake(t, func(t *testing.T, tool cmake.Tool) {
		source, build := t.TempDir(), filepath.Join(t.TempDir(), "tree")
		good := "cmake_minimum_required(VERSION 3.16)\nproject(p NONE)\n"
		list := write(t, filepath.Join(source, "CMakeLists.txt"), good+"message(FATAL_ERROR \"not yet\")\n")
		configure(t, tool, cmake.Configure{Source: source, Build: build}, true)
		if _, err := cmake.ReadIndex(build); !errors.Is(err, cmake.ErrNoReply) {
			t.Errorf("a reply after the first failure: %v", err)
		}
		write(t, list, good)
		configure(t, tool, cmake.Configure{Source: source, Build: build}, false)
		before, err := cmake.ReadIndex(build)
		if err != nil || before.Failed {
			t.Fatalf("got %+v, %v", before, err)
		}
		write(t, list, good+"\nmessage(FATAL_ERROR \"no more\")\n")
		output := configure(t, tool, cmake.Configure{Source: source, Build: build}, true)
		if !strings.Contains(output, "no more") {
			t.Errorf("got %s", output)
		}
		after, err := cmake.ReadIndex(build)
		if err != nil || after.File != before.File || after.Failed != (tool.Version.Compare(cmake.Version{Major: 4, Minor: 1}) >= 0) {
			t.Errorf("got %+v, %v", after, err)
		}
	})
}

func TestRealPreset(t *testing.T) {
	eachCMake(t, func(t *testing.T, tool cmake.Tool) {
		if err := tool.Version.Require(cmake.PresetFlag); err != nil {
			t.Log(err)
			return
		}
		source, build := t.TempDir(), filepath.Join(t.TempDir(), "tree")
		write(t, filepath.Join(source, "CMakeLists.txt"), "cmake_minimum_required(VERSION 3.16)\nproject(p NONE)\n")
		// As an editor on Windows and a careless hand write it, and CMake takes it.
		write(t, filepath.Join(source, "CMakePresets.json"), "\ufeff"+`{"version": 3, "configurePresets": [
			{"name": "loose", "description": "two
	lines"},
			{"name": "base", "hidden": true, "generator": "Unix Makefiles", "binaryDir": "${sourceDir}/unused",
			 "environment": {"E": "env"}, "cacheVariables": {"A": "${sourceDirName}|$env{E}|${presetName}|${hostSystemName}|${generator}|${dollar}", "T": true, "N": "base"}},
			{"name": "other", "hidden": true, "cacheVariables": {"N": "other", "O": "other"}},
			{"name": "dev", "inherits": ["base", "other"], "cacheVariables": {"CMAKE_BUILD_TYPE": "Release", "T": null}}]}`)
		presets, err := cmake.ReadPresets(source, environment())
		if err != nil {
			t.Fatal(err)
		}
		preset, err := presets.Find("dev")
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS == "windows" {
			return // No make there.
		}
		configure(t, tool, cmake.Configure{Source: source, Build: build, Preset: "dev"}, false)
		if _, err := os.Stat(preset.BinaryDir); err == nil || preset.BinaryDir == "" {
			t.Errorf("the preset's own build tree %q: %v", preset.BinaryDir, err)
		}
		cache, err := cmake.ReadCache(filepath.Join(build, "CMakeCache.txt"))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range preset.CacheVariables {
			if got := cache[name].Value; got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if _, set := cache["T"]; set || cache["CMAKE_GENERATOR"].Value != preset.Generator || len(preset.CacheVariables) != 4 {
			t.Errorf("got %+v for %+v", cache["CMAKE_GENERATOR"], preset)
		}
	})
}

func TestRealGenerators(t *testing.T) {
	eachCMake(t, func(t *testing.T, tool cmake.Tool) {
		names, err := tool.GeneratorNames(t.Context(), environment())
		if err != nil || !slices.Contains(names, "Ninja") || !slices.Contains(names, "Ninja Multi-Config") {
			t.Errorf("got %q, %v", names, err)
		}
		help, err := run(t, "", tool.Path, "--help")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if !bytes.Contains([]byte(help), []byte(name)) {
				t.Errorf("%q is not in cmake --help", name)
			}
		}
	})
}
