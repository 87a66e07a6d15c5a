package ui_test

import (
	"bytes"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// The environment chooses colours, folds and the live view.
func TestOptionsFor(t *testing.T) {
	for _, test := range []struct {
		env    []string
		colour bool
		fold   ui.Fold
	}{
		{nil, false, ui.NoFold},
		{[]string{"CLICOLOR_FORCE=1"}, true, ui.NoFold},
		{[]string{"CLICOLOR_FORCE=0"}, false, ui.NoFold},
		{[]string{"CLICOLOR_FORCE=1", "NO_COLOR=1"}, false, ui.NoFold},
		{[]string{"GITHUB_ACTIONS=true", "CI=true"}, false, ui.GitHub},
		{[]string{"GITLAB_CI=true", "CLICOLOR_FORCE=1"}, true, ui.GitLab},
		{[]string{"GITHUB_ACTIONS=false"}, false, ui.NoFold},
	} {
		o := ui.OptionsFor(&bytes.Buffer{}, test.env, ui.Live)
		if o.Live || o.Colour != test.colour || o.Fold != test.fold {
			t.Errorf("%v: %+v", test.env, o)
		}
	}
}

// Without a terminal, the program that runs the process decides whether it is quiet.
func TestOptionsForQuiet(t *testing.T) {
	for _, test := range []struct {
		env      []string
		progress ui.Progress
		quiet    bool
	}{
		{nil, ui.Auto, false},
		{nil, ui.Quiet, true},
		{[]string{"CI=true"}, ui.Auto, true},
		{[]string{"CI=true"}, ui.Plain, false},
		{[]string{"CI=true"}, ui.Live, false},
		{[]string{"CI=false"}, ui.Auto, false},
		{[]string{"TF_BUILD=True"}, ui.Auto, true},
		{[]string{"CLAUDECODE=1"}, ui.Auto, true},
		{[]string{"CODEX_SANDBOX=seatbelt"}, ui.Auto, true},
		{[]string{"AI_AGENT=another"}, ui.Auto, true},
		{[]string{"CURSOR_AGENT="}, ui.Auto, false},
	} {
		if o := ui.OptionsFor(&bytes.Buffer{}, test.env, test.progress); o.Quiet != test.quiet {
			t.Errorf("%v, %s: quiet is %v", test.env, test.progress, o.Quiet)
		}
	}
}
