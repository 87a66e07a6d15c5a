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
