package fakecmake

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
)

// A testRun is what ctest was asked for.
type testRun struct {
	dir, junit string
	verbose    bool   // output of failed tests is shown
	list       string // "", "human" or "json-v1"
	strict     bool   // --no-tests=error
	unknown    string
}

// ctest runs the tests of a build tree, one after the other whatever -j says.
func (c *call) ctest() int {
	t := testRun{dir: c.Dir}
	e := Event{Step: "test", Jobs: 1}
	l := optionList{c.Args}
	for word, more := l.next(); more && t.unknown == ""; word, more = l.next() {
		if attached, ok := jobsWord(word); ok {
			if e.Jobs, ok = l.jobs(attached); !ok {
				t.unknown = word
			}
			continue
		}
		name, value, ok := l.valueOf(word, "--test-dir", "--output-junit", "--build-config", "-C", "--timeout")
		switch {
		case ok && !c.supports(name):
			t.unknown = name
		case name == "--test-dir":
			t.dir = c.abs(value)
		case name == "--output-junit":
			t.junit = value
		case name == "-C" || name == "--build-config":
			c.config = value
		case ok:
		case word == "--output-on-failure" || word == "-V" || word == "--verbose":
			t.verbose = true
		case word == "-N" || word == "--show-only":
			t.list = "human"
		case word == "--show-only=json-v1":
			t.list = "json-v1"
		case strings.HasPrefix(word, "--no-tests="):
			t.strict = word == "--no-tests=error"
		case word == "--progress" || word == "--quiet" || word == "-Q":
		default:
			t.unknown = word
		}
	}
	values, _ := readCache(t.dir)
	e.Build, e.Source = t.dir, values.value("CMAKE_HOME_DIRECTORY")
	c.config = cmp.Or(c.config, values.value("CMAKE_BUILD_TYPE"))
	if t.list != "" {
		e.Step, e.Jobs = "other", 0
	}
	return c.logged(e, func() int {
		switch {
		case t.unknown != "":
			fmt.Fprintf(c.Stderr, "CMake Error: Unknown argument: %s\n", t.unknown)
			return 1
		case !exists(t.dir):
			fmt.Fprintf(c.Stderr, "Failed to change working directory to %q : No such file or directory\n", t.dir)
			return 1
		}
		if t.dir != c.Dir {
			fmt.Fprintf(c.Stdout, "Internal ctest changing into directory: %s\n", filepath.ToSlash(t.dir))
		}
		return c.test(t, values)
	})
}

// test runs or lists the tests.
func (c *call) test(t testRun, values cache) int {
	var tests []directive
	if exists(filepath.Join(t.dir, "CTestTestfile.cmake")) {
		if err := c.load(values.value("CMAKE_HOME_DIRECTORY")); err != nil {
			return c.broken(err)
		}
		tests = c.of("test")
	}
	if t.list == "json-v1" {
		return c.listJSON(tests)
	}
	fmt.Fprintf(c.Stdout, "Test project %s\n", filepath.ToSlash(t.dir))
	if t.list == "human" {
		for i, d := range tests {
			fmt.Fprintf(c.Stdout, "  Test #%d: %s\n", i+1, d.value("name", ""))
		}
		fmt.Fprintf(c.Stdout, "\nTotal Tests: %d\n", len(tests))
		return 0
	}
	if len(tests) == 0 {
		fmt.Fprintln(c.Stderr, "No tests were found!!!")
		if t.strict {
			return 8
		}
		return 0
	}
	if status, done := c.perform("ctest"); done {
		return status
	}
	var cases []testCase
	var failed []string
	for i, d := range tests {
		tc, status := c.testOne(d, t.verbose, i, len(tests))
		if status >= 124 {
			return status
		}
		if tc.Failure != nil {
			failed = append(failed, fmt.Sprintf("\t%3d - %s (Failed)\n", i+1, tc.Name))
		}
		cases = append(cases, tc)
	}
	fmt.Fprintf(c.Stdout, "\n%d%% tests passed, %d tests failed out of %d\n\nTotal Test time (real) =   0.00 sec\n",
		((len(tests)-len(failed))*200/len(tests)+1)/2, len(failed), len(tests))
	if err := writeJUnit(t, cases, len(failed)); err != nil {
		return c.broken(err)
	}
	if len(failed) > 0 {
		fmt.Fprintf(c.Stdout, "\nThe following tests FAILED:\n%s", strings.Join(failed, ""))
		fmt.Fprintln(c.Stderr, "Errors while running CTest")
		return 8
	}
	return 0
}
