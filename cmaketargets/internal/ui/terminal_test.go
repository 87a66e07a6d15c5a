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
