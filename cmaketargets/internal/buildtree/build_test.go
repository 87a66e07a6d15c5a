package buildtree

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// The mark of a build stays while the build tree may hold files that are half written: after a
// build that was killed, and until a build that repairs it comes to its end.
func TestEndBuild(t *testing.T) {
	cancelled := func(forced bool) error { return &proc.CancelError{Cause: context.Canceled, Forced: forced} }
	for _, test := range []struct {
		name    string
		result  model.Result
		repairs bool
		mark    bool
	}{
		{"succeeded", model.Result{Status: model.OK}, false, false},
		{"failed", model.Result{Status: model.Failed, Err: &proc.ExitError{Code: 1}}, false, false},
		{"was killed", model.Result{Status: model.Failed, Err: &proc.ExitError{Signal: "killed"}}, false, true},
		{"ended when asked to", model.Result{Status: model.Cancelled, Err: cancelled(false)}, false, false},
		{"had to be killed", model.Result{Status: model.Cancelled, Err: cancelled(true)}, false, true},
		{"never began", model.Result{Status: model.Failed, Err: errors.New("no such file")}, false, false},
		{"repaired", model.Result{Status: model.OK}, true, false},
		{"repaired, and failed", model.Result{Status: model.Failed, Err: &proc.ExitError{Code: 1}}, true, false},
		{"was to repair, and ended when asked to", model.Result{Status: model.Cancelled, Err: cancelled(false)}, true, true},
		{"was to repair, and never began", model.Result{Status: model.Failed, Err: errors.New("no such file")}, true, true},
	} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, treestate.Dir), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := treestate.MarkBuild(dir); err != nil {
			t.Fatal(err)
		}
		if endBuild(dir, test.result, test.repairs); treestate.BuildKilled(dir) != test.mark {
			t.Errorf("a build that %s: marked %v", test.name, !test.mark)
		}
	}
}
