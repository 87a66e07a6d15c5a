package diagnose_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// TestCollect has a build with an error that is not the first in its output.
func TestCollect(t *testing.T) {
	const output = "[1/2] a\na.c:1:1: warning: w\n[2/2] b\nFAILED: b.o \ncc b.c\nb.c:2:1: error: e\nninja: build stopped\n"
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	for path, text := range map[string]string{log: output, filepath.Join(dir, "b.c"): ""} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	exited := errors.New("exited")
	const failure, command, warning, note = "error b.c: e", "error : b.o failed", "warning a.c: w", "warning b.c: e"
	for _, test := range []struct {
		name             string
		ctx              context.Context
		res              model.Result
		want             []string
		errors, warnings int
	}{
		{"a failure", t.Context(), model.Result{Output: []byte(output), Err: exited}, []string{failure, warning, command}, 1, 1},
		{"a success", t.Context(), model.Result{Output: []byte(output)}, []string{warning, "note : b.o failed", note}, 0, 2},
		{"cut output", t.Context(), model.Result{Output: []byte("b"), OutputCut: true, LogFile: log, Err: exited}, []string{failure, warning, command}, 1, 1},
		{"cut output without a log", t.Context(), model.Result{Output: []byte(output), OutputCut: true, LogFile: log + "2", Err: exited}, nil, 0, 0},
		{"cut output after the end of the run", ended, model.Result{Output: []byte(output), OutputCut: true, LogFile: log, Err: exited}, nil, 0, 0},
	} {
		test.res.Step, test.res.BuildDir = model.Build, dir
		res := diagnose.Collect(test.ctx, test.res, func(d model.Diagnostic) string { return "hint: " + d.Message })
		var got []string
		for _, d := range res.Diagnostics {
			file := d.File
			if filepath.IsAbs(file) {
				file = filepath.Base(file)
			} else if file == "b.c" {
				t.Errorf("%s: %s is not resolved", test.name, file)
			}
			got = append(got, string(d.Severity)+" "+file+": "+d.Message)
			if d.Hint != "hint: "+d.Message || d.Key == "" {
				t.Errorf("%s: hint %q, key %q", test.name, d.Hint, d.Key)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" || res.Errors != test.errors || res.Warnings != test.warnings {
			t.Errorf("%s: %d errors, %d warnings (-want +got):\n%s", test.name, res.Errors, res.Warnings, diff)
		}
	}
}
