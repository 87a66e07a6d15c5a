package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

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
