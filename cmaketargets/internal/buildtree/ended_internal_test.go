package buildtree

import (
	"context"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

// A command that a signal ended is cancelled only if the run is, and one that failed otherwise never is.
func TestEndedWith(t *testing.T) {
	over, cancel := context.WithCancel(context.Background())
	cancel()
	const stopped = "[1/2] cc -c a.c\nninja: build stopped: interrupted by user.\n"
	for _, test := range []struct {
		run    context.Context
		exit   proc.ExitError
		output string
		want   bool
	}{
		{over, proc.ExitError{Code: -1, Signal: "terminated"}, "", true},
		{over, proc.ExitError{Code: -1, Signal: "interrupt"}, "", true},
		{over, proc.ExitError{Code: 130}, stopped, true},
		{over, proc.ExitError{Code: 1}, "ninja: build stopped: subcommand failed.\n", false},
		{over, proc.ExitError{Code: -1, Signal: "killed"}, "", false},
		{context.Background(), proc.ExitError{Code: -1, Signal: "terminated"}, "", false},
		{context.Background(), proc.ExitError{Code: 2}, stopped, false},
	} {
		if got := endedWith(test.run, &test.exit, []byte(test.output)); got != test.want {
			t.Errorf("%v, %q, run ended: %v: got %v", &test.exit, test.output, test.run.Err() != nil, got)
		}
	}
}
