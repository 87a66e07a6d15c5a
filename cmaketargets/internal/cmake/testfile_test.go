package cmake_test

import (
	"path/filepath"
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

func TestNoTestsFound(t *testing.T) {
	if !cmake.NoTestsFound([]byte("Test project /b\nNo tests were found!!!\n")) || cmake.NoTestsFound([]byte("100% tests passed")) {
		t.Error("wrong")
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
