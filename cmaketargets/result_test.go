package cmaketargets_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// twoFailures is a project in which the targets bad1 and bad2 fail, and late needs bad1.
const twoFailures = `cmake_minimum_required(VERSION 3.16)
project(twoFailures NONE)
set(make ${CMAKE_COMMAND} -E touch)
foreach(name bad1 bad2)
  add_custom_target(${name} ALL COMMAND ${make} "${CMAKE_BINARY_DIR}/${name}.made" COMMAND ${CMAKE_COMMAND} -E false)
endforeach()
add_custom_target(late ALL COMMAND ${make} "${CMAKE_BINARY_DIR}/late.made")
add_dependencies(late bad1)
`

// With KeepGoing a build does everything that does not need a failed command, else it ends at the
// first one.
func TestKeepGoing(t *testing.T) {
	withCMakes(t, func(t *testing.T, cmake string) {
		for _, generator := range []string{"Ninja", "Unix Makefiles"} {
			r := newRepository(t, cmake)
			r.write("p/CMakeLists.txt", twoFailures)
			config := cmaketargets.Config{Jobs: 1, Variants: []cmaketargets.Variant{{Generator: generator}}}
			for _, config.KeepGoing = range []bool{false, true} {
				report, err := r.workspace(config).Run(t.Context(), cmaketargets.StepBuild)
				if made := r.made("p"); err == nil || len(report.Failed()) != 1 || (made == "bad1 bad2") != config.KeepGoing {
					t.Errorf("%s, keep going %v: %v, made %q", generator, config.KeepGoing, err, made)
				}
			}
		}
	})
}

func TestKeepGoingByEnvironment(t *testing.T) {
	for _, cmake := range realCMakes(t) {
		r := newRepository(t, cmake)
		r.write("p/CMakeLists.txt", twoFailures)
		for value, want := range map[string]bool{"1": true, "0": false} {
			t.Setenv(cmaketargets.EnvKeepGoing, value)
			_, err := r.workspace(cmaketargets.Config{Jobs: 1, KeepGoing: !want}).Run(t.Context(), cmaketargets.StepBuild)
			if made := r.made("p"); err == nil || (made == "bad1 bad2") != want {
				t.Errorf("%s: %v, made %q", value, err, made)
			}
		}
	}
}

// OnResult is called once for each Result of a run, one at a time, before Run returns, and not for
// steps that were done before.
func TestOnResult(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		for i := range 6 {
			r.write(fmt.Sprintf("p%d/CMakeLists.txt", i), sample)
		}
		r.write("p6/CMakeLists.txt", twoFailures)
		var inside atomic.Int32
		var mu sync.Mutex
		calls := map[string]int{}
		key := func(res cmaketargets.Result) string {
			return fmt.Sprint(res.Project.Path, " ", res.Step, " ", res.Status, " ", res.Duration, " ", res.Err)
		}
		w := r.workspace(cmaketargets.Config{Jobs: 4, OnResult: func(res cmaketargets.Result) {
			if n := inside.Add(1); n > 1 {
				t.Errorf("%d calls at once", n)
			}
			time.Sleep(20 * time.Millisecond) // long enough for another step to end
			mu.Lock()
			calls[key(res)]++
			mu.Unlock()
			inside.Add(-1)
		}})
		report, err := w.Run(t.Context(), cmaketargets.StepTest)
		if err == nil || len(report) != 3*7 || len(calls) != len(report) {
			t.Fatalf("%v, %d results, %d calls: %v", err, len(report), len(calls), calls)
		}
		for _, res := range report {
			if n := calls[key(res)]; n != 1 {
				t.Errorf("%d calls for %s", n, key(res))
			}
		}
		if _, err := w.Run(t.Context(), cmaketargets.StepTest); err == nil || len(calls) != len(report) {
			t.Errorf("again: %v, %d calls more", err, len(calls)-len(report))
		}
	})
}

// So it is in two runs of a workspace at once.
func TestOnResultOfTwoRuns(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		for _, path := range []string{"a/1", "a/2", "a/3", "b/1", "b/2", "b/3"} {
			r.write(path+"/CMakeLists.txt", sample)
		}
		var inside atomic.Int32
		w := r.workspace(cmaketargets.Config{Jobs: 4, OnResult: func(cmaketargets.Result) {
			if n := inside.Add(1); n > 1 {
				t.Errorf("%d calls at once", n)
			}
			time.Sleep(20 * time.Millisecond) // long enough for another step to end
			inside.Add(-1)
		}})
		var group sync.WaitGroup
		for _, filter := range []string{"a/*", "b/*"} {
			group.Go(func() {
				if _, err := w.Select(cmaketargets.Selection{Projects: []string{filter}}).Run(t.Context(), cmaketargets.StepBuild); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	})
}

// A panic in OnResult fails the step that it was called for, and no other.
func TestOnResultPanics(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		r.write("p/CMakeLists.txt", sample)
		r.write("q/CMakeLists.txt", sample)
		report, err := r.workspace(cmaketargets.Config{OnResult: func(res cmaketargets.Result) {
			if res.Project.Path == "p" && res.Step == cmaketargets.StepBuild {
				panic("no")
			}
		}}).Run(t.Context(), cmaketargets.StepBuild)
		if got, want := statuses(report, cmaketargets.StepBuild), "p failed: internal error: no, q ok"; err == nil || got != want {
			t.Errorf("%v, %s; want %s", err, got, want)
		}
	})
}

// The error of a run and the results have the same StepErrors, which locate the failure.
func TestStepErrors(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		r.write("p/CMakeLists.txt", sample)
		r.write("q/CMakeLists.txt", twoFailures)
		report, err := r.workspace(cmaketargets.Config{Variants: []cmaketargets.Variant{{Name: "v"}}}).Run(t.Context(), cmaketargets.StepInstall)
		var run *cmaketargets.Error
		if !errors.As(err, &run) || run.ExitStatus() != 1 || len(run.Unwrap()) != 1 {
			t.Fatalf("got %v", err)
		}
		var fromRun, fromResult *cmaketargets.StepError
		if !errors.As(err, &fromRun) || fromRun.Step != cmaketargets.StepBuild || fromRun.Project != "q" || fromRun.Variant != "v" ||
			!strings.HasPrefix(fromRun.Error(), "build q [v]: ninja exited with status 1") || !errors.Is(fromRun, fromRun.Cause) {
			t.Errorf("the run failed by %v", fromRun)
		}
		failed := report.Failed()
		if len(failed) != 1 || !errors.As(failed[0].Err, &fromResult) || *fromResult != *fromRun {
			t.Errorf("failed are %v, with %v", failed, fromResult)
		}
	})
}

func TestReportSelects(t *testing.T) {
	result := func(path string, step cmaketargets.Step, status cmaketargets.Status) cmaketargets.Result {
		return cmaketargets.Result{Project: cmaketargets.Project{Path: path}, Step: step, Status: status}
	}
	report := cmaketargets.Report{
		result("a", cmaketargets.StepConfigure, cmaketargets.StatusUpToDate),
		result("a", cmaketargets.StepBuild, cmaketargets.StatusFailed),
		result("a/b", cmaketargets.StepConfigure, cmaketargets.StatusOK),
		result("a/b", cmaketargets.StepBuild, cmaketargets.StatusTimedOut),
		result("c", cmaketargets.StepConfigure, cmaketargets.StatusCancelled),
		result("c", cmaketargets.StepBuild, cmaketargets.StatusSkipped),
	}
	for name, test := range map[string]struct {
		got  cmaketargets.Report
		want string
	}{
		"ForStep":        {report.ForStep(cmaketargets.StepBuild), "a build failed, a/b build timed-out, c build skipped"},
		"ForStep, none":  {report.ForStep(cmaketargets.StepTest), ""},
		"ForProject":     {report.ForProject("a"), "a configure up-to-date, a build failed"},
		"ForProject, no": {report.ForProject("b"), ""},
		"WithStatus":     {report.WithStatus(cmaketargets.StatusFailed), "a build failed"},
		"Failed":         {report.Failed(), "a build failed, a/b build timed-out"},
		"both":           {report.ForStep(cmaketargets.StepConfigure).WithStatus(cmaketargets.StatusOK), "a/b configure ok"},
	} {
		var list []string
		for _, res := range test.got {
			list = append(list, fmt.Sprintf("%s %s %s", res.Project.Path, res.Step, res.Status))
		}
		if got := strings.Join(list, ", "); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}
