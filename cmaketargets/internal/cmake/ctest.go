package cmake

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Test is one `ctest`. Test presets have no effect on it.
type Test struct {
	Dir    string // the build tree
	Config string // configuration, for a multi-config generator
	Jobs   int    // --parallel; 0 leaves it to ctest: one test at a time
	JUnit  string // file to write results to, absolute; needs [CTestJUnit]

	// Regular expressions of CMake, matched anywhere in the text; empty selects all tests.
	Names         string // -R: run only tests with such a name
	Labels        string // -L: run only tests with such a label
	Exclude       string // -E: run no test with such a name
	ExcludeLabels string // -LE: run no test with such a label

	// Args come last and win. Arguments that would make ctest do something else are errors.
	Args []string
}

// otherTestModes are arguments with which ctest does something else, in another directory, or
// writes its results elsewhere.
var otherTestModes = []string{
	"-A", "-D", "-H", "-M", "-N", "-S", "-SP", "-T", "--add-notes", "--build-and-test", "--dashboard", "--help",
	"--list-presets", "--output-junit", "--preset", "--print-labels", "--script", "--script-new-process",
	"--show-only", "--test-action", "--test-dir", "--test-model", "--version",
}

// Check returns an error for patterns and Args that no ctest accepts, or that do not test. It does
// not compile the patterns; see [PatternError].
func (t Test) Check() error {
	for _, pattern := range []string{t.Names, t.Labels, t.Exclude, t.ExcludeLabels} {
		if !isName(pattern) {
			return fmt.Errorf("select tests by %q: not a pattern that ctest takes; write [-] for the first character", pattern)
		}
	}
	for _, arg := range t.Args {
		if err := checkArg(model.Test, arg, otherTestModes); err != nil {
			return err
		}
	}
	return nil
}

// CommandLine returns the arguments for ctest of version v, and the directory to run it in, which
// is the build tree: ctest before 3.20 has no --test-dir. Newer ones get it as well, so that the
// command can be pasted anywhere. The errors are those of [Test.Check], and a missing [CTestJUnit].
func (t Test) CommandLine(v Version) (args []string, dir string, err error) {
	if err := t.Check(); err != nil {
		return nil, "", err
	}
	if v.Has(CTestDir) {
		args = append(args, "--test-dir", t.Dir)
	}
	args = append(appendOption(args, "--build-config", t.Config), "--output-on-failure")
	if t.Jobs > 0 {
		args = append(args, "--parallel", strconv.Itoa(t.Jobs))
	}
	if t.JUnit != "" {
		if err := v.Require(CTestJUnit); err != nil {
			return nil, "", err
		}
		args = append(args, "--output-junit", t.JUnit)
	}
	args = appendOption(args, "-R", t.Names)
	args = appendOption(args, "-L", t.Labels)
	args = appendOption(args, "-E", t.Exclude)
	args = appendOption(args, "-LE", t.ExcludeLabels)
	return append(args, t.Args...), t.Dir, nil
}

// FailsWithoutTests reports whether ctest of version v may fail where there is no test: it is told so by the last such
// argument, else by action, the value of the variable CTEST_NO_TESTS_ACTION.
func (t Test) FailsWithoutTests(v Version, action string) bool {
	if !v.Has(CTestNoTests) {
		action = ""
	}
	for _, arg := range t.Args {
		if option, value, _ := strings.Cut(arg, "="); option == "--no-tests" {
			action = cmp.Or(value, "error") // newer ones take it from the next argument
		}
	}
	return action != "" && action != "ignore"
}

// Rerun returns the arguments of a ctest with which it runs only the tests of [SetFailedTests], and writes
// their results to junit. Of the options of the same name the last one counts.
func Rerun(args []string, junit string) []string {
	return append(slices.Clone(args), "--rerun-failed", "--output-junit", junit)
}

// JUnitOf returns the file to which a ctest with these arguments writes results, or "".
func JUnitOf(args []string) string {
	if i := slices.Index(args, "--output-junit"); i >= 0 && i+1 < len(args) {
		return args[i+1]
	}
	return ""
}

// NoTestsFound reports whether the output of ctest has the message for no test to run, after which
// it exits with status 0.
func NoTestsFound(output []byte) bool { return noTests().Match(output) }

// noTests does not match the output of a test, which has its number in front with -V.
var noTests = text.Regexp(`(?m)^(?:[^\d\n].*)?No tests were found!!!`)

// PatternError returns an error when the output of ctest has the message for a pattern that is no
// regular expression. ctest then exits with status 0: with a bad -R or -L it runs no test, with a
// bad -E all. A failed test can have printed such a line itself.
// https://gitlab.kitware.com/cmake/cmake/-/blob/master/Source/kwsys/RegularExpression.cxx
func PatternError(output []byte) error {
	for line := range bytes.Lines(output) {
		reason, ok := bytes.CutPrefix(line, []byte("RegularExpression::compile()"))
		if ok {
			return errors.New("a pattern for tests is no regular expression of CMake: " + strings.Trim(string(reason), " :.\r\n"))
		}
	}
	return nil
}
