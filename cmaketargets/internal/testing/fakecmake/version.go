package fakecmake

import (
	"fmt"
	"strconv"
	"strings"
)

// Versions that the commands have unless the environment says otherwise.
const (
	DefaultVersion      = "3.31.0"
	DefaultNinjaVersion = "1.11.1"
)

// introduced says which version of cmake or ctest first had an option, from the release notes of CMake.
var introduced = map[string]string{
	"-S":             "3.13",
	"-B":             "3.13",
	"--install":      "3.15",
	"--preset":       "3.19",
	"--test-dir":     "3.20",
	"--toolchain":    "3.21",
	"--output-junit": "3.21",
	"--fresh":        "3.24",
}

// atLeast reports whether dotted version v is not older than want. What is not a number counts as 0.
func atLeast(v, want string) bool {
	have, need := numbers(v), numbers(want)
	for i := range have {
		if have[i] != need[i] {
			return have[i] > need[i]
		}
	}
	return true
}

// numbers returns major, minor and patch.
func numbers(v string) (n [3]int) {
	for i, part := range strings.SplitN(v, ".", 3) {
		part, _, _ = strings.Cut(part, "-")
		n[i], _ = strconv.Atoi(part)
	}
	return n
}

// supports reports whether this version of cmake or ctest has option, and says so on standard error if not.
func (c *call) supports(option string) bool {
	if since, ok := introduced[option]; ok && !atLeast(c.version, since) {
		fmt.Fprintf(c.Stderr, "CMake Error: Unknown argument %s\n", option)
		return false
	}
	return true
}

// printVersion is NAME --version.
func (c *call) printVersion() int {
	if status, done := c.perform("version"); done {
		return status
	}
	if c.Name == "ninja" {
		version := c.Getenv("FAKENINJA_VERSION")
		if version == "" {
			version = DefaultNinjaVersion
		}
		fmt.Fprintln(c.Stdout, version)
		return 0
	}
	fmt.Fprintf(c.Stdout, "%s version %s\n\nCMake suite maintained and supported by Kitware (kitware.com/cmake).\n", c.Name, c.version)
	return 0
}
