package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/retry"
)

// A run that ends while a step waits for its next attempt leaves it as it failed.
func TestRetriedCancelled(t *testing.T) {
	log := filepath.Join(t.TempDir(), "build.log")
	if err := os.WriteFile(log, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	lines := 0
	res := model.Result{Step: model.Build, LogFile: log, Output: []byte("Connection refused\n")}.Fail(errors.New("it failed"))
	got := retried(ctx, []retry.Rule{{On: []string{retry.Network}, Attempts: 5}}, func(string) { lines++; cancel() }, res, func() model.Result {
		t.Error("another attempt")
		return res
	})
	if _, err := os.Stat(log); err != nil || got.Status != model.Failed || got.Attempts != nil || lines != 1 {
		t.Errorf("%s, attempts %v, %d lines, log: %v", got.Status, got.Attempts, lines, err)
	}
}

// The reason of a result is why the step was done, or why it was cancelled, not how an attempt before has ended. Its
// attempts have those in which its tests ran again.
func TestRetried(t *testing.T) {
	done := model.Result{Step: model.Test, Status: model.OK, Reason: "requested"}
	again := done
	again.Status, again.Attempts = model.OnRetry, []model.Attempt{{Failure: "1 test failed: a"}, {LogFile: "test.2.log"}}
	timedOut := done.Fail(errors.New("stopped"))
	timedOut.Status, timedOut.Reason = model.TimedOut, "stopped at its time limit"
	for _, test := range []struct {
		then     model.Result
		reason   string
		attempts int
	}{{done, "requested", 2}, {again, "requested", 3}, {done.Cancel(errors.New("interrupted")), "interrupted", 2}} {
		synctest.Test(t, func(t *testing.T) {
			got := retried(t.Context(), []retry.Rule{{On: []string{retry.Timeout}, Attempts: 2}}, func(string) {}, timedOut, func() model.Result { return test.then })
			if got.Reason != test.reason || len(got.Attempts) != test.attempts {
				t.Errorf("%s: %s, attempts %v", got.Status, got.Reason, got.Attempts)
			}
		})
	}
}
