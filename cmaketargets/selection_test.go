package cmaketargets_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets"
)

// sample is a project whose commands make files <name>.made in the build tree: the targets one, two
// and, by default not built, extra, and four tests.
const sample = `cmake_minimum_required(VERSION 3.16)
project(sample NONE)
set(make ${CMAKE_COMMAND} -E touch)
foreach(name one two)
  add_custom_target(${name} ALL COMMAND ${make} "${CMAKE_BINARY_DIR}/${name}.made")
endforeach()
add_custom_target(extra COMMAND ${make} "${CMAKE_BINARY_DIR}/extra.made")
enable_testing()
foreach(name unit.a unit.b slow.a slow.b)
  add_test(NAME ${name} COMMAND ${make} "${CMAKE_BINARY_DIR}/${name}.made")
endforeach()
set_tests_properties(unit.b slow.b PROPERTIES LABELS nightly)
install(FILES CMakeLists.txt DESTINATION run COMPONENT Runtime)
install(FILES CMakeLists.txt DESTINATION dev COMPONENT Development)
`

// workspace returns a new workspace of the repository.
func (r *repository) workspace(c cmaketargets.Config) *cmaketargets.Workspace {
	c.Root, c.CMake, c.Store, c.Output = r.root, r.cmake, r.cache, io.Discard
	return cmaketargets.New(c)
}

// made returns the names of the files <name>.made in a project's build tree, and removes them.
func (r *repository) made(project string) string {
	r.t.Helper()
	files, err := filepath.Glob(filepath.Join(r.root, "build", project, "*.made"))
	if err != nil {
		r.t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			r.t.Fatal(err)
		}
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".made"))
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// statuses returns "one ok, two skipped: reason" for the results of a step, with the error of those
// that failed.
func statuses(report cmaketargets.Report, step cmaketargets.Step) string {
	var list []string
	for _, res := range report.ForStep(step) {
		text := res.Project.Path + " " + string(res.Status)
		if step := (*cmaketargets.StepError)(nil); errors.As(res.Err, &step) {
			text += ": " + step.Cause.Error()
		} else if res.Status != cmaketargets.StatusOK {
			text += ": " + res.Reason
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

// A narrowed build builds its targets alone, where there are any. In the memory of the workspace it
// counts as itself, not as the whole build.
func TestSelectTargets(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		r.write("p/CMakeLists.txt", sample)
		r.write("q/CMakeLists.txt", strings.ReplaceAll(sample, "extra", "other"))
		w := r.workspace(cmaketargets.Config{})
		extra := w.Select(cmaketargets.Selection{Targets: []string{"extra"}})
		for i, test := range []struct {
			w       *cmaketargets.Workspace
			step    cmaketargets.Step
			results string
			p, q    string
		}{
			{extra, cmaketargets.StepBuild, "p ok, q skipped: no target extra", "extra", ""},
			{extra, cmaketargets.StepBuild, "p ok, q skipped: no target extra", "", ""},
			{w, cmaketargets.StepBuild, "p ok, q ok", "one two", "one two"},
			{w, cmaketargets.StepBuild, "p ok, q ok", "", ""},
			{extra, cmaketargets.StepBuild, "p ok, q skipped: no target extra", "", ""},
			{w.Select(cmaketargets.Selection{Targets: []string{"other", "one"}}), cmaketargets.StepBuild, "p ok, q ok", "one", "one other"},
			{w.Select(cmaketargets.Selection{Targets: []string{"all"}}), cmaketargets.StepBuild, "p ok, q ok", "one two", "one two"},
			{extra, cmaketargets.StepTest, "p ok, q skipped: build was skipped", "slow.a slow.b unit.a unit.b", ""},
			{w, cmaketargets.StepTest, "p ok, q ok", "slow.a slow.b unit.a unit.b", "slow.a slow.b unit.a unit.b"},
		} {
			report, err := test.w.Run(t.Context(), test.step)
			if got := statuses(report, test.step); err != nil || got != test.results {
				t.Errorf("run %d: %v, %s; want %s", i, err, got, test.results)
			}
			if p, q := r.made("p"), r.made("q"); p != test.p || q != test.q {
				t.Errorf("run %d made %q and %q, want %q and %q", i, p, q, test.p, test.q)
			}
		}
	})
}

func TestSelectTests(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		r.write("p/CMakeLists.txt", sample)
		w := r.workspace(cmaketargets.Config{})
		if _, err := w.Run(t.Context(), cmaketargets.StepBuild); err != nil {
			t.Fatal(err)
		}
		r.made("p")
		for _, test := range []struct {
			s             cmaketargets.Selection
			result, tests string
		}{
			{cmaketargets.Selection{Tests: "^unit"}, "p ok", "unit.a unit.b"},
			{cmaketargets.Selection{Tests: "^unit"}, "p ok", ""}, // done already
			{cmaketargets.Selection{ExcludeTests: "^unit"}, "p ok", "slow.a slow.b"},
			{cmaketargets.Selection{Labels: "nightly"}, "p ok", "slow.b unit.b"},
			{cmaketargets.Selection{Labels: "nightly", ExcludeTests: "slow"}, "p ok", "unit.b"},
			{cmaketargets.Selection{Tests: "a$", ExcludeTests: "slow"}, "p ok", "unit.a"},
			{cmaketargets.Selection{}, "p ok", "slow.a slow.b unit.a unit.b"},
			{cmaketargets.Selection{Tests: "none"}, "p skipped: no tests", ""},
			{cmaketargets.Selection{Tests: "("}, "p failed: a pattern for tests is no regular expression of CMake: Unmatched parentheses", ""},
		} {
			report, err := w.Select(test.s).Run(t.Context(), cmaketargets.StepTest)
			got := statuses(report, cmaketargets.StepTest)
			if made := r.made("p"); got != test.result || made != test.tests || (err != nil) != strings.Contains(got, "failed") {
				t.Errorf("%+v: %v, %s, ran %q; want %s, %q", test.s, err, got, made, test.result, test.tests)
			}
		}
	})
}

func TestSelectComponent(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		r.write("p/CMakeLists.txt", sample)
		w := r.workspace(cmaketargets.Config{})
		installed := func() string {
			files, err := filepath.Glob(filepath.Join(r.root, "build", "_install", "*", "CMakeLists.txt"))
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, file := range files {
				names = append(names, filepath.Base(filepath.Dir(file)))
			}
			return strings.Join(names, " ")
		}
		if _, err := w.Select(cmaketargets.Selection{Component: "Runtime"}).Run(t.Context(), cmaketargets.StepInstall); err != nil || installed() != "run" {
			t.Errorf("%v, installed %q, want run", err, installed())
		}
		// One component does not count as all.
		if _, err := w.Run(t.Context(), cmaketargets.StepInstall); err != nil || installed() != "dev run" {
			t.Errorf("%v, installed %q, want dev and run", err, installed())
		}
	})
}

// The projects and variants that remain are those that all selections select; of the other fields
// the last that is set counts.
func TestSelectionsAddUp(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		for _, name := range []string{"apps/a", "libs/a", "libs/b"} {
			r.write(name+"/CMakeLists.txt", sample)
		}
		w := r.workspace(cmaketargets.Config{Variants: []cmaketargets.Variant{{BuildType: "Debug"}, {BuildType: "Release"}}})
		libs := w.Select(cmaketargets.Selection{Projects: []string{"libs/*"}, Variants: []string{"Debug"}, Targets: []string{"one"}})
		a := libs.Select(cmaketargets.Selection{Projects: []string{"*/a"}})
		release := a.Select(cmaketargets.Selection{Targets: []string{"two"}})
		for _, test := range []struct {
			w          *cmaketargets.Workspace
			want, made string // in libs/a
		}{
			{libs, "libs/a [Debug], libs/b [Debug]", "one"},
			{a, "libs/a [Debug]", ""}, // done already
			{release, "libs/a [Debug]", "two"},
		} {
			report, err := test.w.Run(t.Context(), cmaketargets.StepBuild)
			var got []string
			for _, res := range report.ForStep(cmaketargets.StepBuild) {
				got = append(got, res.Project.Path+" ["+res.Variant.Name+"]")
			}
			if made := r.made("Debug/libs/a"); err != nil || strings.Join(got, ", ") != test.want || made != test.made {
				t.Errorf("built %q, %q, %v; want %s, %q", got, made, err, test.want, test.made)
			}
		}
	})
}

// Each list of filters is matched with all projects: one that leaves out what another one has left out is no mistake.
func TestSelectTwice(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		for _, path := range []string{"a", "b", "c"} {
			r.write(path+"/CMakeLists.txt", sample)
		}
		for _, test := range []struct{ one, two, want, err string }{
			{"@failed", "!c", "", ""},
			{"a", "!c", "a ok", ""},
			{"{a,b}", "{b,c}", "b ok", ""},
			{"a", "b", "", ""},
			{"a", "x", "", `read Selection.Projects: "x" matches no project; there are a, b, c`},
		} {
			one := r.workspace(cmaketargets.Config{}).Select(cmaketargets.Selection{Projects: []string{test.one}})
			report, err := one.Select(cmaketargets.Selection{Projects: []string{test.two}}).Run(t.Context(), cmaketargets.StepBuild)
			message := ""
			if err != nil {
				message = err.Error()
			}
			if got := statuses(report, cmaketargets.StepBuild); got != test.want || message != test.err {
				t.Errorf("%s within %s: %q, %q; want %q, %q", test.two, test.one, got, message, test.want, test.err)
			}
		}
	})
}

// Runs of one workspace that begin at once find its tools, and one asks its build trees before. It fails with -race only.
func TestSelectAtOnce(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		for i := range 20 {
			r.write(fmt.Sprintf("p%d/CMakeLists.txt", i), sample)
		}
		w := r.workspace(cmaketargets.Config{})
		if _, _, err := w.Discover(t.Context()); err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for _, filter := range []string{"p0", "@failed", "@failed"} {
			group.Go(func() {
				if _, err := w.Select(cmaketargets.Selection{Projects: []string{filter}}).Run(t.Context(), cmaketargets.StepConfigure); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	})
}

func TestSelectionThatCannotBe(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		r.write("p/CMakeLists.txt", sample)
		for _, test := range []struct {
			s    cmaketargets.Selection
			want string
		}{
			{cmaketargets.Selection{Projects: []string{"x"}}, `read Selection.Projects: "x" matches no project; there are p`},
			{cmaketargets.Selection{Variants: []string{"x"}}, `read Selection.Variants="x", but Config.Variants has no variant with a name`},
			{cmaketargets.Selection{Targets: []string{"-v"}}, `read the selection: build target "-v": not a name that cmake --build takes`},
			{cmaketargets.Selection{Targets: []string{"x", "y"}}, `build target "x": no selected project has it; cmake --build BUILD_TREE --target help lists those of one`},
		} {
			var got *cmaketargets.Error
			_, err := r.workspace(cmaketargets.Config{}).Select(test.s).Run(t.Context(), cmaketargets.StepBuild)
			if !errors.As(err, &got) || got.ExitStatus() != 2 || got.Error() != test.want {
				t.Errorf("%+v: %v, want exit status 2, %s", test.s, err, test.want)
			}
		}
	})
}

// Variables override the selection of targets and tests.
func TestSelectionByEnvironment(t *testing.T) {
	for _, cmake := range realCMakes(t) {
		r := newRepository(t, cmake)
		r.write("p/CMakeLists.txt", sample)
		run := func(step cmaketargets.Step, s cmaketargets.Selection, variable, value string) error {
			t.Setenv(variable, value)
			defer func() { _ = os.Unsetenv(variable) }()
			_, err := r.workspace(cmaketargets.Config{}).Select(s).Run(context.Background(), step)
			return err
		}
		var unknown *cmaketargets.Error
		err := run(cmaketargets.StepBuild, cmaketargets.Selection{}, cmaketargets.EnvTargets, "nowhere")
		if made := r.made("p"); !errors.As(err, &unknown) || unknown.ExitStatus() != 2 || made != "" {
			t.Errorf("an unknown target: %v, made %q; want exit status 2", err, made)
		}
		err = run(cmaketargets.StepBuild, cmaketargets.Selection{Targets: []string{"one"}}, cmaketargets.EnvTargets, "extra,two")
		if made := r.made("p"); err != nil || made != "extra two" {
			t.Errorf("targets: %v, made %q", err, made)
		}
		err = run(cmaketargets.StepTest, cmaketargets.Selection{Targets: []string{"one"}, Tests: "^unit.a"}, cmaketargets.EnvTests, "^unit")
		if made := r.made("p"); err != nil || made != "one unit.a unit.b" {
			t.Errorf("tests: %v, made %q", err, made)
		}
		err = run(cmaketargets.StepTest, cmaketargets.Selection{Targets: []string{"one"}, ExcludeTests: "a$"}, cmaketargets.EnvTests, "!^unit")
		if made := r.made("p"); err != nil || made != "one slow.a slow.b" {
			t.Errorf("tests left out: %v, made %q", err, made)
		}
	}
}
