package selection

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

func TestWithin(t *testing.T) {
	outer := Selection{Targets: []string{"a"}, Tests: "b", ExcludeTests: "c", Labels: "d", Component: "e", Shard: "1/2"}
	for _, test := range []struct{ s, want Selection }{
		{Selection{}, outer},
		{Selection{Targets: []string{"x", "y"}}, Selection{Targets: []string{"x", "y"}, Tests: "b", ExcludeTests: "c", Labels: "d", Component: "e", Shard: "1/2"}},
		{
			Selection{Tests: "x", ExcludeTests: "y", Labels: "z", Component: "w", Shard: "3/3"},
			Selection{Targets: []string{"a"}, Tests: "x", ExcludeTests: "y", Labels: "z", Component: "w", Shard: "3/3"},
		},
	} {
		if diff := cmp.Diff(test.want, test.s.Within(outer)); diff != "" {
			t.Errorf("%+v:\n%s", test.s, diff)
		}
	}
}

func TestShard(t *testing.T) {
	for value, want := range map[string][2]int{
		"1/1": {1, 1}, "2/5": {2, 5}, "256/256": {256, 256},
		"0/5": {}, "6/5": {}, "x/y": {}, "5": {}, "/5": {}, "2/": {}, "-1/5": {}, "+1/5": {}, "02/5": {}, "2/05": {}, " 2/5": {}, "2/5/5": {}, "1/257": {}, "2": {},
	} {
		number, of, ok := ParseShard(value)
		if ok != (want != [2]int{}) || ok && [2]int{number, of} != want {
			t.Errorf("%s: got %d, %d, %v", value, number, of, ok)
		}
		if err := (Selection{Shard: value}).Check(); (err == nil) != ok {
			t.Errorf("%s: %v", value, err)
		}
	}
	want := `read the selection: "6/5" is not a shard and how many there are, up to 256, such as "2/5"`
	if err := (Selection{Shard: "6/5"}).Check(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := (Selection{}).Check(); err != nil {
		t.Error(err)
	}
}

// Selections have the same scope in a step exactly when they make it do the same.
func TestScope(t *testing.T) {
	const c, b, ts, i = model.Configure, model.Build, model.Test, model.Install
	for _, test := range []struct {
		one, other Selection
		differ     []model.Step
	}{
		{Selection{}, Selection{Projects: []string{"a"}, Variants: []string{"b"}}, nil},
		{Selection{}, Selection{Targets: []string{"a"}}, []model.Step{b, ts, i}}, // both need a build
		{Selection{Targets: []string{"a", "b"}}, Selection{Targets: []string{"ab"}}, []model.Step{b, ts, i}},
		{Selection{}, Selection{Tests: "a"}, []model.Step{ts}},
		{Selection{Tests: "a"}, Selection{ExcludeTests: "a"}, []model.Step{ts}},
		{Selection{ExcludeTests: "a"}, Selection{Labels: "a"}, []model.Step{ts}},
		{Selection{Targets: []string{"a"}}, Selection{Tests: "a"}, []model.Step{b, ts, i}},
		{Selection{}, Selection{Component: "a"}, []model.Step{i}},
		{Selection{Targets: []string{"a"}}, Selection{Component: "a"}, []model.Step{b, ts, i}},
	} {
		var differ []model.Step
		for _, step := range []model.Step{model.Clean, c, b, ts, i} {
			if test.one.Scope(step) != test.other.Scope(step) {
				differ = append(differ, step)
			}
		}
		if diff := cmp.Diff(test.differ, differ); diff != "" {
			t.Errorf("%+v and %+v differ in:\n%s", test.one, test.other, diff)
		}
	}
}

func TestHasTests(t *testing.T) {
	for _, test := range []struct {
		s    Selection
		want bool
	}{
		{Selection{Targets: []string{"a"}, Component: "b"}, false},
		{Selection{Tests: "a"}, true},
		{Selection{ExcludeTests: "a"}, true},
		{Selection{Labels: "a"}, true},
	} {
		if test.s.HasTests() != test.want {
			t.Errorf("%+v", test.s)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		s    Selection
		want string
	}{
		{Selection{}, ""},
		{Selection{Targets: []string{"a/b", "main.c.o"}, Tests: "^a|b$", ExcludeTests: "[-]x", Labels: ".", Component: "Runtime"}, ""},
		{Selection{Targets: []string{"a", "-v"}}, `read the selection: build target "-v": not a name that cmake --build takes`},
		{Selection{Targets: []string{""}}, `read the selection: build target "": not a name that cmake --build takes`},
		{Selection{Tests: "-x"}, `read the selection: select tests by "-x": not a pattern that ctest takes; write [-] for the first character`},
		{Selection{ExcludeTests: "-x"}, `read the selection: select tests by "-x": not a pattern that ctest takes; write [-] for the first character`},
		{Selection{Labels: "a\x00"}, `read the selection: select tests by "a\x00": not a pattern that ctest takes; write [-] for the first character`},
		{Selection{Component: "-x"}, `read the selection: install component "-x": not a name that cmake --install takes`},
	} {
		message := ""
		if err := test.s.Check(); err != nil {
			message = err.Error()
		}
		if message != test.want {
			t.Errorf("%+v: got %s, want %s", test.s, message, test.want)
		}
	}
}

func TestVariants(t *testing.T) {
	named := []model.Variant{{Name: "Debug"}, {Name: "Release"}, {Name: "ci"}}
	for _, test := range []struct {
		all   []model.Variant
		names []string
		want  []model.Variant
		err   string
	}{
		{named, nil, named, ""},
		{named, []string{"ci", "Debug"}, []model.Variant{{Name: "Debug"}, {Name: "ci"}}, ""},
		{named, []string{"Debug", "debug"}, nil, `ORIGIN: there is no variant "debug"; there are Debug, Release, ci`},
		{[]model.Variant{{}}, []string{"a", "b"}, nil, `ORIGIN="a,b", but Config.Variants has no variant with a name`},
	} {
		got, err := Variants(test.all, test.names, "ORIGIN")
		message := ""
		if err != nil {
			message = err.Error()
		}
		if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" || message != test.err {
			t.Errorf("%q: %q\n%s", test.names, message, diff)
		}
	}
}
