package cmake

import (
	"regexp"
	"strings"
	"unicode"
)

// Progress finds in a line of output, without colours, what a step ("configure",
// "build", "test", "install") is doing now, in the words of the tool:
//
//	[37/120] Building C object a.o      of Ninja
//	[ 31%] Building C object a.o        of Make
//	7/30 Test #7: name ...   Passed     of ctest, here "7/30 name"
//	-- Looking for stdio.h              of CMake
//
// ok is false for a line that says nothing of it. status says that the user
// has a NINJA_STATUS of their own, with which any line of a build counts.
func Progress(step, line string, status bool) (doing string, ok bool) {
	switch step {
	case "build":
		doing = strings.TrimRightFunc(line, unicode.IsSpace)
		ok = buildProgress.MatchString(doing)
		doing = strings.TrimSpace(doing)
		return doing, ok || status && doing != ""
	case "test":
		if m := testEnded.FindStringSubmatch(line); m != nil {
			return m[1] + " " + m[2], true
		}
		return "", false
	default:
		doing, ok = strings.CutPrefix(line, "-- ")
		return strings.TrimSpace(doing), ok
	}
}

var (
	buildProgress = regexp.MustCompile(`^\[ *\d+(?:/\d+|%)\] +\S`)
	testEnded     = regexp.MustCompile(`^ *(\d+/\d+) Test +#\d+: (.*?) *\.{3}`)
)
