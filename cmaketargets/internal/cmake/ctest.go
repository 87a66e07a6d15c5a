package cmake

import "strconv"

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
