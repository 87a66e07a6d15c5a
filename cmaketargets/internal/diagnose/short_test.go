package diagnose_test

import (
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// A message about something missing is cut after one sentence, any other after a word.
func TestShort(t *testing.T) {
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
		if got := diagnose.Short(model.Diagnostic{Message: test.message, Missing: test.missing}); got != test.want {
			t.Errorf("%.60q: got %q, want %q", test.message, got, test.want)
		}
	}
}
