package cmake

import (
	"fmt"
	"strconv"
	"strings"
)

// Build is one `cmake --build`.
type Build struct {
	Dir        string   // the build tree
	Config     string   // configuration, for generators of many
	Targets    []string // none means the default target
	Jobs       int      // --parallel; 0 leaves it to the build tool and its jobserver
	CleanFirst bool
	Verbose    bool
	Native     []string // arguments for the build tool, after "--"
}

// CommandLine returns the arguments for cmake; every version since [Minimum]
// takes them.
func (b Build) CommandLine() ([]string, error) {
	args := []string{"--build", b.Dir}
	if b.Config != "" {
		args = append(args, "--config", b.Config)
	}
	if len(b.Targets) > 0 {
		args = append(args, "--target")
	}
	for _, target := range b.Targets {
		if target == "" || strings.HasPrefix(target, "-") {
			return nil, fmt.Errorf("build target %q: not a name that cmake --build takes", target)
		}
		args = append(args, target)
	}
	if b.Jobs > 0 {
		args = append(args, "--parallel", strconv.Itoa(b.Jobs))
	}
	if b.CleanFirst {
		args = append(args, "--clean-first")
	}
	if b.Verbose {
		args = append(args, "--verbose")
	}
	if len(b.Native) > 0 {
		args = append(append(args, "--"), b.Native...)
	}
	return args, nil
}

// Test is one `ctest`.
type Test struct {
	Dir     string // the build tree
	Config  string // configuration, for generators of many
	Jobs    int    // --parallel; 0 leaves it to ctest: one test at a time
	JUnit   string // file to write results to, absolute; needs [CTestJUnit]
	Verbose bool   // all output, not only that of failed tests
	Args    []string
}

// CommandLine returns the arguments for ctest of version v and the directory
// to run it in, which is the build tree: ctest before 3.20 knows no other way
// to be told, and newer ones are told with --test-dir as well, so that the
// line can be pasted anywhere.
func (t Test) CommandLine(v Version) (args []string, dir string, err error) {
	if v.Has(CTestDir) {
		args = append(args, "--test-dir", t.Dir)
	}
	if t.Config != "" {
		args = append(args, "--build-config", t.Config)
	}
	args = append(args, "--output-on-failure")
	if t.Verbose {
		args = append(args, "--verbose")
	}
	if t.Jobs > 0 {
		args = append(args, "--parallel", strconv.Itoa(t.Jobs))
	}
	if t.JUnit != "" {
		if err := v.Require(CTestJUnit); err != nil {
			return nil, "", err
		}
		args = append(args, "--output-junit", t.JUnit)
	}
	return append(args, t.Args...), t.Dir, nil
}

// Install is one `cmake --install`.
type Install struct {
	Dir       string // the build tree
	Config    string // configuration, for generators of many
	Prefix    string // absolute; empty leaves CMAKE_INSTALL_PREFIX
	Component string
	Strip     bool
	Verbose   bool
}

// CommandLine returns the arguments for cmake; every version since [Minimum]
// takes them.
func (i Install) CommandLine() []string {
	args := []string{"--install", i.Dir}
	for _, option := range []struct{ flag, value string }{
		{"--config", i.Config}, {"--prefix", i.Prefix}, {"--component", i.Component},
	} {
		if option.value != "" {
			args = append(args, option.flag, option.value)
		}
	}
	if i.Strip {
		args = append(args, "--strip")
	}
	if i.Verbose {
		args = append(args, "--verbose")
	}
	return args
}
