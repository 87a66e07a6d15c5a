package fakecmake_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"github.com/magecmake/magecmake/cmaketargets/internal/testing/fakecmake"
)

func TestMain(m *testing.M) {
	// A race-enabled command sleeps for a second before it exits, unless it is told otherwise; there are many of them.
	// https://go.dev/doc/articles/race_detector#Options
	os.Setenv("GORACE", goRace)
	testscript.Main(leakless{m}, fakecmake.Commands())
}

const goRace = "atexit_sleep_ms=0"

// leakless fails the run where goroutines are left over.
type leakless struct{ *testing.M }

func (m leakless) Run() int {
	code := m.M.Run()
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", goRace)
			return nil
		},
	})
}
