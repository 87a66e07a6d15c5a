package shard

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

func TestParsePlan(t *testing.T) {
	for value, want := range map[string]int{
		"github:1": 1, "gitlab:5": 5, "json:256": 256,
		"": 0, "github": 0, "github:": 0, "github:0": 0, "github:-1": 0, "github:257": 0, "json:x": 0, ":5": 0, "jenkins:5": 0, "json:5:6": 0,
	} {
		form, n, ok := ParsePlan(value)
		if ok != (want > 0) || ok && (n != want || form == nil) {
			t.Errorf("%q: got %d, %v", value, n, ok)
		}
	}
}

// The lines of GitHub are one each, and hold JSON; GitLab expands no variable in a value, and ends no string early.
func TestPlansOfHostileNames(t *testing.T) {
	const name = "a\"b\n${{c}}$D\\'e: #\u2028"
	split := model.Split{Version: 1, Shards: []model.Shard{{Name: "1/2", Projects: []string{name}, Variants: []string{"$V"}}, {Name: "2/2"}}}
	var out bytes.Buffer
	if err := github(&out, split); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	value, ok := strings.CutPrefix(lines[0], "matrix=")
	var matrix struct{ Include []job }
	if err := json.Unmarshal([]byte(value), &matrix); err != nil || !ok || len(lines) != 2 || lines[1] != "empty=false" {
		t.Fatalf("got %v, %q", err, lines)
	}
	want := strings.NewReplacer(`\`, `\\`, `{`, `\{`, `}`, `\}`).Replace(strings.TrimRight(name, "\u2028")) + "{\u2028}"
	if len(matrix.Include) != 1 || matrix.Include[0].Projects != want || matrix.Include[0].Variants != "$V" {
		t.Errorf("got %+v, want %q", matrix.Include, want)
	}
	out.Reset()
	if err := gitlab(&out, split); err != nil {
		t.Fatal(err)
	}
	got := "shard 1/2:\n  extends: .shard\n  variables:\n    SHARD: \"1\"\n    CMAKETARGETS_PROJECTS: " +
		`"a\"b\n$$\\{\\{c\\}\\}$$D\\\\'e: #{\u2028}"` + "\n    CMAKETARGETS_VARIANTS: \"$$V\"\n"
	if out.String() != got {
		t.Errorf("got\n%s\nwant\n%s", out.String(), got)
	}
}
