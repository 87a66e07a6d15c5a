package diagnose

import (
	"regexp"
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

// missing returns what has to be installed according to a report, by the tool's name for it: a
// package ("Boost"), a header ("zlib.h"), a library ("-lz"), a program ("ninja") or a compiler
// ("cc", "c++", "fortran"). It returns "" when the report is about something else.
func missing(d model.Diagnostic) string {
	switch d.Origin {
	case "cmake":
		return missingPackage(d.Message)
	case "gcc", "clang":
		return missingHeader(d.Message)
	case "ld", "msvc":
		return missingLibrary(d.Message)
	}
	return ""
}

// packageNames are CMake's sentences about missing packages, around their names.
var packageNames = []*regexp.Regexp{
	regexp.MustCompile(`Could NOT find ([^ :(,\n]+)`),
	regexp.MustCompile(`Could not find a package configuration file provided by "([^"]+)`),
	regexp.MustCompile(`Could not find a configuration file for package "([^"]+)`),
	regexp.MustCompile(`The following required packages were not found:\n {1,2}- ([^,<>= \n]+)`),
	regexp.MustCompile(` using the following names: ([^, \n]+)`),
	regexp.MustCompile(`so package "([^"\n]+)" is considered to be NOT FOUND`),
}

// libraryNames are the sentences of linkers about missing libraries, around their names.
var libraryNames = []*regexp.Regexp{
	regexp.MustCompile(`cannot find -l([^: \n]+)`),
	regexp.MustCompile(`library not found(?: for -l|: )([^ \n]+)`),
	regexp.MustCompile(`unable to find library -l([^ \n]+)`),
	regexp.MustCompile(`library '([^\n]+?)' not found`),
	regexp.MustCompile(`(?:cannot open(?: input)? file|could not open) '([^\n]+?)\.lib'`),
}

// nameIn returns the name in the first of the sentences that a message has, or "".
func nameIn(message string, sentences []*regexp.Regexp) string {
	for _, s := range sentences {
		if found := s.FindStringSubmatch(message); found != nil {
			return strings.TrimRight(found[1], ".")
		}
	}
	return ""
}

// missingPackage reads CMake's messages about compilers, programs and packages.
func missingPackage(message string) string {
	if name := between(message, "No CMAKE_", "_COMPILER could be found"); name != "" {
		switch name {
		case "C":
			return "cc"
		case "CXX":
			return "c++"
		}
		return strings.ToLower(name)
	}
	if name := between(message, `unable to find a build program corresponding to "`, `"`); name != "" {
		if strings.HasSuffix(name, "Makefiles") {
			return "make"
		}
		return strings.ToLower(name)
	}
	return nameIn(message, packageNames)
}

// missingProgram reads the message of a shell or of Make about a program that a rule runs.
func missingProgram(line string) string {
	program, ok := strings.CutSuffix(line, ": not found")
	if !ok {
		program, ok = strings.CutSuffix(line, ": command not found")
	}
	if rest, cut := strings.CutSuffix(line, ": No such file or directory"); !ok && cut {
		tool, _, _ := strings.Cut(rest, "[")
		program, ok = rest, strings.HasSuffix(tool, "make")
	}
	if !ok {
		return ""
	}
	return strings.TrimSpace(program[strings.LastIndexByte(program, ':')+1:])
}

// missingHeader reads the message of a compiler about an #include.
func missingHeader(message string) string {
	if name, ok := strings.CutSuffix(message, ": No such file or directory"); ok && !strings.ContainsAny(name, " '‘") {
		return name
	}
	return between(message, "'", "' file not found")
}

// missingLibrary reads the message of a linker about a library, and of cl about an #include.
func missingLibrary(message string) string {
	if name := nameIn(message, libraryNames); name != "" {
		return "-l" + name
	}
	return between(message, "Cannot open include file: '", "'")
}
