package bench_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// scheduleMain is the process that is measured: schedule ROOT PROJECTS STATUS.
func scheduleMain() {
	root, n, want := os.Args[1], os.Args[2], cmaketargets.Status(os.Args[3])
	stop, err := profile(strings.ReplaceAll(n+"-"+string(want), " ", "-"))
	fail(err)
	start := time.Now()
	report, err := cmaketargets.New(cmaketargets.Config{Root: root, Output: io.Discard}).
		Run(context.Background(), cmaketargets.StepConfigure)
	fail(err)
	o := own{Wall: time.Since(start)}
	o.CPU, o.Peak, err = ownUsage()
	fail(err)
	fail(stop())
	other := func(r cmaketargets.Result) bool { return r.Status != want }
	if i := slices.IndexFunc(report, other); fmt.Sprint(len(report)) != n || i >= 0 {
		fail(fmt.Errorf("got %d results, %d of them %s", len(report), len(report.WithStatus(want)), want))
	}
	fail(json.NewEncoder(os.Stdout).Encode(o))
}

// profile starts the profiles of BENCH_PROFILE; stop writes them to files named after its argument.
func profile(what string) (stop func() error, err error) {
	dir := os.Getenv("BENCH_PROFILE")
	if dir == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(filepath.Join(dir, what+"-cpu.pprof"))
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, err
	}
	return func() error {
		pprof.StopCPUProfile()
		runtime.GC() // The memory profile is as of the last collection.
		memory, err := os.Create(filepath.Join(dir, what+"-memory.pprof"))
		if err != nil {
			return err
		}
		return errors.Join(pprof.Lookup("allocs").WriteTo(memory, 0), memory.Close(), file.Close())
	}, nil
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "schedule:", err)
		os.Exit(1)
	}
}
