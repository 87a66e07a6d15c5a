package inputs_test

import (
	"os"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
)

func TestConditions(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*world)
		want   string // COMPILER stands for its path
	}{
		"nothing":     {func(*world) {}, ""},
		"argument":    {func(w *world) { w.in.Args = []string{"-DFOO=2"} }, "the arguments of cmake"},
		"version":     {func(w *world) { w.in.Version += ".1" }, "the version of CMake"},
		"variable":    {func(w *world) { w.in.Env = inputs.Environ([]string{"CXX=clang++"}) }, "CXX"},
		"no variable": {func(w *world) { w.in.Env = nil }, "CXX"},
		"flags":       {func(w *world) { w.in.Env = inputs.Environ([]string{"CXX=g++-12", "CFLAGS=-O2"}) }, ""}, // of new build trees only
		"compiler":    {func(w *world) { w.write("bin/gcc", "another", time.Now()) }, "COMPILER"},
		"no compiler": {func(w *world) { _ = os.Remove(w.compiler) }, "COMPILER"},
		"same bytes":  {func(w *world) { w.write("bin/gcc", "elf", time.Now()) }, ""}, // as on another machine
	} {
		t.Run(name, func(t *testing.T) {
			w := configured(t)
			w.in.Args = []string{"-DFOO=" + w.dir + "/x"}
			w.step(inputs.Load(w.in.Build), time.Now(), func(o *inputs.Observed) { o.Compilers = []string{w.compiler} })
			was := inputs.ConditionsOf(inputs.Load(w.in.Build), w.dir, &inputs.Files{})
			w.in.Args = []string{"-DFOO=/elsewhere/x"} // another copy of the repository
			test.change(w)
			want := test.want
			if want == "COMPILER" {
				want = w.compiler
			}
			if got := was.Changed(w.in, "/elsewhere", &inputs.Files{}); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	w := configured(t)
	w.step(inputs.Load(w.in.Build), time.Now(), func(o *inputs.Observed) { o.Compilers = []string{w.compiler} })
	w.write("bin/gcc", "another", time.Now())
	if got := inputs.ConditionsOf(inputs.Load(w.in.Build), w.dir, &inputs.Files{}).Changed(w.in, w.dir, &inputs.Files{}); got != w.compiler {
		t.Errorf("a compiler that was replaced before the question: got %q", got)
	}
}
