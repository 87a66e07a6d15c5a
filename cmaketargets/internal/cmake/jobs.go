package cmake

import (
	"strconv"
	"strings"
)

// CTestJobserver is the ctest that takes tokens of a jobserver, with --parallel.
var CTestJobserver = Feature{"ctest as a client of a jobserver", Version{3, 29, 0}}

// Unbounded is the number of jobs of -j alone.
const Unbounded = 1 << 20

// JobsOption returns the number of jobs that arguments for Make, Ninja or ctest ask for, 0 for none. The last
// one counts. names are the options: "-j", "--jobs".
func JobsOption(args []string, names ...string) int {
	jobs := 0
	for i, arg := range args {
		for _, name := range names {
			value, ok := strings.CutPrefix(arg, name)
			if !ok {
				continue
			}
			value = strings.TrimPrefix(value, "=")
			next := value == "" && i+1 < len(args)
			if next {
				value = args[i+1]
			}
			n, err := strconv.Atoi(value)
			switch {
			case err == nil && n > 0:
				jobs = min(n, Unbounded)
			case arg == name:
				jobs = Unbounded
			}
		}
	}
	return jobs
}

// JoinsJobserver reports whether a generator's build tool can be a client of a jobserver: GNU Make,
// or a new Ninja.
func JoinsJobserver(generator string) bool {
	if _, main, extra := strings.Cut(generator, " - "); extra {
		generator = main // "Kate - Ninja"
	}
	return generator == "Unix Makefiles" || strings.HasPrefix(generator, "Ninja")
}
