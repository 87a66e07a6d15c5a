package cmaketargets

import (
	"slices"
	"strings"
	"testing"
)

// What a person pastes, and every report shows, has no secret in it.
func TestPasteEnv(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"CC", "clang", "clang"},
		{"CXXFLAGS", "-O2 -g", "-O2 -g"},
		{"CMAKE_CXX_COMPILER_LAUNCHER", "ccache", "ccache"},
		{"CMAKE_PREFIX_PATH", "/opt/a:/opt/b", "/opt/a:/opt/b"},
		{"LC_ALL", "C", "C"},
		{"API_TOKEN", "hunter2", "..."},
		{"DATABASE_URL", "hunter2", "..."},
		{"CMAKE_SIGNING", "hunter2", "..."},
		{"MY_CC", "hunter2", "..."},
		{"CC_KEY", "hunter2", "..."},
		{"CFLAGS", "-DURL=http://me:hunter2@proxy:8080 -DX=a@b", "-DURL=http://...@proxy:8080 -DX=a@b"},
		{"LDFLAGS", "https://hunter2@a/x@y https://b", "https://...@a/x@y https://b"},
	} {
		got, hidden := pasteEnv(Variant{Env: map[string]string{test.name: test.value}})
		if want := []string{"env", test.name + "=" + test.want}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		// Whoever pastes it is told.
		if want := test.want != test.value; slices.Contains(hidden, test.name) != want {
			t.Errorf("%s: to fill in are %q", test.name, hidden)
		}
	}
}

// What is missing is said in one sentence, and anything else up to a word.
func TestHeadline(t *testing.T) {
	long := strings.Repeat("seven dishes ", 30)
	for _, test := range []struct{ message, missing, want string }{
		{"one\ntwo\n  three", "", "one two three"},
		{"One. Two.", "", "One. Two."},
		{
			`By not providing "FindQt6.cmake" in CMAKE_MODULE_PATH this project has asked CMake, but CMake did not find one.` + "\nCould not find it with any of:\n  Qt6Config.cmake\nAdd it.", "Qt6",
			`By not providing "FindQt6.cmake" in CMAKE_MODULE_PATH this project has asked CMake, but CMake did not find one.`,
		},
		{"Could NOT find it. Install it! Now.", "it", "Could NOT find it."},
		{"Could not find it with any of:\n  Qt6Config.cmake\n  qt6-config.cmake\nAdd it.", "Qt6", "Could not find it with any of: Qt6Config.cmake qt6-config.cmake"},
		{"zlib.h: No such file or directory", "zlib.h", "zlib.h: No such file or directory"},
		{long, "", long[:298] + " ..."},
		{strings.Repeat("漢", 301), "", strings.Repeat("漢", 300) + "..."},
		{strings.Repeat("漢", 300), "", strings.Repeat("漢", 300)},
	} {
		if got := headline(Diagnostic{Message: test.message, Missing: test.missing}); got != test.want {
			t.Errorf("%.60q: got %q, want %q", test.message, got, test.want)
		}
	}
}
