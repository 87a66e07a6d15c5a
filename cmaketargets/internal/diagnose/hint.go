package diagnose

import (
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// advices are hints for messages with one cause and one remedy.
var advices = []struct{ words, hint string }{
	{"Killed signal terminated program", "the system ran out of memory: run fewer jobs, CMAKETARGETS_JOBS=1"},
	{"Compatibility with CMake < 3.5 has been removed", "raise cmake_minimum_required, or set CMAKE_POLICY_VERSION_MINIMUM=3.5 in the environment"},
	{"recompile with -fPIC", "set CMAKE_POSITION_INDEPENDENT_CODE=ON: the library with this object is linked into a shared one"},
	{"does not contain a CMakeLists.txt file", "if this is a submodule: git submodule update --init --recursive"},
	{"the class is missing its key function", "define the first virtual function of the class that is not inline"},
}

// Hint returns what to do about an error, or "" when that is not known. cross is whether the step
// compiles for another machine, for which nothing can be installed on this one. install returns the
// command that installs a tool ("cc", "c++", "make", "ninja", "gfortran"), or "".
func Hint(d model.Diagnostic, cross bool, install func(tool string) string) string {
	if d.Severity != model.Error {
		return ""
	}
	for _, a := range advices {
		if strings.Contains(d.Message, a.words) || len(d.Notes) > 0 && strings.Contains(d.Notes[len(d.Notes)-1].Text, a.words) {
			return a.hint
		}
	}
	if d.Missing == "" || cross || unsuitable(d.Message) {
		return ""
	}
	switch d.Missing {
	case "cc", "c++", "make", "ninja", "fortran":
		command := install(strings.Replace(d.Missing, "fortran", "gfortran", 1))
		if command == "" {
			return ""
		}
		return "install it: " + command
	}
	if d.Origin != "cmake" {
		return ""
	}
	hint := "install the development files of " + d.Missing
	switch {
	case strings.Contains(d.Message, `"`+d.Missing+`_DIR"`):
		hint += ", or set " + d.Missing + "_DIR"
	case strings.Contains(d.Message, "Could NOT find "+d.Missing): // https://cmake.org/cmake/help/latest/policy/CMP0074.html
		hint += ", or set " + d.Missing + "_ROOT"
	}
	return hint
}

// unsuitable reports whether a package was found that does not fit.
func unsuitable(message string) bool {
	return slices.ContainsFunc([]string{
		"Found unsuitable version", "that is compatible with requested version", "is considered to be NOT FOUND", "Wrong major version",
	}, func(words string) bool { return strings.Contains(message, words) })
}
