// Package retry decides which steps and tests that failed are tried again, and which failures do not fail
// a run: those in quarantine.
package retry

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// The causes for which a step is tried again.
const (
	Network = "network"
	Timeout = "timeout"
	Memory  = "memory"
)

// MaxAttempts bounds the attempts of a step and of a test.
const MaxAttempts = 10

// Rule is documented at cmaketargets.Retry.
type Rule struct {
	Project  string
	Tests    string
	On       []string // causes; none in a rule for tests
	Attempts int
}

// Check returns an error for a rule that cannot be meant.
func Check(rules []Rule) error {
	for i, r := range rules {
		fault := ""
		if n := slices.IndexFunc(r.On, func(cause string) bool { return !slices.Contains([]string{Network, Timeout, Memory}, cause) }); n >= 0 {
			fault = fmt.Sprintf("tries again on %s, which is none of %s, %s, %s", text.Quoted(r.On[n]), Network, Timeout, Memory)
		} else if len(r.On) > 0 && r.Tests != "" {
			fault = "has both Tests and On; make it two: one for tests, and one for steps that fail by the network, by their time limit or for memory"
		} else if r.Attempts < 2 || r.Attempts > MaxAttempts {
			fault = fmt.Sprintf("has %s; use 2 to %d, which include the first one", text.Count(r.Attempts, "attempt"), MaxAttempts)
		}
		if err := check("Retry", "rule", i, r.Project, r.Tests, fault); err != nil {
			return err
		}
	}
	return nil
}

// check returns the error for an item of a setting: for its patterns, or for another fault in words.
func check(field, item string, index int, project, tests, fault string) error {
	if _, err := regexp.Compile(tests); err != nil {
		fault = fmt.Sprintf("has the Tests %s, which are no regular expression of Go; write a backslash before characters that are meant literally", text.Quoted(tests))
	}
	if fault != "" {
		return fmt.Errorf("read Config.%s: the %s at index %d %s", field, item, index, fault)
	}
	if project == "" {
		return nil
	}
	return discover.CheckPatterns(field, []string{project})
}

// ForTests returns rules with one for all tests in place of those for tests, or none for 1 attempt.
func ForTests(rules []Rule, attempts int) []Rule {
	rules = slices.DeleteFunc(slices.Clone(rules), func(r Rule) bool { return len(r.On) == 0 })
	if attempts > 1 {
		rules = append(rules, Rule{Attempts: attempts})
	}
	return rules
}

// OfTests returns the rules for the tests of a project.
func OfTests(rules []Rule, project string) (list []Rule) {
	for _, r := range rules {
		if len(r.On) == 0 && matches(r.Project, project) {
			list = append(list, r)
		}
	}
	return list
}

// Attempts returns how often a test is run at most, by the rules for the tests of its project. The first
// one that matches decides.
func Attempts(rules []Rule, test string) int {
	for _, r := range rules {
		if named(r.Tests, test) {
			return r.Attempts
		}
	}
	return 1
}

// Step returns how often a step that failed so is tried at most, and why.
func Step(rules []Rule, res model.Result) (attempts int, why string) {
	cause := ""
	switch {
	case res.Status == model.TimedOut:
		cause, why = Timeout, model.Cause(res.Err).Error()
	case res.Status != model.Failed:
	case res.OutOfMemory:
		first, _ := diagnose.FirstError(res)
		cause, why = Memory, first.Headline()
	case res.Step == model.Configure || res.Step == model.Build:
		cause, why = Network, diagnose.Network(res.Output)
	}
	for _, r := range rules {
		if why != "" && slices.Contains(r.On, cause) && matches(r.Project, res.Project.Path) {
			return r.Attempts, cause + ": " + why
		}
	}
	return 1, ""
}

// matches reports whether a pattern, "" for all, matches the path of a project.
func matches(pattern, project string) bool { return pattern == "" || discover.Match(pattern, project) }

// named reports whether an expression, "" for all, matches the name of a test.
func named(tests, name string) bool {
	expr, err := regexp.Compile(tests)
	return err == nil && expr.MatchString(name)
}
