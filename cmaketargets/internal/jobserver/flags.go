package jobserver

import (
	"slices"
	"strconv"
	"strings"
)

// childFD is the descriptor of the FIFO in a build's processes: the first of exec.Cmd.ExtraFiles.
const childFD = "3"

// Variable is the variable of the environment in which Make, Ninja and ctest look for a jobserver.
const Variable = "MAKEFLAGS"

// flags returns a MAKEFLAGS for the jobserver with a FIFO at path. It keeps the words of old, the value so far, that
// are about anything else.
//
// GNU Make before 4.4 ends with a fatal error at fifo:, and Ninja accepts nothing else. That Make stops at the "--",
// where the definitions of variables begin, and passes that of a variable with the strange name "--jobserver-auth" on;
// Ninja and ctest take the last one in the text.
//   - https://www.gnu.org/software/make/manual/html_node/Job-Slots.html
//   - https://ninja-build.org/manual.html#ref_jobserver
func flags(old, path string, jobs int) string {
	options, definitions := split(old)
	return compose(append(others(options), "-j"+strconv.Itoa(jobs), auth+childFD+","+childFD), append(others(definitions), auth+"fifo:"+path))
}

// others returns the words that are about something else than a jobserver.
func others(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(word string) bool { return isJobs(word) || isAuth(word) })
}

// compose returns the value of MAKEFLAGS that split divides into these.
func compose(options, definitions []string) string {
	words := options
	if len(definitions) > 0 {
		words = slices.Concat(options, []string{"--"}, definitions)
	}
	text := strings.Join(words, " ")
	if strings.HasPrefix(text, "-") {
		return " " + text // the first word would be letters of options
	}
	return text
}

const auth = "--jobserver-auth="

// split divides the value of MAKEFLAGS into options and definitions of variables. A backslash keeps the
// space after it.
func split(makeflags string) (options, definitions []string) {
	words := strings.Split(strings.ReplaceAll(makeflags, `\ `, "\x00"), " ")
	words = slices.DeleteFunc(words, func(word string) bool { return word == "" })
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "\x00", `\ `)
	}
	if i := slices.Index(words, "--"); i >= 0 {
		return words[:i], words[i+1:]
	}
	return words, nil
}

func isAuth(word string) bool {
	return strings.HasPrefix(word, auth) || strings.HasPrefix(word, "--jobserver-fds=")
}

// isJobs reports whether an option of Make is a number of jobs.
func isJobs(word string) bool {
	return strings.HasPrefix(word, "-j") || word == "--jobs" || strings.HasPrefix(word, "--jobs=")
}

// Jobs returns the number of jobs that a MAKEFLAGS without a jobserver asks for: 0 for none, and for -j
// alone, which means no bound.
func Jobs(makeflags string) int {
	options, definitions := split(makeflags)
	if slices.ContainsFunc(slices.Concat(options, definitions), isAuth) {
		return 0
	}
	return number(options)
}

// number returns the number of jobs among options, 0 for none.
func number(options []string) (jobs int) {
	for _, word := range options {
		if isJobs(word) {
			n, err := strconv.Atoi(strings.TrimPrefix(strings.TrimPrefix(word, "--jobs="), "-j"))
			if jobs = n; err != nil || n < 0 {
				jobs = 0
			}
		}
	}
	return jobs
}
