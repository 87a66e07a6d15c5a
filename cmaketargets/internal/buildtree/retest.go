package buildtree

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
	"github.com/magecmake/magecmake/cmaketargets/internal/retry"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// stopsEarly reports whether a ctest with these arguments may end with tests that it has neither run nor
// listed as failed.
func stopsEarly(args []string) bool {
	return slices.ContainsFunc(args, func(arg string) bool {
		return arg == "--stop-on-failure" || arg == "--stop-time" || strings.HasPrefix(arg, "--stop-time=")
	})
}

// testsFailed is the exit status of a ctest that has run, and in which tests failed.
const testsFailed = 8

// retest runs tests that have failed in the command again as Config.Retry has it. It does not use ctest's own
// --repeat, which has one number for all tests, and of a test that passes at last neither results nor a
// log of the attempts before.
func retest(ctx context.Context, s *step, c plan.Command) {
	began := time.Now().Add(-s.took)
	var exit *proc.ExitError
	if !errors.As(s.result.Err, &exit) || exit.Code != testsFailed || stopsEarly(c.Args) {
		return
	}
	rules := retry.OfTests(s.worker.Settings.Retry, s.tree.Project.Path)
	failed, record := cmake.FailedTests(s.dir()), s.tree.Record(model.Test)
	first := s.result
	first.Attempts = []model.Attempt{{Failure: failure(failed), LogFile: first.LogFile}}
	passed := map[string]bool{}
	for attempt := 2; ctx.Err() == nil; attempt++ {
		again := slices.DeleteFunc(slices.Clone(failed), func(t cmake.FailedTest) bool { return retry.Attempts(rules, t.Name) < attempt })
		if len(again) == 0 {
			break
		}
		if attempt == 2 {
			cmake.KeepTestLog(s.dir())
		}
		s.again = model.Step("." + strconv.Itoa(attempt))
		next := c
		junit := treestate.JUnit(s.dir(), plan.Name(s.action)+s.again)
		_ = os.Remove(junit)
		if err := cmake.SetFailedTests(s.dir(), again); err != nil {
			first = first.Fail(fmt.Errorf("run tests again: %w", err))
			break
		}
		next.Args, s.result = cmake.Rerun(c.Args, junit), s.action.Blank()
		s.run(ctx, next)
		results, _ := cmake.ReadTests(junit)
		for _, t := range again {
			passed[t.Name] = allPassed(results, again, t.Name)
		}
		failed = slices.DeleteFunc(failed, func(t cmake.FailedTest) bool { return passed[t.Name] })
		again = slices.DeleteFunc(again, func(t cmake.FailedTest) bool { return passed[t.Name] })
		made := model.Attempt{Failure: failure(again), LogFile: s.result.LogFile, JUnit: junit}
		if s.result.Err != nil && len(again) == 0 {
			made.Failure = model.Cause(s.result.Err).Error()
		}
		if first.Attempts = append(first.Attempts, made); s.result.Status == model.Cancelled {
			first = first.Cancel(model.Cause(s.result.Err))
		}
	}
	s.again, s.result = "", first
	for _, name := range text.SortedKeys(passed) {
		if passed[name] {
			s.result.TestsOnRetry = append(s.result.TestsOnRetry, name)
		}
	}
	for _, t := range failed {
		s.result.FailedTests = append(s.result.FailedTests, t.Name)
	}
	if len(first.Attempts) == 1 {
		s.result.Attempts = nil
		return
	}
	_ = cmake.SetFailedTests(s.dir(), failed) // for ctest --rerun-failed by hand
	if len(failed) > 0 || s.result.Status == model.Cancelled {
		treestate.Failed(s.dir(), record, s.peak)
		return
	}
	s.result.Status, s.result.Err = model.OnRetry, nil
	if !s.action.Beside {
		treestate.Succeeded(s.dir(), record, time.Since(began), s.peak)
	}
}

// allPassed reports whether all tests of a name that were to run have passed: directories of a project may have
// tests of the same name.
func allPassed(results []cmake.TestResult, run []cmake.FailedTest, name string) bool {
	left := 0
	for _, t := range run {
		if t.Name == name {
			left++
		}
	}
	for _, t := range results {
		if t.Name == name && t.Outcome != cmake.TestPassed {
			return false
		} else if t.Name == name {
			left--
		}
	}
	return left <= 0
}

// failure returns the failure of tests in words, "" for none.
func failure(tests []cmake.FailedTest) string {
	var names []string
	for _, t := range tests {
		names = append(names, t.Name)
	}
	if len(names) == 0 {
		return ""
	}
	return text.Count(len(tests), "test") + " failed: " + text.List(names)
}

// demoteRetried makes the errors of tests that have passed on retry warnings.
func demoteRetried(s *step) {
	s.result = s.result.Demote(model.CodeOnRetry, func(d model.Diagnostic) string {
		if slices.Contains(s.result.TestsOnRetry, d.Test) || s.result.Status == model.OnRetry {
			return "passed on retry"
		}
		return ""
	})
}
