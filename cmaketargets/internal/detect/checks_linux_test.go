package detect_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
)

// BenchmarkChecks measures the first configure step of the projects in CMAKETARGETS_TEST_TREES, a list like PATH: plain,
// with an empty store and with the store of that run, in turns. It reports seconds of each, and of CPU time, which
// other work on the machine changes less; both include Begin, End and Flush. Run it with -benchtime 5x or so.
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
	var wall, used [3]time.Duration
	measure := func(way int, configure func()) {
		if err := os.RemoveAll(bld); err != nil {
			b.Fatal(err)
		}
		start, before := time.Now(), cpu()
		configure()
		wall[way] += time.Since(start)
		used[way] += cpu() - before
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
		b.ReportMetric(wall[way].Seconds()/float64(b.N), name+"-s/op")
		b.ReportMetric(used[way].Seconds()/float64(b.N), name+"-cpu-s/op")
	}
}
