package buildtree

import (
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

// A step failed for lack of memory by its output, by the signal that ended its command, or by the
// kernel's count where no error in a file explains the failure.
func TestStarved(t *testing.T) {
	t.Parallel()
	failure := func(cause error, list ...model.Diagnostic) model.Result {
		return model.Result{Step: model.Build, Args: []string{"/usr/bin/cmake"}, Diagnostics: list}.Fail(cause)
	}
	status, signal := &proc.ExitError{Code: 1}, &proc.ExitError{Code: -1, Signal: "killed"}
	code := model.Diagnostic{Severity: model.Error, File: "a.c", Line: 3, Message: "undeclared"}
	tool := model.Diagnostic{Severity: model.Error, Message: "Signal Getötet beendete Programm cc1plus"}
	said := model.Diagnostic{Severity: model.Error, Code: model.OutOfMemory, Message: "virtual memory exhausted"}
	const likely = diagnose.Killed + "cmake"
	signalled := func() model.Diagnostic {
		return model.Diagnostic{Severity: model.Error, Code: model.OutOfMemory, Message: diagnose.Killed + "cc1plus"}
	}
	for name, test := range map[string]struct {
		res   model.Result
		kills int64
		want  string // the first message, "" where it is not for lack of memory
	}{
		"a failure":                          {failure(status, tool), 0, ""},
		"an error in a file":                 {failure(status, code), 0, ""},
		"an error in a file beside a kill":   {failure(status, code), 2, ""},
		"said by a tool":                     {failure(status, said), 0, said.Message},
		"said by a tool and counted":         {failure(status, said, code), 1, said.Message},
		"signal 9":                           {failure(status, signalled()), 0, diagnose.Killed + "cc1plus"},
		"signal 9 and counted":               {failure(status, signalled()), 1, "killed for lack of memory: cc1plus"},
		"counted, and said in other words":   {failure(status, tool), 1, "the system killed 1 program for lack of memory"},
		"counted alone":                      {failure(status), 2, "the system killed 2 programs for lack of memory"},
		"cmake itself":                       {failure(signal), 0, likely},
		"cmake itself, after an error":       {failure(signal, code), 0, likely},
		"another signal":                     {failure(&proc.ExitError{Signal: "terminated"}), 0, ""},
		"a step that did not fail":           {model.Result{Status: model.OK}, 3, ""},
		"a step that was stopped at a limit": {model.Result{Status: model.TimedOut, Diagnostics: []model.Diagnostic{said}}, 3, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := starved(test.res, test.kills)
			if got.OutOfMemory != (test.want != "") {
				t.Fatalf("OutOfMemory is %t", got.OutOfMemory)
			}
			if test.want != "" && (got.Diagnostics[0].Message != test.want || got.Diagnostics[0].Code != model.OutOfMemory) {
				t.Errorf("the first diagnostic is %+v, want %q", got.Diagnostics[0], test.want)
			}
		})
	}
}

// After a Make was killed an unfinished object file may be left; it reports any other tool and
// removes its file.
func TestMakeKilled(t *testing.T) {
	t.Parallel()
	for output, want := range map[string]bool{
		"gmake[2]: *** [CMakeFiles/a.dir/build.make:76: CMakeFiles/a.dir/a.cpp.o] Killed\ngmake: *** [Makefile:91: all] Error 2\n": false,
		"gmake[1]: *** [CMakeFiles/Makefile2:83: CMakeFiles/k.dir/all] Killed\ngmake: *** [Makefile:91: all] Error 2\n":            true,
		"gmake: *** [Makefile:91: all] Killed\n":                          true,
		"[ 50%] Building C object a.c.o\n":                                true, // the first Make
		"FAILED: a.o\nKilled\nninja: build stopped: subcommand failed.\n": false,
	} {
		if got := makeKilled([]byte(output)); got != want {
			t.Errorf("makeKilled(%q) = %t", output, got)
		}
	}
}
