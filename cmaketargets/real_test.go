package cmaketargets_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// These tests run real CMakes: those that CMAKETARGETS_TEST_CMAKES lists, or
// the one in PATH.

// withCMakes runs a test with each of them.
func withCMakes(t *testing.T, test func(t *testing.T, cmake string)) {
	list := os.Getenv("CMAKETARGETS_TEST_CMAKES")
	if list == "" {
		path, err := exec.LookPath("cmake")
		if err != nil {
			t.Fatal("these tests need cmake; go tool mage setup installs it")
		}
		list = path
	}
	for _, cmake := range filepath.SplitList(list) {
		out, err := exec.Command(cmake, "--version").Output()
		if err != nil {
			t.Fatal(err)
		}
		version, _, _ := strings.Cut(strings.TrimPrefix(string(out), "cmake version "), "\n")
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			test(t, cmake)
		})
	}
}

// repository is a copy of some of testdata/projects, with a cmake that writes
// down when it is started.
type repository struct {
	t     *testing.T
	root  string
	calls string // a file with a line per call of cmake
	cmake string
	cache string
}

func newRepository(t *testing.T, cmake string, projects ...string) *repository {
	t.Helper()
	dir := t.TempDir()
	r := &repository{t: t, root: filepath.Join(dir, "repo"), calls: filepath.Join(dir, "calls"), cache: filepath.Join(dir, "cache")}
	if err := os.MkdirAll(r.root, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, p := range projects {
		if err := os.CopyFS(filepath.Join(r.root, p), os.DirFS(filepath.Join("..", "testdata", "projects", p))); err != nil {
			t.Fatal(err)
		}
	}
	// Files as old as in a checkout of yesterday, not as young as the test.
	yesterday := time.Now().Add(-24 * time.Hour)
	err := filepath.WalkDir(r.root, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(path, yesterday, yesterday)
	})
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(dir, "bin")
	for _, tool := range []string{"cmake", "ctest"} {
		script := fmt.Sprintf("#!/bin/sh\necho %s \"$@\" >>'%s'\nexec '%s' \"$@\"\n", tool, r.calls, filepath.Join(filepath.Dir(cmake), tool))
		if err := os.MkdirAll(bin, 0o777); err != nil {
			t.Fatal(err)
		}
		// Written by another process: while this one holds a file open to write,
		// any child that it forks meanwhile keeps it busy.
		write := exec.Command("sh", "-c", `cat >"$1" && chmod +x "$1"`, "sh", filepath.Join(bin, tool))
		write.Stdin = strings.NewReader(script)
		if out, err := write.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	r.cmake = filepath.Join(bin, "cmake")
	return r
}

// run does steps in a new workspace, as a new process would.
func (r *repository) run(c cmaketargets.Config, steps ...cmaketargets.Step) (cmaketargets.Report, error) {
	r.t.Helper()
	c.Root, c.CMake, c.Cache = r.root, r.cmake, r.cache
	if c.Output == nil {
		c.Output = io.Discard
	}
	return cmaketargets.New(c).Run(context.Background(), steps...)
}

// started returns the calls of cmake and ctest since it was last asked, those
// for a version left out.
func (r *repository) started() []string {
	r.t.Helper()
	data, err := os.ReadFile(r.calls)
	if err != nil && !os.IsNotExist(err) {
		r.t.Fatal(err)
	}
	_ = os.Remove(r.calls)
	return slices.DeleteFunc(strings.FieldsFunc(string(data), func(c rune) bool { return c == '\n' }), func(s string) bool {
		return strings.Contains(s, " --version") || strings.Contains(s, " --help") || strings.Contains(s, " -E ")
	})
}

func (r *repository) write(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repository) read(name string) string {
	r.t.Helper()
	data, err := os.ReadFile(filepath.Join(r.root, filepath.FromSlash(name)))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(data)
}

// lines says a report in a line per result, without what differs by machine.
func lines(report cmaketargets.Report) string {
	var b strings.Builder
	for _, res := range report {
		fmt.Fprintf(&b, "%s %s %s: %s\n", res.Step, res.Project.Path, res.Status, freed.ReplaceAllString(res.Reason, "removed"))
	}
	return b.String()
}

var freed = regexp.MustCompile(`removed [0-9.]+ k?B`)

// Every shape of project goes through every step, to the end that its name
// says.
func TestEveryShape(t *testing.T) {
	withCMakes(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake, "c-only", "cxx", "mixed", "library", "header-only", "warning", "nested",
			"late-language", "checks", "codegen", "fragment", "broken/configure-error", "broken/compile-error", "broken/failing-test")
		report, err := r.run(cmaketargets.Config{}, cmaketargets.StepTest, cmaketargets.StepInstall)
		var failed *cmaketargets.Error
		if !errors.As(err, &failed) || failed.ExitStatus() != 1 {
			t.Fatalf("Run = %v, want an *Error with status 1", err)
		}
		ends := map[string]string{}
		for _, res := range report {
			ends[res.Project.Path] += fmt.Sprintf("%s:%s ", res.Step, res.Status)
			if res.LogFile != "" {
				if _, err := os.Stat(res.LogFile); err != nil {
					t.Error(err)
				}
			}
			if res.Status == cmaketargets.StatusOK && (len(res.Args) == 0 || res.Duration == 0 || res.Start.IsZero()) {
				t.Errorf("%s %s: Args %q, Duration %v, Start %v", res.Step, res.Project.Path, res.Args, res.Duration, res.Start)
			}
		}
		all := "configure:ok build:ok test:ok "
		untested := "configure:ok build:ok test:skipped install:skipped "
		for path, want := range map[string]string{
			"c-only": untested, "cxx": untested, "warning": untested,
			"library": all + "install:ok ", "mixed": all + "install:skipped ", "header-only": all + "install:skipped ",
			"nested": all + "install:skipped ", "late-language": all + "install:skipped ", "checks": all + "install:skipped ", "codegen": all + "install:skipped ",
			"broken/configure-error": "configure:failed build:skipped test:skipped install:skipped ",
			"broken/compile-error":   "configure:ok build:failed test:skipped install:skipped ",
			"broken/failing-test":    "configure:ok build:ok test:failed install:skipped ",
		} {
			if ends[path] != want {
				t.Errorf("%s went %q, want %q", path, ends[path], want)
			}
			delete(ends, path)
		}
		if len(ends) > 0 {
			t.Errorf("there are more projects: %v", ends)
		}
		for path, want := range map[string]string{
			"broken/configure-error": "frobnicator", "broken/compile-error": "undeclared_variable", "broken/failing-test": "answer.wrong",
		} {
			res := report.Project(path).Failed()[0]
			if len(res.Diagnostics) == 0 || !strings.Contains(res.Diagnostics[0].Message, want) {
				t.Errorf("%s: the first diagnostic of %+v does not say %q", path, res.Diagnostics, want)
			}
		}
		var xml strings.Builder
		if err := report.WriteJUnit(&xml); err != nil {
			t.Error(err)
		}
		for _, want := range []string{
			`name="answer.right" classname="broken/failing-test"`, `<failure message="frobnicator 3`, `<skipped message="no tests"`,
			`name="broken/failing-test test" tests="2" failures="1"`,
		} {
			if !strings.Contains(xml.String(), want) {
				t.Errorf("JUnit lacks %s:\n%s", want, &xml)
			}
		}
		if _, err := os.Stat(filepath.Join(r.root, "build", "_install", "bin", "area")); err != nil {
			t.Error(err)
		}
		var built []string
		for _, target := range report.Project("library").Of(cmaketargets.StepBuild)[0].Targets {
			built = append(built, target.Type+" "+target.Name)
			for _, artifact := range target.Artifacts {
				if _, err := os.Stat(artifact); err != nil {
					t.Error(err)
				}
			}
			if target.SourceDir != filepath.Join(r.root, "library") || target.Config != "Debug" {
				t.Errorf("target %+v", target)
			}
		}
		slices.Sort(built)
		if got := strings.Join(built, ", "); got != "EXECUTABLE area, STATIC_LIBRARY shape" {
			t.Errorf("targets of library: %s", got)
		}

		r.started()
		report, _ = r.run(cmaketargets.Config{Exclude: []string{"broken/**"}}, cmaketargets.StepConfigure)
		if calls := r.started(); len(calls) > 0 || len(report.With(cmaketargets.StatusUpToDate)) != len(report) {
			t.Errorf("the second configure started %q:\n%s", calls, lines(report))
		}
		report, err = r.run(cmaketargets.Config{}, cmaketargets.StepClean)
		if err != nil || len(report.With(cmaketargets.StatusOK)) != 13 {
			t.Errorf("clean: %v\n%s", err, lines(report))
		}
		left, err := filepath.Glob(filepath.Join(r.root, "build", "*"))
		if err != nil || len(left) != 1 || filepath.Base(left[0]) != "_install" {
			t.Errorf("clean left %q, %v", left, err)
		}
	})
}

// Debug and Release side by side, each with its tree and prefix.
func TestVariantsSideBySide(t *testing.T) {
	withCMakes(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake, "library")
		report, err := r.run(cmaketargets.Config{Variants: []cmaketargets.Variant{{BuildType: "Debug"}, {Name: "fast", BuildType: "Release", Generator: "Unix Makefiles"}}}, cmaketargets.StepInstall)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, res := range report {
			got = append(got, res.Variant.Name+" "+string(res.Step))
		}
		want := []string{"Debug configure", "Debug build", "Debug install", "fast configure", "fast build", "fast install"}
		if !slices.Equal(got, want) {
			t.Errorf("report has %q, want %q", got, want)
		}
		for path, want := range map[string]string{
			"build/Debug/library/CMakeCache.txt": "CMAKE_BUILD_TYPE:STRING=Debug\n",
			"build/fast/library/CMakeCache.txt":  "CMAKE_BUILD_TYPE:STRING=Release\n",
			"build/Debug/library/build.ninja":    "ninja_required_version",
			"build/fast/library/Makefile":        "CMAKE generated file",
		} {
			if !strings.Contains(r.read(path), want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
		for _, v := range []string{"Debug", "fast"} {
			if _, err := os.Stat(filepath.Join(r.root, "build", "_install", v, "bin", "area")); err != nil {
				t.Error(err)
			}
		}
	})
}

// A preset decides generator and build type; its build directory does not
// count, because a build tree has one place only.
func TestPreset(t *testing.T) {
	withCMakes(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake, "presets")
		c := cmaketargets.Config{Variants: []cmaketargets.Variant{{Preset: "release"}}}
		report, err := r.run(c, cmaketargets.StepTest)
		if err != nil {
			t.Fatalf("%v\n%s", err, lines(report))
		}
		if cache := r.read("build/presets/CMakeCache.txt"); !strings.Contains(cache, "CMAKE_BUILD_TYPE:STRING=Release\n") || !strings.Contains(cache, "release preset") {
			t.Error("the preset did not come through")
		}
		if report, _ = r.run(c, cmaketargets.StepConfigure); report[0].Status != cmaketargets.StatusUpToDate {
			t.Errorf("again: %s", lines(report))
		}
		r.write("presets/CMakePresets.json", strings.ReplaceAll(r.read("presets/CMakePresets.json"), "release preset", "changed preset"))
		report, err = r.run(c, cmaketargets.StepConfigure)
		if err != nil || report[0].Reason != "CMakePresets.json changed" || !strings.Contains(r.read("build/presets/CMakeCache.txt"), "changed preset") {
			t.Errorf("changed: %v %s", err, lines(report))
		}
		report, err = r.run(cmaketargets.Config{Variants: []cmaketargets.Variant{{Preset: "relese"}}}, cmaketargets.StepConfigure)
		if err == nil || !strings.Contains(err.Error(), "release") || len(report) != 1 {
			t.Errorf("a preset that is not there: %v", err)
		}
	})
}

// What makes a tree stale is seen, named and mended, with the tree that plain
// CMake would have made in a new place.
func TestStaleTreesHeal(t *testing.T) {
	type config = cmaketargets.Config
	variant := func(v cmaketargets.Variant) config { return config{Variants: []cmaketargets.Variant{v}} }
	for _, test := range []struct {
		name    string
		before  config
		stale   func(*repository)
		after   config
		reason  string // a regular expression
		cache   string // what the cache says then
		outdone string // what it does not say any more
	}{
		{
			name: "generator changed", after: variant(cmaketargets.Variant{Generator: "Unix Makefiles"}),
			reason: "^generator was Ninja, is Unix Makefiles$", cache: "CMAKE_GENERATOR:INTERNAL=Unix Makefiles\n",
		},
		{
			name: "compiler changed", after: variant(cmaketargets.Variant{Env: map[string]string{"CC": "gcc"}}),
			reason: "^CC was unset, is gcc$", cache: "/gcc\n",
		},
		{
			name: "flags changed", after: variant(cmaketargets.Variant{Env: map[string]string{"CFLAGS": "-O1"}}),
			reason: "^CFLAGS is now set$", cache: "CMAKE_C_FLAGS:STRING=-O1\n",
		},
		{
			name: "toolchain file added", after: variant(cmaketargets.Variant{Toolchain: "tc.cmake"}),
			stale:  func(r *repository) { r.write("tc.cmake", "set(MARK 1 CACHE STRING mark)\n") },
			reason: "^option changed: -DCMAKE_TOOLCHAIN_FILE$", cache: "MARK:STRING=1\n",
		},
		{
			name: "option added", after: variant(cmaketargets.Variant{Defines: map[string]string{"FOO:STRING": "1"}}),
			reason: "^option changed: -DFOO$", cache: "FOO:STRING=1\n",
		},
		{
			name: "option taken away", before: variant(cmaketargets.Variant{Defines: map[string]string{"FOO": "1", "BAR": "1"}}),
			reason: "^2 options changed: -DBAR, -DFOO$", outdone: "\nFOO:",
		},
		{
			name: "build type changed", after: variant(cmaketargets.Variant{BuildType: "Release"}),
			reason: "^option changed: -DCMAKE_BUILD_TYPE$", cache: "CMAKE_BUILD_TYPE:STRING=Release\n",
		},
		{
			name: "input changed", stale: func(r *repository) {
				r.write("c-only/CMakeLists.txt", r.read("c-only/CMakeLists.txt")+"set(NEW 1 CACHE STRING new)\n")
			},
			reason: "^CMakeLists.txt changed$", cache: "NEW:STRING=1\n",
		},
		{
			name: "cache edited", stale: func(r *repository) {
				r.write("build/c-only/CMakeCache.txt", strings.ReplaceAll(r.read("build/c-only/CMakeCache.txt"), "CMAKE_BUILD_TYPE:STRING=Debug", "CMAKE_BUILD_TYPE:STRING=Edited"))
			},
			reason: "^CMakeCache.txt was edited$", cache: "CMAKE_BUILD_TYPE:STRING=Debug\n",
		},
		{
			name: "cache damaged", stale: func(r *repository) { r.write("build/c-only/CMakeCache.txt", "This is no cache\n") },
			reason: "^CMakeCache.txt is damaged$", cache: "CMAKE_BUILD_TYPE:STRING=Debug\n",
		},
		{
			name: "cache gone", stale: func(r *repository) { _ = os.Remove(filepath.Join(r.root, "build", "c-only", "CMakeCache.txt")) },
			reason: "^CMakeCache.txt is gone$", cache: "CMAKE_BUILD_TYPE:STRING=Debug\n",
		},
		{name: "repository moved", stale: func(r *repository) {
			if err := os.Rename(r.root, r.root+"2"); err != nil {
				r.t.Fatal(err)
			}
			r.root += "2"
		}, reason: "^source directory was .*/repo/c-only, is .*/repo2/c-only$", cache: "/repo2/c-only\n"},
		{name: "configured by hand with another generator", stale: func(r *repository) {
			_ = os.RemoveAll(filepath.Join(r.root, "build"))
			if out, err := exec.Command(r.cmake, "-S", filepath.Join(r.root, "c-only"), "-B", filepath.Join(r.root, "build", "c-only"), "-G", "Unix Makefiles").CombinedOutput(); err != nil {
				r.t.Fatalf("%v\n%s", err, out)
			}
		}, reason: "^configured by something else$", cache: "CMAKE_GENERATOR:INTERNAL=Unix Makefiles\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			withCMakes(t, func(t *testing.T, cmake string) {
				r := newRepository(t, cmake, "c-only")
				if report, err := r.run(test.before, cmaketargets.StepConfigure); err != nil {
					t.Fatalf("%v\n%s", err, lines(report))
				}
				if test.stale != nil {
					test.stale(r)
				}
				report, err := r.run(test.after, cmaketargets.StepBuild)
				if err != nil {
					t.Fatalf("%v\n%s", err, lines(report))
				}
				if got := report[0]; got.Status != cmaketargets.StatusOK || !regexp.MustCompile(test.reason).MatchString(got.Reason) {
					t.Errorf("%s: %q, want %s", got.Status, got.Reason, test.reason)
				}
				cache := r.read("build/c-only/CMakeCache.txt")
				if !strings.Contains(cache, test.cache) || test.outdone != "" && strings.Contains(cache, test.outdone) {
					t.Errorf("the cache lacks %q, or holds %q", test.cache, test.outdone)
				}
				r.started()
				report, err = r.run(test.after, cmaketargets.StepConfigure)
				if calls := r.started(); err != nil || report[0].Status != cmaketargets.StatusUpToDate || len(calls) > 0 {
					t.Errorf("afterwards: %v, %s, started %q", err, lines(report), calls)
				}
			})
		})
	}
}

// A build that ran CMake by itself has configured.
func TestBuildThatRanCMakeCountsAsConfigured(t *testing.T) {
	withCMakes(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake, "c-only")
		if _, err := r.run(cmaketargets.Config{}, cmaketargets.StepBuild); err != nil {
			t.Fatal(err)
		}
		r.write("c-only/CMakeLists.txt", r.read("c-only/CMakeLists.txt")+"add_custom_target(later)\n")
		// Ninja compares times, so the change has to be older than the re-run.
		past := time.Now().Add(-10 * time.Second)
		if err := os.Chtimes(filepath.Join(r.root, "c-only", "CMakeLists.txt"), past, past); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"build.ninja", "CMakeCache.txt"} {
			older := past.Add(-time.Minute)
			if err := os.Chtimes(filepath.Join(r.root, "build", "c-only", name), older, older); err != nil {
				t.Fatal(err)
			}
		}
		if out, err := exec.Command(r.cmake, "--build", filepath.Join(r.root, "build", "c-only")).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		r.started()
		report, err := r.run(cmaketargets.Config{}, cmaketargets.StepConfigure)
		if err != nil || report[0].Status != cmaketargets.StatusUpToDate || len(r.started()) > 0 {
			t.Fatalf("after the build: %v\n%s", err, lines(report))
		}
		if !slices.ContainsFunc(report[0].Targets, func(target cmaketargets.Target) bool { return target.Name == "later" }) {
			t.Errorf("the new target is not among %+v", report[0].Targets)
		}
	})
}

// A file that a file(GLOB) would find is a change, with CONFIGURE_DEPENDS and
// without, for that is why people run cmake again.
func TestGlobs(t *testing.T) {
	withCMakes(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		for _, p := range []string{"plain", "depends"} {
			flag := map[string]string{"plain": "", "depends": "CONFIGURE_DEPENDS"}[p]
			r.write(p+"/CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nproject(x C)\nfile(GLOB sources "+flag+" src/*.c)\nadd_executable(x ${sources})\n")
			r.write(p+"/src/main.c", "int main(void) { return 0; }\n")
		}
		if report, err := r.run(cmaketargets.Config{}, cmaketargets.StepBuild); err != nil {
			t.Fatalf("%v\n%s", err, lines(report))
		}
		for _, p := range []string{"plain", "depends"} {
			r.write(p+"/src/more.c", "int more;\n")
		}
		report, err := r.run(cmaketargets.Config{}, cmaketargets.StepConfigure)
		if err != nil {
			t.Fatal(err)
		}
		for _, res := range report {
			if res.Status != cmaketargets.StatusOK || !strings.Contains(r.read("build/"+res.Project.Path+"/build.ninja"), "more.c") {
				t.Errorf("%s: %s, %s", res.Project.Path, res.Status, res.Reason)
			}
		}
	})
}

// A configure that failed outside of us is not taken for a good one.
func TestFailureElsewhereIsSeen(t *testing.T) {
	withCMakes(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake, "c-only")
		if _, err := r.run(cmaketargets.Config{}, cmaketargets.StepConfigure); err != nil {
			t.Fatal(err)
		}
		tree := filepath.Join(r.root, "build", "c-only")
		if out, err := exec.Command(r.cmake, tree, "-DCMAKE_PROJECT_INCLUDE=/nowhere.cmake").CombinedOutput(); err == nil {
			t.Fatalf("a missing include is no failure:\n%s", out)
		}
		report, err := r.run(cmaketargets.Config{}, cmaketargets.StepConfigure)
		if err == nil || report[0].Status != cmaketargets.StatusFailed {
			t.Errorf("%v\n%s", err, lines(report))
		}
	})
}

// One detection serves all projects, and the report says so.
func TestDetectionIsShared(t *testing.T) {
	withCMakes(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake, "c-only", "cxx", "mixed")
		report, err := r.run(cmaketargets.Config{Include: []string{"mixed"}}, cmaketargets.StepConfigure)
		if err != nil || report[0].Detection != "stored for C, CXX" {
			t.Fatalf("%v: detection %q", err, report[0].Detection)
		}
		report, err = r.run(cmaketargets.Config{Exclude: []string{"mixed"}}, cmaketargets.StepTest)
		if err != nil {
			t.Fatalf("%v\n%s", err, lines(report))
		}
		// Where C came first, C++ was told by it: alone it is another detection.
		for path, want := range map[string]string{"c-only": "reused for C", "cxx": "stored for CXX"} {
			if got := report.Project(path)[0].Detection; got != want {
				t.Errorf("%s: detection %q, want %q", path, got, want)
			}
		}
	})
}
