package cmaketargets

import (
	"os/exec"
	"runtime"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/toolset"
)

// advices are what to do about messages that have one cause and one cure.
var advices = []struct{ says, hint string }{
	{"Killed signal terminated program", "the system ran out of memory: run fewer jobs, " + EnvJobs + "=1"},
	{"Compatibility with CMake < 3.5 has been removed", "raise cmake_minimum_required, or set CMAKE_POLICY_VERSION_MINIMUM=3.5 in the environment"},
	{"recompile with -fPIC", "set CMAKE_POSITION_INDEPENDENT_CODE=ON, for the library that the object is part of goes into a shared one"},
	{"does not contain a CMakeLists.txt file", "if this is a submodule: git submodule update --init --recursive"},
	{"the class is missing its key function", "define the first virtual function of the class that is not inline"},
}

// hint says what to do about an error, "" when that is not known. What is
// missing on a machine for which is compiled elsewhere cannot be installed
// here.
func (t *tree) hint(d diagnose.Diagnostic) string {
	if d.Severity != diagnose.SeverityError {
		return ""
	}
	for _, a := range advices {
		if strings.Contains(d.Message, a.says) || len(d.Notes) > 0 && strings.Contains(d.Notes[len(d.Notes)-1].Text, a.says) {
			return a.hint
		}
	}
	if d.Missing == "" || t.variant.Toolchain != "" || isThere(d.Message) {
		return ""
	}
	tool := map[string]string{"cc": "cc", "c++": "c++", "make": "make", "ninja": "ninja", "fortran": "gfortran"}[d.Missing]
	command := toolset.LibraryHint(exec.LookPath, runtime.GOOS, d.Missing)
	if tool != "" {
		command = toolset.InstallHint(exec.LookPath, runtime.GOOS, tool)
	}
	if command == "" {
		return ""
	}
	return "install it: " + command
}

// isThere reports whether a package was found, but not one that will do.
func isThere(message string) bool {
	for _, says := range []string{"Found unsuitable version", "that is compatible with requested version", "is considered to be NOT FOUND", "Wrong major version"} {
		if strings.Contains(message, says) {
			return true
		}
	}
	return false
}
