//go:build linux

package differential_test

import (
	"bytes"
	"context"
	"io"
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/engine"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
)

// extent is the steps that follow an edit, as the line that replays it ends.
type extent string

// The extents.
const (
	everything extent = ""
	build      extent = " (build)"
	test       extent = " (test)"
	install    extent = " (install)"
	nothing    extent = " (no run)"
)

// steps returns those to run.
func (e extent) steps() []model.Step {
	return map[extent][]model.Step{
		everything: {model.Test, model.Install}, build: {model.Build}, test: {model.Test}, install: {model.Install},
	}[e]
}

func (e extent) has(s model.Step) bool { return slices.Contains(e.steps(), s) }

// run does the steps in our copy as a process of its own would: nothing is remembered but on disk. It
// returns the results, and the screen with the error.
func (w *workspace) run(e extent) ([]model.Result, string) {
	w.t.Helper()
	var screen bytes.Buffer
	env := w.environ(ours)
	process := engine.NewProcess(&engine.Process{
		Output: func() io.Writer { return &screen }, Env: func() []string { return env }, StartDir: w.roots[ours],
	})
	results, err := process.New(settings.Settings{Jobs: 2, Variants: w.resolved(ours)}).Run(context.Background(), e.steps())
	if err != nil {
		screen.WriteString(err.Error() + "\n")
	}
	if len(results) == 0 {
		w.t.Fatalf("%s: no results\n%s", w, &screen)
	}
	return results, screen.String()
}
