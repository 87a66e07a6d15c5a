package fakecmake

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	text := strings.Join([]string{
		"project(p)",
		`  # fake: configure print="a \"b\"\n" sleep=20ms exit=`,
		"# fake:build",
		"#fake: build exit=1 is no directive",
		`message("# fake: build exit=1")`,
		"# fake: no-cache",
	}, "\r\n")
	got, err := parse("CMakeLists.txt", text, marker)
	if err != nil {
		t.Fatal(err)
	}
	want := []directive{
		{"configure", []option{{"print", "a \"b\"\n"}, {"sleep", "20ms"}, {"exit", ""}}},
		{"build", nil},
		{"no-cache", nil},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(directive{}, option{})); diff != "" {
		t.Errorf("parse (-want +got):\n%s", diff)
	}
}

func TestParseDirectiveErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                         `unknown word ""`,
		"configured":               `unknown word "configured"`,
		"configure exit":           `"exit" is not key=value`,
		"configure exit =1":        `"exit" is not key=value`,
		"configure prnt=x":         `configure has no option "prnt"`,
		"no-cache exit=1":          `no-cache has no option "exit"`,
		"reply exit=1":             `reply has no option "exit"`,
		`configure print="x`:       "value of print: unfinished quotes",
		`configure print="x" y`:    `"y" is not key=value`,
		`configure print="x"y=1 z`: `configure has no option "y"`,
	} {
		if _, err := parseDirective(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parseDirective(%q) = %v, want an error with %q", text, err, want)
		}
	}
}

// FuzzParseDirective holds that whatever is read is one of the nouns with options of its own.
func FuzzParseDirective(f *testing.F) {
	for _, seed := range []string{
		"", "configure", `build print="a b" exit=2`, "reply object=target size=3", `configure print="`, "reply to=", "install\tfile=x",
		"configure =", "configure print=\"\\x\"", "no-cache x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parseDirective(text)
		if err != nil {
			return
		}
		if _, ok := nouns[d.noun]; !ok {
			t.Errorf("parseDirective(%q) gave noun %q", text, d.noun)
		}
		for _, o := range d.options {
			if o.key == "" || strings.ContainsAny(o.key, " \t=") {
				t.Errorf("parseDirective(%q) gave key %q", text, o.key)
			}
		}
	})
}
