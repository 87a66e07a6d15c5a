package cmake_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

func TestHasTests(t *testing.T) {
	const head = "# CMake generated Testfile for \n# Source directory: /s\n\n"
	for name, test := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"not enabled":  {nil, false},
		"enabled only": {map[string]string{".": head}, false},
		"a test":       {map[string]string{".": head + "add_test(runs \"/b/app\")\n"}, true},
		"bracketed":    {map[string]string{".": head + "add_test([=[runs]=] \"/b/app\")\n"}, true},
		"below": {map[string]string{
			".": head + "subdirs(\"a\")\nsubdirs(\"b c\" \"d\\$\\\"e\")\n",
			"a": head, "b c": head, `d$"e`: head + "add_test(x y)\n",
		}, true},
		"nothing below": {map[string]string{
			".": head + "set_directory_properties(PROPERTIES LABELS \"x\")\nsubdirs(\"a\" \"gone\")\n", "a": head,
		}, false},
		"round and round": {map[string]string{".": head + "subdirs(\".\" \"a\")\n", "a": head + "subdirs(\"..\" \"../a\")\n"}, false},
		"an include":      {map[string]string{".": head + "include(\"/b/app[1]_include.cmake\")\n"}, true},
		"a condition":     {map[string]string{".": head + "if(CTEST_CONFIGURATION_TYPE MATCHES \"^([Dd])$\")\n"}, true},
		"after a bracket": {map[string]string{".": head + "#[[ ]] add_test(x y)\n"}, true},
		"over lines":      {map[string]string{".": head + "subdirs(\n\"a\")\n"}, true},
		"not a script":    {map[string]string{".": "\x00\xff"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			build := t.TempDir()
			for dir, content := range test.files {
				write(t, filepath.Join(build, dir, "CTestTestfile.cmake"), content)
			}
			if got := cmake.HasTests(build); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	// A directory in place of the file cannot be read.
	build := t.TempDir()
	write(t, filepath.Join(build, "CTestTestfile.cmake", "x"), "")
	if !cmake.HasTests(build) {
		t.Error("no tests in an unreadable file")
	}
}

func TestTestLocks(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no tests":    {nil, "[] false"},
		"none":        {map[string]string{"": `set_tests_properties(t PROPERTIES  LABELS "RUN_SERIAL" _BACKTRACE_TRIPLES "/s;4")`}, "[] false"},
		"as words":    {map[string]string{"": `add_test(t "sh" "RUN_SERIAL" "ON" "RESOURCE_LOCK" "x")`}, "[] false"},
		"off":         {map[string]string{"": `set_tests_properties(t PROPERTIES RUN_SERIAL "OFF" RESOURCE_LOCK "")`}, "[] false"},
		"both":        {map[string]string{"": `set_tests_properties([=[a b]=] PROPERTIES  RESOURCE_LOCK "port;db one;\"q" RUN_SERIAL "ON")`}, `["q db one port] true`},
		"of many":     {map[string]string{"": "set_tests_properties(t PROPERTIES RESOURCE_LOCK \"b\")\nset_tests_properties(u PROPERTIES RESOURCE_LOCK \"a;b\")\n"}, "[a b] false"},
		"a condition": {map[string]string{"": "if(x)\n  set_tests_properties(t PROPERTIES RUN_SERIAL \"true\")\nendif()"}, "[] true"},
		"below":       {map[string]string{"": "subdirs(\"a b\" \"gone\" \"..\")", "a b/": `set_tests_properties(t PROPERTIES RUN_SERIAL "1")`}, "[] true"},
		"discovered": {map[string]string{
			"":                     "include(\"$DIR/app[1]_include.cmake\")\n",
			"app[1]_include.cmake": "if(EXISTS \"$DIR/app[1]_tests.cmake\")\n  include(\"$DIR/app[1]_tests.cmake\")\nelse()\n",
			"app[1]_tests.cmake":   "set_tests_properties([=[S.t]=] PROPERTIES WORKING_DIRECTORY /b RUN_SERIAL TRUE RESOURCE_LOCK [==[a b]==])\n",
		}, "[a b] true"},
		"to be discovered": {map[string]string{
			"":                           "include(\"$DIR/app[1]_include.cmake\")",
			"app[1]_include.cmake":       "include(\"$DIR/app[1]_include-${CTEST_CONFIGURATION_TYPE}.cmake\")",
			"app[1]_include-Debug.cmake": "gtest_discover_tests_impl(\n      TEST_PROPERTIES [==[RESOURCE_LOCK;port;RUN_SERIAL;ON]==]\n)",
		}, "[port] true"},
		"round and round": {map[string]string{"": "include(\"$DIR/CTestTestfile.cmake\")\nsubdirs(\".\")\n"}, "[] false"},
		"not a script":    {map[string]string{"": "\x00\xffRESOURCE_LOCK"}, "[] false"},
	} {
		t.Run(name, func(t *testing.T) {
			build := t.TempDir()
			for file, content := range test.files {
				if file == "" || strings.HasSuffix(file, "/") {
					file += "CTestTestfile.cmake"
				}
				write(t, filepath.Join(build, file), strings.ReplaceAll(content, "$DIR", filepath.ToSlash(build)))
			}
			names, serial := cmake.TestLocks(build)
			if got := fmt.Sprint(names, serial); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestNoTestsFound(t *testing.T) {
	if !cmake.NoTestsFound([]byte("Test project /b\nNo tests were found!!!\n")) || cmake.NoTestsFound([]byte("100% tests passed")) {
		t.Error("wrong")
	}
	if cmake.NoTestsFound([]byte("1: Test project /b/inner\n1: No tests were found!!!\n100% tests passed")) {
		t.Error("a test that runs ctest, with -V, is none")
	}
}

func TestFailsWithoutTests(t *testing.T) {
	for _, test := range []struct {
		minor  int
		action string
		args   []string
		want   bool
	}{
		{26, "", nil, false},
		{26, "", []string{"-V"}, false},
		{16, "", []string{"--no-tests=error"}, true},
		{25, "error", nil, false},
		{26, "error", nil, true},
		{26, "ignore", nil, false},
		{26, "error", []string{"--no-tests=error", "--no-tests=ignore"}, false},
	} {
		v := cmake.Version{Major: 3, Minor: test.minor}
		if got := (cmake.Test{Args: test.args}).FailsWithoutTests(v, test.action); got != test.want {
			t.Errorf("%s, %q, %q: got %v", v, test.action, test.args, got)
		}
	}
}

func TestHasInstall(t *testing.T) {
	build, reply := replyDir(t)
	if cmake.HasInstall(build) {
		t.Error("an install without a script")
	}
	write(t, filepath.Join(build, "cmake_install.cmake"), "# Install script\n")
	if !cmake.HasInstall(build) {
		t.Error("no install with a script and without a reply")
	}
	write(t, filepath.Join(reply, "index-1.json"), index("codemodel", "c.json", "2"))
	for content, want := range map[string]bool{
		`{"configurations":[{"directories":[{"hasInstallRule":true},{}]}]}`: true,
		`{"configurations":[{"directories":[{},{}]}]}`:                      false,
		`{"configurations":`: true,
	} {
		write(t, filepath.Join(reply, "c.json"), content)
		if got := cmake.HasInstall(build); got != want {
			t.Errorf("%s: got %v", content, got)
		}
	}
}
