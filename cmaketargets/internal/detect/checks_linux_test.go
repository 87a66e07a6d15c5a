package detect_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
)

// BenchmarkChecks measures the first configure step of the projects in CMAKETARGETS_TEST_TREES, a list like PATH: plain,
// with an empty store and with the store of that run, in turns. It reports the median of the seconds of each, and of their CPU
// time, which other work on the machine changes less; both include Begin, End and Flush. Run it with -benchtime 7x or so.
func BenchmarkChecks(b *testing.B) {
	for _, src := range filepath.SplitList(os.Getenv("CMAKETARGETS_TEST_TREES")) {
		for _, cmake := range cmakes(b) {
			b.Run(versionOf(b, cmake)+"/"+filepath.Base(src), func(b *testing.B) { benchmarkChecks(b, cmake, src) })
		}
	}
}

func benchmarkChecks(b *testing.B, cmake, src string) {
	bld, version := filepath.Join(b.TempDir(), "b"), versionOf(b, cmake)
	cpu := func() (sum time.Duration) {
		for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
			var u syscall.Rusage
			if err := syscall.Getrusage(who, &u); err != nil {
				b.Fatal(err)
			}
			sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
		return sum
	}
	var wall, used [3][]float64
	measure := func(way int, configure func()) {
		if err := os.RemoveAll(bld); err != nil {
			b.Fatal(err)
		}
		start, before := time.Now(), cpu()
		configure()
		wall[way] = append(wall[way], time.Since(start).Seconds())
		used[way] = append(used[way], (cpu() - before).Seconds())
	}
	run := func(args, env []string) {
		cmd := exec.Command(cmake, append([]string{"-S", src, "-B", bld, "-G", "Ninja"}, args...)...)
		cmd.Env = append(environ(), env...)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
	for b.Loop() {
		measure(0, func() { run(nil, nil) })
		store := detect.Open(b.TempDir(), 0)
		for way := range 2 {
			measure(1+way, func() {
				session, reason := store.Begin(detect.Tree{
					BuildDir: bld, SourceDir: src, StateDir: filepath.Join(bld, ".s"), CMake: cmake, Version: version, Env: environ(),
				})
				if session == nil {
					b.Fatal(reason)
				}
				run(session.Args(), session.Env())
				outcome, err := session.End(true)
				if err != nil {
					b.Fatal(err)
				}
				store.Flush()
				b.Log(outcome)
			})
		}
	}
	for way, name := range []string{"plain", "first", "reused"} {
		b.ReportMetric(median(wall[way]), name+"-s/op")
		b.ReportMetric(median(used[way]), name+"-cpu-s/op")
	}
}

func median(list []float64) float64 {
	slices.Sort(list)
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}
