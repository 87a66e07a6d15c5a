package settings

import (
	"slices"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

func TestNameVariants(t *testing.T) {
	long := strings.Repeat("x", maxVariantName)
	for _, test := range []struct {
		variants []model.Variant
		names    []string
		err      string // a part of the error
	}{
		{nil, []string{""}, ""},
		{[]model.Variant{{BuildType: "Release"}}, []string{""}, ""}, // alone it needs no name
		{[]model.Variant{{BuildType: "Release"}, {Preset: "ci", BuildType: "Debug"}, {Name: "x", Preset: "y"}}, []string{"Release", "ci", "x"}, ""},
		{[]model.Variant{{Name: "with blank"}, {Name: long}}, []string{"with blank", long}, ""},
		{[]model.Variant{{Name: "a"}, {}}, nil, "the variant at index 1 has no Name"},
		{[]model.Variant{{Name: "a"}, {BuildType: "A"}}, nil, `two variants are named "A"`},
		{[]model.Variant{{Name: "_install"}}, nil, `must not start with "." or "_"`},
		{[]model.Variant{{Name: ".."}}, nil, "cannot be a directory"},
		{[]model.Variant{{Name: "a/b"}}, nil, "cannot be a directory"},
		{[]model.Variant{{Name: "a,b"}}, nil, "cannot be a directory"},
		{[]model.Variant{{Name: long + "x"}}, nil, "up to 64 letters"},
		{[]model.Variant{{Name: " a"}}, nil, "cannot be shown and typed"},
		{[]model.Variant{{Name: "a\u00a0b"}}, nil, "cannot be shown and typed"},
		{[]model.Variant{{Name: "a\x1b"}}, nil, "cannot be shown and typed"},
		{[]model.Variant{{Env: map[string]string{"A=": "secret"}}}, nil, `the variant: environment variable "A="`},
		{[]model.Variant{{Name: "a", Env: map[string]string{"A": "secret\x00"}}}, nil, `variant "a": environment variable "A"`},
	} {
		got, err := nameVariants(test.variants)
		var names []string
		for _, v := range got {
			names = append(names, v.Name)
		}
		switch {
		case !slices.Equal(names, test.names), (err != nil) != (test.err != ""):
			t.Errorf("%+v: got %q, %v", test.variants, names, err)
		case err != nil && (!strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "secret")):
			t.Errorf("%+v: got %v, want %q in it", test.variants, err, test.err)
		}
	}
}

func TestVariantEnv(t *testing.T) {
	s := &Settings{Env: []string{"A=1", "B=2", "AB=3"}}
	if got := s.VariantEnv(model.Variant{}); !slices.Equal(got, s.Env) {
		t.Errorf("without variables: %q", got)
	}
	got := s.VariantEnv(model.Variant{Env: map[string]string{"A": "4", "C": ""}})
	if slices.Sort(got); !slices.Equal(got, []string{"A=4", "AB=3", "B=2", "C="}) {
		t.Errorf("got %q", got)
	}
}
