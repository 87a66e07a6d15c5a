package discover_test

import (
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

func TestCheckPatterns(t *testing.T) {
	for _, p := range []string{".", "**", "a/**/b", "{a,b}/*", `\[x\]`, "a/", "./a", "..a", "[!a]"} {
		if err := discover.CheckPatterns("Include", []string{p}); err != nil {
			t.Error(err)
		}
	}
	for _, p := range []string{"", "/a", "..", "a/../..", "../a", "[", "{", `a\`} {
		if err := discover.CheckPatterns("Include", []string{"ok", p}); err == nil {
			t.Errorf("pattern %q is taken", p)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		pattern, path string
		want          bool
	}{
		{"a", "a", true},
		{"./a/", "a", true},
		{"a/", "a/b", false},
		{"a/**/", "a/b", true},
		{"*", "a", true},
		{"*", ".", false},
		{"**", ".", true},
		{".", ".", true},
	} {
		if got := discover.Match(test.pattern, test.path); got != test.want {
			t.Errorf("Match(%q, %q) = %v", test.pattern, test.path, got)
		}
	}
}
