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
	with(t, realCMakes(t), test)
}

func with(t *testing.T, cmakes []string, test func(t *testing.T, cmake string)) {
	for _, cmake := range cmakes {
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

// withFirstCMake is withCMakes for a slow test: it runs with the first of them only, unless
// CMAKETARGETS_TEST_ALL is set. With all of them CI takes too long.
func withFirstCMake(t *testing.T, test func(t *testing.T, cmake string)) {
	cmakes := realCMakes(t)
	if !everyCMake() {
		cmakes = cmakes[:1]
	}
	with(t, cmakes, test)
}

func everyCMake() bool { return os.Getenv("CMAKETARGETS_TEST_ALL") != "" }

func realCMakes(t *testing.T) []string {
	list := os.Getenv("CMAKETARGETS_TEST_CMAKES")
	if list == "" {
		path, err := exec.LookPath("cmake")
		if err != nil {
			t.Fatal("these tests need cmake; go tool mage setup installs it")
		}
		list = path
	}
	return filepath.SplitList(list)
}

// repository is a copy of some of testdata/projects, with a cmake that logs its calls.
type repository struct {
	t     *testing.T
	root  string
	calls string // a file with a line per call of cmake
	cmake string
	cache string
}

func newRepository(t *testing.T, cmake string, projects ...string) *repository {
	if testing.Short() {
		t.Skip("it configures projects with compilers")
	}
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
	// Files as old as in a checkout of yesterday.
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
	r.install(cmake)
	return r
}

// install puts a cmake and its ctest into place, as scripts that log their calls.
func (r *repository) install(cmake string) {
	r.t.Helper()
	bin := filepath.Join(filepath.Dir(r.root), "bin")
	if err := os.MkdirAll(bin, 0o777); err != nil {
		r.t.Fatal(err)
	}
	for _, tool := range []string{"cmake", "ctest"} {
		script := fmt.Sprintf("#!/bin/sh\necho %s \"$@\" >>'%s'\nexec '%s' \"$@\"\n", tool, r.calls, filepath.Join(filepath.Dir(cmake), tool))
		// Written by another process: while this one holds a file open to write,
		// any child that it forks meanwhile keeps it busy.
		write := exec.Command("sh", "-c", `cat >"$1" && chmod +x "$1"`, "sh", filepath.Join(bin, tool))
		write.Stdin = strings.NewReader(script)
		if out, err := write.CombinedOutput(); err != nil {
			r.t.Fatalf("%v\n%s", err, out)
		}
	}
	r.cmake = filepath.Join(bin, "cmake")
}

// run does steps in a new workspace, as a new process would.
func (r *repository) run(c cmaketargets.Config, steps ...cmaketargets.Step) (cmaketargets.Report, error) {
	r.t.Helper()
	c.Root, c.CMake, c.Store = r.root, r.cmake, r.cache
	if c.Output == nil {
		c.Output = io.Discard
	}
	return cmaketargets.New(c).Run(context.Background(), steps...)
}

// started returns the calls of cmake and ctest since the last time, without those for a version.
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

// lines returns a report as a line per result, without the parts that differ by machine.
func lines(report cmaketargets.Report) string {
	var b strings.Builder
	for _, res := range report {
		fmt.Fprintf(&b, "%s %s %s: %s\n", res.Step, res.Project.Path, res.Status, freed.ReplaceAllString(res.Reason, "removed"))
	}
	return b.String()
}

var freed = regexp.MustCompile(`removed [0-9.]+ k?B`)

// Every shape of project goes through every step, to the end that its name promises.
func TestEveryShape(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
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
			res := report.ForProject(path).Failed()[0]
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
		for _, target := range report.ForProject("library").ForStep(cmaketargets.StepBuild)[0].Targets {
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
		if calls := r.started(); len(calls) > 0 || len(report.WithStatus(cmaketargets.StatusUpToDate)) != len(report) {
			t.Errorf("the second configure started %q:\n%s", calls, lines(report))
		}
		report, err = r.run(cmaketargets.Config{}, cmaketargets.StepClean)
		if err != nil || len(report.WithStatus(cmaketargets.StatusOK)) != 13 {
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

// A preset decides generator and build type; its build directory does not count, because a build
// tree has one place only.
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
		if err != nil || report[0].Reason != "the preset's value of PRESETS_GREETING changed" || !strings.Contains(r.read("build/presets/CMakeCache.txt"), "changed preset") {
			t.Errorf("changed: %v %s", err, lines(report))
		}
		report, err = r.run(cmaketargets.Config{Variants: []cmaketargets.Variant{{Preset: "relese"}}}, cmaketargets.StepConfigure)
		if err == nil || !strings.Contains(err.Error(), "release") || len(report) != 1 {
			t.Errorf("a preset that is not there: %v", err)
		}
	})
}

// One detection serves all projects, and is in the report.
func TestDetectionIsShared(t *testing.T) {
	withCMakes(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake, "c-only", "cxx", "mixed")
		report, err := r.run(cmaketargets.Config{Include: []string{"mixed"}}, cmaketargets.StepConfigure)
		if err != nil || report[0].Detection.String() != "stored for C, CXX" {
			t.Fatalf("%v: detection %q", err, report[0].Detection.String())
		}
		report, err = r.run(cmaketargets.Config{Exclude: []string{"mixed"}}, cmaketargets.StepTest)
		if err != nil {
			t.Fatalf("%v\n%s", err, lines(report))
		}
		// After C the detection of C++ depends on it: alone it is another detection.
		for path, want := range map[string]string{"c-only": "reused for C", "cxx": "stored for CXX"} {
			if got := report.ForProject(path)[0].Detection.String(); got != want {
				t.Errorf("%s: detection %q, want %q", path, got, want)
			}
		}
	})
}
