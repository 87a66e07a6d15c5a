package diagnose

import (
	"regexp"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

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
var packageNames = []func() *regexp.Regexp{
	text.Regexp(`Could NOT find ([^ :(,\n]+)`),
	text.Regexp(`Could not find a package configuration file provided by "([^"]+)`),
	text.Regexp(`Could not find a configuration file for package "([^"]+)`),
	text.Regexp(`The following required packages were not found:\n {1,2}- ([^,<>= \n]+)`),
	text.Regexp(` using the following names: ([^, \n]+)`),
	text.Regexp(`so package "([^"\n]+)" is considered to be NOT FOUND`),
}

// libraryNames are the sentences of linkers about missing libraries, around their names.
var libraryNames = []func() *regexp.Regexp{
	text.Regexp(`cannot find -l([^: \n]+)`),
	text.Regexp(`library not found(?: for -l|: )([^ \n]+)`),
	text.Regexp(`unable to find library -l([^ \n]+)`),
	text.Regexp(`library '([^\n]+?)' not found`),
	text.Regexp(`(?:cannot open(?: input)? file|could not open) '([^\n]+?)\.lib'`),
}

// nameIn returns the name in the first of the sentences that a message has, or "".
func nameIn(message string, sentences []func() *regexp.Regexp) string {
	for _, s := range sentences {
		if found := s().FindStringSubmatch(message); found != nil {
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
