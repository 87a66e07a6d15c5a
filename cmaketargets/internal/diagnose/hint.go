package diagnose

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// advices are hints for messages with one cause and one remedy.
var advices = []struct{ words, hint string }{
	{"Compatibility with CMake < 3.5 has been removed", "raise cmake_minimum_required, or set CMAKE_POLICY_VERSION_MINIMUM=3.5 in the environment"},
	{"recompile with -fPIC", "set CMAKE_POSITION_INDEPENDENT_CODE=ON: the library with this object is linked into a shared one"},
	{"does not contain a CMakeLists.txt file", "if this is a submodule: git submodule update --init --recursive"},
	{"the class is missing its key function", "define the first virtual function of the class that is not inline"},
}

// Adviser finds hints. Its fields are the facts besides the error that these depend on.
type Adviser struct {
	// Cross is whether the step compiles for another machine, for which nothing can be installed
	// on this one.
	Cross bool
	// Install returns the command that installs a tool ("cc", "c++", "make", "ninja", "gfortran"),
	// or "".
	Install func(tool string) string
	// Provider returns how to get a CMake package from another project of the workspace, or "".
	Provider func(name string) string
	// Set reports whether a variable of the environment has a value.
	Set func(name string) bool
}

// Hint returns advice about an error, or "" when there is none. The files of d are those of
// [Collect].
func (a Adviser) Hint(d model.Diagnostic) string {
	if d.Severity != model.Error {
		return ""
	}
	if d.Code == model.OutOfMemory {
		return "free some memory, or run fewer jobs: CMAKETARGETS_JOBS=1"
	}
	for _, advice := range advices {
		if strings.Contains(d.Message, advice.words) || len(d.Notes) > 0 && strings.Contains(d.Notes[len(d.Notes)-1].Text, advice.words) {
			return advice.hint
		}
	}
	if d.Origin != "cmake" {
		return a.install(d)
	}
	if d.Missing != "" && !unsuitable().MatchString(d.Message) {
		if hint := a.Provider(d.Missing); hint != "" {
			return hint
		}
		if ofROS().MatchString(d.Missing) && !a.Set("ROS_DISTRO") && !a.Set("AMENT_PREFIX_PATH") {
			return "ROS is not set up in this shell: . /opt/ros/DISTRIBUTION/setup.sh"
		}
	}
	unset, install := a.unset(d), a.install(d)
	switch {
	case unset == "":
		return install
	case install != "":
		return install + ", or set " + unset + " in the environment"
	}
	if how := setUp[unset]; how != "" {
		return unset + " is not set in the environment: " + how
	}
	return unset + " is not set in the environment"
}

// install returns how to install a missing tool.
func (a Adviser) install(d model.Diagnostic) string {
	if d.Missing == "" || a.Cross || unsuitable().MatchString(d.Message) {
		return ""
	}
	switch d.Missing {
	case "cc", "c++", "make", "ninja", "fortran":
		command := a.Install(strings.Replace(d.Missing, "fortran", "gfortran", 1))
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

var (
	// ofROS matches packages that only a distribution of ROS has.
	ofROS = text.Regexp(`^(?:ament_\w+|rosidl_\w+|rcl(?:cpp|py)?(?:_\w+)?|catkin|ros(?:cpp|py|bag2_\w+)|std_msgs|sensor_msgs|geometry_msgs)$`)
	// absent matches messages about files that do not exist.
	absent = text.Regexp(`could not find requested file|could not find toolchain file|(?:is )?not an existing directory|does not exist|Cannot find source file|No such file`)
	// environmentVariable is a reference to a variable of the environment.
	environmentVariable = text.Regexp(`\$ENV\{(\w+)\}`)
)

// setUp is how SDKs that are found by a variable of the environment set it.
var setUp = map[string]string{
	"IDF_PATH":      "source export.sh of ESP-IDF",
	"ZEPHYR_BASE":   "source zephyr-env.sh of Zephyr",
	"PICO_SDK_PATH": "set it to the directory of the Pico SDK",
}

// unset returns the first variable of the environment without a value that the failed command names.
// When files are missing it may be named before in the same file. It returns "" if there is none.
func (a Adviser) unset(d model.Diagnostic) string {
	missing := absent().MatchString(d.Message)
	if d.Line == 0 || d.Missing == "" && !missing {
		return ""
	}
	code, _, err := fsutil.Read(d.File, maxCode)
	if err != nil {
		return ""
	}
	lines := strings.SplitAfter(string(code), "\n")
	first := min(d.Line, len(lines)) - 1
	command, _, _ := strings.Cut(strings.Join(lines[first:], ""), ")")
	if !missing {
		lines = nil
	}
	for _, part := range append([]string{command}, lines...) {
		if strings.HasPrefix(strings.TrimSpace(part), "#") {
			continue
		}
		for _, found := range environmentVariable().FindAllStringSubmatch(part, -1) {
			if !a.Set(found[1]) {
				return found[1]
			}
		}
	}
	return ""
}

// maxCode bounds the CMake code that is read for a hint, in bytes.
const maxCode = 1 << 20

// unsuitable matches messages about a package that was found and does not fit.
var unsuitable = text.Regexp(
	`Found unsuitable version|that is compatible with requested version|is considered to be NOT FOUND|Wrong major version`)

// missingNames are sentences about something missing, around its name, by the origin of the report.
var missingNames = map[string][]func() *regexp.Regexp{
	"cmake": {
		text.Regexp(`No CMAKE_(\S+)_COMPILER could be found`),
		text.Regexp(`unable to find a build program corresponding to "([^"\n]+)"`),
		text.Regexp(`Could NOT find ([^ :(,\n]+)`),
		text.Regexp(`Could not find a package configuration file provided by "([^"]+)`),
		text.Regexp(`Could not find a configuration file for package "([^"]+)`),
		text.Regexp(`The following required packages were not found:\n {1,2}- ([^,<>= \n]+)`),
		text.Regexp(` using the following names: ([^, \n]+)`),
		text.Regexp(`so package "([^"\n]+)" is considered to be NOT FOUND`),
	},
	"gcc": {
		text.Regexp(`^([^ '‘]+): No such file or directory$`),
		text.Regexp(`'([^'\n]+)' file not found`),
	},
	"ld": {
		text.Regexp(`cannot find (-l[^: \n]+)`),
		text.Regexp(`library not found(?: for -l|: )([^ \n]+)`),
		text.Regexp(`unable to find library (-l[^ \n]+)`),
		text.Regexp(`library '([^\n]+?)' not found`),
		text.Regexp(`(?:cannot open(?: input)? file|could not open) '([^\n]+?)\.lib'`),
	},
	"msvc": {text.Regexp(`Cannot open include file: '([^'\n]+)'`)},
}

// missing returns the dependency that a report misses, by the tool's name for it: a
// package ("Boost"), a header ("zlib.h"), a library ("-lz"), a program ("ninja") or a compiler
// ("cc", "c++", "fortran"). It returns "" when the report is about something else.
func missing(d model.Diagnostic) string {
	switch d.Origin {
	case "gcc", "clang":
		if !strings.Contains(d.Message, "file") {
			return "" // As most reports, of which there can be thousands.
		}
		return nameIn("gcc", d.Message)
	case "ld", "msvc":
		if name := nameIn("ld", d.Message); name != "" {
			return "-l" + strings.TrimPrefix(name, "-l")
		}
		return nameIn("msvc", d.Message)
	case "cmake":
		name := nameIn("cmake", d.Message)
		switch {
		case strings.Contains(d.Message, "No CMAKE_"+name+"_COMPILER"):
			return cmp.Or(map[string]string{"C": "cc", "CXX": "c++"}[name], strings.ToLower(name))
		case strings.HasSuffix(name, "Makefiles"):
			return "make"
		case strings.Contains(d.Message, `a build program corresponding to "`+name):
			return strings.ToLower(name)
		}
		return name
	}
	return nameIn(d.Origin, d.Message)
}

// nameIn returns the name in the first of the sentences that a message has, or "".
func nameIn(origin, message string) string {
	for _, s := range missingNames[origin] {
		if found := s().FindStringSubmatch(message); found != nil {
			return strings.TrimRight(found[1], ".")
		}
	}
	return ""
}

// noProgram is the message of a shell or of Make about a program that a rule runs.
var noProgram = text.Regexp(`^(?:.*:)?(.*): (?:command )?not found$|^[^\[]*make(?:\[.*)?:(?:.*:)?(.*): No such file or directory$`)

// missingProgram returns the program in noProgram, "" for any other text.
func missingProgram(line string) string {
	found := noProgram().FindStringSubmatch(line)
	if found == nil {
		return ""
	}
	return strings.TrimSpace(found[1] + found[2])
}
