package cmaketargets

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

// Half-written files may be in a tree from the beginning of a build on, and after its end if that was none of its own.
// Only a build that comes to its end repairs what an earlier one left.
func TestEndBuild(t *testing.T) {
	const cut = "the last build was killed"
	cancelled := func(forced bool) error { return &proc.CancelError{Cause: context.Canceled, Forced: forced} }
	for _, test := range []struct {
		name string
		res  Result
		cut  string
		mark bool
	}{
		{"succeeded", Result{Status: StatusOK}, "", false},
		{"failed", Result{Status: StatusFailed, Err: &proc.ExitError{Code: 1}}, "", false},
		{"was killed", Result{Status: StatusFailed, Err: &proc.ExitError{Signal: "killed"}}, "", true},
		{"ended when asked to", Result{Status: StatusCancelled, Err: cancelled(false)}, "", false},
		{"had to be killed", Result{Status: StatusCancelled, Err: cancelled(true)}, "", true},
		{"never began", Result{Status: StatusFailed, Err: errors.New("no such file")}, "", false},
		{"repaired", Result{Status: StatusOK}, cut, false},
		{"repaired, and failed", Result{Status: StatusFailed, Err: &proc.ExitError{Code: 1}}, cut, false},
		{"was to repair, and ended when asked to", Result{Status: StatusCancelled, Err: cancelled(false)}, cut, true},
		{"was to repair, and never began", Result{Status: StatusFailed, Err: errors.New("no such file")}, cut, true},
	} {
		tr := &tree{dir: t.TempDir()}
		if err := tr.beginBuild(); err != nil {
			t.Fatal(err)
		}
		tr.endBuild(test.res, test.cut)
		if _, err := os.Stat(filepath.Join(tr.dir, stateDir, buildMark)); (err == nil) != test.mark {
			t.Errorf("a build that %s: marked %v", test.name, err == nil)
		}
	}
}
