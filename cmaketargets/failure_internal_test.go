package cmaketargets

import (
	"slices"
	"testing"
)

// What a person pastes, and every report shows, has no secret in it.
func TestPasteEnv(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"CC", "clang", "clang"},
		{"API_TOKEN", "hunter2", "..."},
		{"DATABASE_DSN", "hunter2", "..."},
		{"STORE_SAS", "hunter2", "..."},
		{"SASS_STYLE", "compact", "compact"},
		{"HTTPS_PROXY", "http://me:hunter2@proxy:8080", "http://...@proxy:8080"},
		{"INDEX", "https://hunter2@a/x@y https://b", "https://...@a/x@y https://b"},
		{"MAIL", "a@b.example", "a@b.example"},
	} {
		got := pasteEnv(Variant{Env: map[string]string{test.name: test.value}})
		if want := []string{"env", test.name + "=" + test.want}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
