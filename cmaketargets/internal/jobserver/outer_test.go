package jobserver

import (
	"slices"
	"testing"
)

func TestWithout(t *testing.T) {
	for _, test := range []struct {
		env, want []string
	}{
		{[]string{"A=1"}, []string{"A=1"}},
		{[]string{"MAKEFLAGS=-j5"}, []string{"MAKEFLAGS=-j5"}}, // the user's
		{[]string{"MAKEFLAGS=", "A=1"}, []string{"MAKEFLAGS=", "A=1"}},
		{[]string{"MAKEFLAGS= -j8 --jobserver-auth=3,4", "A=1"}, []string{"A=1"}},
		{[]string{"MAKEFLAGS=kw -j8 --jobserver-fds=3,4 -j"}, []string{"MAKEFLAGS=kw"}},
		{[]string{"MAKEFLAGS=k -j8 --jobserver-auth=3,4 -- CC=my\\ cc"}, []string{"MAKEFLAGS=k -- CC=my\\ cc"}},
		{[]string{"MAKEFLAGS= -j8 --jobserver-auth=3,3 -- A=1 --jobserver-auth=fifo:/p"}, []string{"MAKEFLAGS= -- A=1"}},
		{[]string{"MAKEFLAGS= -j2 --no-print-directory --jobserver-auth=fifo:/a\\ b"}, []string{"MAKEFLAGS= --no-print-directory"}},
	} {
		if got := Without(test.env); !slices.Equal(got, test.want) {
			t.Errorf("Without(%q) = %q, want %q", test.env, got, test.want)
		}
	}
}

func TestDryRun(t *testing.T) {
	for makeflags, want := range map[string]bool{
		"": false, "n": true, "kn -j8": true, "-n": true, " -j8 -n": true, "-kn": true, " --dry-run": true, "k": false,
		" -Onone -j2": false, " -j8 --jobserver-auth=3,4 -- n": false, " -- A=n": false, " -l2 --no-print-directory": false, " -In": false,
	} {
		if got := DryRun([]string{"MAKEFLAGS=" + makeflags}); got != want {
			t.Errorf("DryRun(%q) = %t, want %t", makeflags, got, want)
		}
	}
}
