package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// The attributes and children that Jenkins' junit-10.xsd allows, by element; "!" marks a required
// attribute.
// https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
var junitRules = map[string]struct{ attributes, children []string }{
	"testsuites": {[]string{"name", "time", "tests", "failures", "errors", "skipped", "disabled"}, []string{"testsuite"}},
	"testsuite": {
		[]string{"!name", "!tests", "!failures", "!errors", "group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url", "version"},
		[]string{"testsuite", "properties", "testcase", "system-out", "system-err"},
	},
	"testcase":     {[]string{"!name", "time", "classname", "group"}, []string{"skipped", "error", "failure", "flakyFailure", "rerunFailure", "system-out", "system-err"}},
	"skipped":      {[]string{"message", "type"}, nil},
	"failure":      {[]string{"message", "type"}, nil},
	"error":        {[]string{"message", "type"}, nil},
	"flakyFailure": {[]string{"message", "!type"}, []string{"stackTrace", "system-out", "system-err"}},
	"rerunFailure": {[]string{"message", "!type"}, []string{"stackTrace", "system-out", "system-err"}},
	"stackTrace":   {},
	"properties":   {nil, []string{"property"}},
	"property":     {[]string{"!name", "!value"}, nil},
	"system-out":   {}, "system-err": {},
}

// seconds matches a time as Jenkins reads it.
var seconds = regexp.MustCompile(`^[0-9]+\.[0-9]{3}$`)

type element struct {
	name     string
	attr     map[string]string
	children []*element
}

// The file is legal whatever bytes were printed: it parses, follows Jenkins' schema, and its sums
// are right.
func TestJUnitRules(t *testing.T) {
	notBegun := report.Document{Runs: []report.Run{{Start: start, Error: "find cmake: " + hostile}}}
	notBegun.Summarize()
	for name, d := range map[string]report.Document{"every": every(), "many": many(5), "not begun": notBegun, "empty": {}} {
		t.Run(name, func(t *testing.T) {
			root := parseXML(t, render(t, report.JUnit, d))
			if root.name != "testsuites" {
				t.Fatalf("the root is %s", root.name)
			}
			checkElement(t, root)
			total := map[string]int{}
			for _, suite := range root.children {
				sum := map[string]int{}
				for _, c := range suite.children {
					if c.name == "testcase" {
						sum["tests"]++
					}
					if c.name == "properties" {
						continue
					}
					for _, end := range c.children {
						sum[map[string]string{"failure": "failures", "error": "errors", "skipped": "skipped"}[end.name]]++
					}
				}
				for _, what := range []string{"tests", "failures", "errors", "skipped"} {
					if got := number(t, suite.attr[what]); got != sum[what] {
						t.Errorf("suite %q: %s is %d, but there are %d", suite.attr["name"], what, got, sum[what])
					}
					total[what] += sum[what]
				}
			}
			for what, n := range total {
				if got := number(t, root.attr[what]); got != n {
					t.Errorf("%s is %d in all, but there are %d", what, got, n)
				}
			}
			if name == "not begun" && total["errors"] != 1 {
				t.Errorf("a run that did not begin has %d errors", total["errors"])
			}
		})
	}
}

// A project in quarantine whose ctest crashed after all tests had passed has a case that shows it.
func TestJUnitQuarantinedCrash(t *testing.T) {
	passed := report.Test{Name: "fine", Status: cmake.TestPassed}
	known := report.Test{Name: "bad", Status: report.TestQuarantined}
	for want, tests := range map[int][]report.Test{2: {passed, known}, 3: {passed, passed}} {
		r := report.Result{Tests: tests}
		r.Project.Path, r.Step, r.Status, r.Quarantine = "p", model.Test, model.Quarantined, "in quarantine"
		root := parseXML(t, render(t, report.JUnit, report.Document{Results: []report.Result{r}}))
		if suite := root.children[0]; number(t, suite.attr["tests"]) != want || number(t, suite.attr["skipped"]) != 1 {
			t.Errorf("%v: got %v", tests, suite.attr)
		}
	}
}

func number(t *testing.T, s string) int {
	t.Helper()
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Error(err)
	}
	return n
}

func parseXML(t *testing.T, data []byte) *element {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(data))
	dec.Strict = true
	top := &element{}
	stack := []*element{top}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("no legal XML: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attr: map[string]string{}}
			for _, a := range token.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			parent := stack[len(stack)-1]
			parent.children = append(parent.children, e)
			stack = append(stack, e)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
	return top.children[0]
}

func checkElement(t *testing.T, e *element) {
	t.Helper()
	rules, ok := junitRules[e.name]
	if !ok {
		t.Errorf("there is no element %s", e.name)
		return
	}
	for name, value := range e.attr {
		if !slices.Contains(rules.attributes, name) && !slices.Contains(rules.attributes, "!"+name) {
			t.Errorf("%s has no attribute %s", e.name, name)
		}
		if name == "time" && !seconds.MatchString(value) {
			t.Errorf("%s: time %q", e.name, value)
		}
	}
	for _, name := range rules.attributes {
		if name[0] == '!' {
			if _, ok := e.attr[name[1:]]; !ok {
				t.Errorf("%s lacks its %s", e.name, name[1:])
			}
		}
	}
	for _, child := range e.children {
		if !slices.Contains(rules.children, child.name) {
			t.Errorf("%s may not hold %s", e.name, child.name)
		}
		checkElement(t, child)
	}
}
