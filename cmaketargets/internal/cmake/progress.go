package cmake

import (
	"strings"
	"unicode"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

var (
	buildProgress = text.Regexp(`^\[ *\d+(?:/\d+|%)\] +\S`)
	testEnded     = text.Regexp(`^ *(\d+/\d+) Test +#\d+: (.*?) *\.{3}`)
)

// Progress returns the current work of a step from a line of its output, without colours, as the
// tool prints it:
//
//	[37/120] Building C object a.o      Ninja
//	[ 31%] Building C object a.o        Make
//	7/30 Test #7: name ...   Passed     ctest, returned as "7/30 name"
//	-- Looking for stdio.h              CMake
//
// ok is false for other lines. ninjaStatus is true when the user has set NINJA_STATUS: then any
// line of a build counts.
func Progress(step model.Step, line string, ninjaStatus bool) (work string, ok bool) {
	switch step {
	case model.Build:
		work = strings.TrimRightFunc(line, unicode.IsSpace)
		ok = buildProgress().MatchString(work)
		work = strings.TrimSpace(work)
		return work, ok || ninjaStatus && work != ""
	case model.Test:
		if m := testEnded().FindStringSubmatch(line); m != nil {
			return m[1] + " " + m[2], true
		}
		return "", false
	default:
		work, ok = strings.CutPrefix(line, "-- ")
		return strings.TrimSpace(work), ok
	}
}
