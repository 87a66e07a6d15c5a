package diagnose

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Each advice is for words that tools print, and is a hint for errors only.
func TestAdvices(t *testing.T) {
	printed, err := os.ReadFile("testdata/diagnostics.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range advices {
		if !strings.Contains(string(printed), a.words) {
			t.Errorf("no sample has %q", a.words)
		}
		message := model.Diagnostic{Severity: model.Error, Message: "before " + a.words + " behind"}
		note := model.Diagnostic{Severity: model.Error, Notes: []model.Frame{{Text: a.words}}}
		for _, d := range []model.Diagnostic{message, note} {
			if got := (Adviser{}).Hint(d); got != a.hint {
				t.Errorf("%v: hint %q, want %q", d, got, a.hint)
			}
		}
		message.Severity = model.Warning
		if got := (Adviser{}).Hint(message); got != "" {
			t.Errorf("a warning has the hint %q", got)
		}
	}
}

// Only a thing that is missing on this machine gets a hint to install it.
func TestHintToInstall(t *testing.T) {
	const (
		module = "Could NOT find ZLIB (missing: ZLIB_LIBRARY ZLIB_INCLUDE_DIR)"
		config = `Could not find a package configuration file provided by "Qt6" with any of` + "\n" +
			`Add the installation prefix of "Qt6" to CMAKE_PREFIX_PATH or set "Qt6_DIR" to a directory`
	)
	install := func(tool string) string {
		if tool == "make" {
			return ""
		}
		return "get " + tool
	}
	none := func(string) string { return "" }
	isSet := func(string) bool { return true }
	for _, test := range []struct {
		origin, missing, message string
		cross                    bool
		want                     string
	}{
		{"cmake", "ZLIB", module, false, "install the development files of ZLIB, or set ZLIB_ROOT"},
		{"cmake", "ZLIB", module, true, ""},
		{"cmake", "Qt6", config, false, "install the development files of Qt6, or set Qt6_DIR"},
		{"cmake", "foo", "Could not find FOO using the following names: foo", false, "install the development files of foo"},
		{"cmake", "ZLIB", `Could NOT find ZLIB: Found unsuitable version "1.2.13", but required is at least "9"`, false, ""},
		{"cmake", "ZLIB", `Could not find a configuration file for package "ZLIB" that is compatible with requested version "9".`, false, ""},
		{"cmake", "ZLIB", `Found package configuration file: but it set ZLIB_FOUND to FALSE so package "ZLIB" is considered to be NOT FOUND.`, false, ""},
		{"cmake", "ZLIB", `Could NOT find ZLIB: Wrong major version 1`, false, ""},
		{"cmake", "cc", "No CMAKE_C_COMPILER could be found.", false, "install it: get cc"},
		{"cmake", "fortran", "No CMAKE_Fortran_COMPILER could be found.", false, "install it: get gfortran"},
		{"cmake", "make", "unable to find a build program", false, ""},
		{"gcc", "zlib.h", "zlib.h: No such file or directory", false, ""},
		{"ld", "-lz", "cannot find -lz", false, ""},
		{"cmake", "", "Unknown command", false, ""},
	} {
		d := model.Diagnostic{Severity: model.Error, Origin: test.origin, Message: test.message, Missing: test.missing}
		if got := (Adviser{Cross: test.cross, Install: install, Provider: none, Set: isSet}).Hint(d); got != test.want {
			t.Errorf("%s %q: hint %q, want %q", test.origin, test.message, got, test.want)
		}
	}
}

// A variable or package that a shell or another project has to provide first has a hint of its own.
func TestHintToSetUp(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "CMakeLists.txt")
	code := "# $ENV{COMMENT}\nset(SDK\n  $ENV{SDK_HOME})\ninclude($ENV{SET}/a $ENV{IDF_PATH}/tools/cmake/project.cmake)\n" +
		"include(${SDK}/b.cmake)\nfind_package(Zephyr REQUIRED\n  HINTS $ENV{ZEPHYR_BASE})\nfind_package(x REQUIRED)\n"
	if err := os.WriteFile(file, []byte(code), 0o666); err != nil {
		t.Fatal(err)
	}
	provider := func(name string) string {
		if name == "own" {
			return "libs/own provides it"
		}
		return ""
	}
	const requested = "include could not find requested file:\n\n    /tools/cmake/project.cmake"
	for _, test := range []struct {
		line                   int
		missing, message, want string
		ros                    bool
	}{
		{4, "", requested, "IDF_PATH is not set in the environment: source export.sh of ESP-IDF", false},
		{5, "", requested, "SDK_HOME is not set in the environment", false},
		{0, "", requested, "", false},
		{99, "", requested, "SDK_HOME is not set in the environment", false},
		{4, "", "Unknown command", "", false},
		{6, "Zephyr", "Could not find", "install the development files of Zephyr, or set ZEPHYR_BASE in the environment", false},
		{8, "x", "Could not find", "install the development files of x", false},
		{8, "own", "Could not find", "libs/own provides it", false},
		{8, "ament_cmake", "Could not find", "ROS is not set up in this shell: . /opt/ros/DISTRIBUTION/setup.sh", false},
		{8, "rclcpp", "Could not find", "install the development files of rclcpp", true},
	} {
		set := func(name string) bool { return name == "SET" || test.ros && name == "ROS_DISTRO" }
		d := model.Diagnostic{Severity: model.Error, Origin: "cmake", File: file, Line: test.line, Message: test.message, Missing: test.missing}
		if got := (Adviser{Provider: provider, Set: set}).Hint(d); got != test.want {
			t.Errorf("line %d, %q: hint %q, want %q", test.line, test.missing, got, test.want)
		}
	}
}
