package selection

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// chain are the relations of projects of which each needs the next. Their paths are in order.
type chain struct{ paths, changed, failed []string }

func (c chain) Needs(path string) []string    { return c.paths[slices.Index(c.paths, path)+1:] }
func (c chain) NeededBy(path string) []string { return c.paths[:slices.Index(c.paths, path)] }
func (c chain) Failed() []string              { return c.failed }

func (c chain) Changed(revision string) ([]string, error) {
	switch revision {
	case "HEAD":
		return nil, nil
	case "origin/main":
		return c.changed, nil
	}
	return nil, errors.New("no such revision")
}

func TestProjects(t *testing.T) {
	relations := chain{paths: []string{"app", "libs/base", "libs/new", "libs/old"}, changed: []string{"libs/new"}, failed: []string{"app", "libs/old"}}
	var all []model.Project
	for _, path := range relations.paths {
		all = append(all, model.Project{Path: path})
	}
	const none = ""
	for _, test := range []struct{ filters, want, err string }{
		{"", "app libs/base libs/new libs/old", ""},
		{"libs/**", "libs/base libs/new libs/old", ""},
		{"libs/old app", "app libs/old", ""}, // in the order of the projects
		{"!libs/old", "app libs/base libs/new", ""},
		{"libs/** !libs/old", "libs/base libs/new", ""},
		{"!libs/old libs/**", "libs/base libs/new libs/old", ""}, // the last that matches counts
		{"libs/[no]*", "libs/new libs/old", ""},
		{"libs/new...", "libs/new libs/old", ""},
		{"libs/new^...", "libs/old", ""},
		{"...libs/new", "app libs/base libs/new", ""},
		{"...^libs/new", "app libs/base", ""},
		{"...libs/new...", "app libs/base libs/new libs/old", ""},
		{"...^libs/new^...", "app libs/base libs/old", ""},
		{"libs/{new,old}^...", none, ""},
		{"!...libs/base", "libs/new libs/old", ""},
		{"[origin/main]", "libs/new", ""},
		{"...[origin/main]", "app libs/base libs/new", ""},
		{"...[origin/main] !app", "libs/base libs/new", ""},
		{"[HEAD]", none, ""},
		{"...[HEAD]...", none, ""},
		{"[HEAD] app", "app", ""},
		{"@failed", "app libs/old", ""},
		{"@failed !@failed", none, ""},
		{"app ![origin/main] !app", none, `ORIGIN="app,![origin/main],!app" leaves no project out of 4`},
		{"[HEAD] ![origin/main]", none, ""},
		{"old...", none, `ORIGIN: "old..." matches no project; is it libs/old?`},
		{"...@faild", none, `ORIGIN: "...@faild" matches no project; is it @failed?`},
		{"libs/* ![origin/main]", "libs/base libs/old", ""},
		{"[none]", none, `ORIGIN: "[none]": no such revision`},
		{"lib", none, `ORIGIN: "lib" matches no project; there are app, libs/base, libs/new, libs/old`},
		{"libs/ol", none, `ORIGIN: "libs/ol" matches no project; is it libs/old?`},
		{"...lips/base...", none, `ORIGIN: "...lips/base..." matches no project; is it libs/base?`},
		{"lips/*", none, `ORIGIN: "lips/*" matches no project; there are app, libs/base, libs/new, libs/old`},
		{"b", none, `ORIGIN: "b" matches no project; there are app, libs/base, libs/new, libs/old`},
		{"app !lib", none, `ORIGIN: "!lib" matches no project; there are app, libs/base, libs/new, libs/old`},
		{"app !app", none, `ORIGIN="app,!app" leaves no project out of 4`},
	} {
		got, err := Projects(all, strings.Fields(test.filters), "ORIGIN", relations)
		message := ""
		if err != nil {
			message = err.Error()
		}
		if strings.Join(model.Paths(got), " ") != test.want || message != test.err {
			t.Errorf("%q: got %q, %q", test.filters, model.Paths(got), message)
		}
	}
}

func TestValidFilter(t *testing.T) {
	for filter, want := range map[string]bool{
		"app": true, "libs/**": true, "!libs/[ab]": true, "...app...": true, "app^...": true, "[v1.0~2]": true, "...[origin/main]": true, "@failed": true, "@scope/x": true,
		"": false, "!": false, "...": false, "!...": false, "[": false, "[]": false, "a[": false, "^...": false,
	} {
		if got := ValidFilter(filter); got != want {
			t.Errorf("ValidFilter(%q) = %v", filter, got)
		}
	}
}
