package plan

import (
	"slices"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// A command that people paste, and that every report shows, has no secret in it, and names the
// variables whose values it hides.
func TestPaste(t *testing.T) {
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
		got, hidden := paste(model.Variant{Env: map[string]string{test.name: test.value}}, []string{"A=1"}, []string{"cmake", "-S"})
		if want := []string{"env", test.name + "=" + test.want, "A=1", "cmake", "-S"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if want := test.want != test.value; slices.Contains(hidden, test.name) != want {
			t.Errorf("%s: to fill in are %q", test.name, hidden)
		}
	}
	if got, _ := paste(model.Variant{}, nil, []string{"cmake"}); !slices.Equal(got, []string{"cmake"}) {
		t.Errorf("without variables: %q", got)
	}
}
