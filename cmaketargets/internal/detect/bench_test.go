package detect_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
)

// BenchmarkConfigure measures one small C and C++ project: plain, with the store, and as the lower
// bound a plain run in a configured tree. cpu-ms is the CPU time of cmake and its children, ours-ms the
// time of Begin and End.
func BenchmarkConfigure(b *testing.B) {
	for _, cmake := range cmakes(b) {
		src := tree(b, project(head+"project(x)\n"+inC+inCXX))
		dir := b.TempDir()
		bld := filepath.Join(src, "b")
		version := versionOf(b, cmake)
		fresh := func(b *testing.B) {
			b.StopTimer()
			if err := os.RemoveAll(bld); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
		configure := func(b *testing.B, args, env []string) time.Duration {
			cmd := exec.Command(cmake, append([]string{"-S", src, "-B", bld, "-G", "Ninja"}, args...)...)
			cmd.Env = append(environ(), env...)
			if out, err := cmd.CombinedOutput(); err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
			return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		}
		report := func(b *testing.B, unit string, d time.Duration) {
			b.ReportMetric(d.Seconds()*1000/float64(b.N), unit)
		}
		b.Run(version+"/plain", func(b *testing.B) {
			var cpu time.Duration
			for range b.N {
				fresh(b)
				cpu += configure(b, nil, nil)
			}
			report(b, "cpu-ms/op", cpu)
		})
		store := detect.Open(dir, 0)
		reuse := func(b *testing.B) (cpu, ours time.Duration, n int) {
			t := detect.Tree{
				BuildDir: bld, SourceDir: src, StateDir: filepath.Join(bld, ".s"), CMake: cmake, Version: version, Env: environ(),
			}
			start := time.Now()
			session, reason := store.Begin(t)
			ours = time.Since(start)
			if session == nil {
				b.Fatal(reason)
			}
			cpu = configure(b, session.Args(), session.Env())
			start = time.Now()
			outcome, err := session.End(true)
			if err != nil {
				b.Fatal(err)
			}
			return cpu, ours + time.Since(start), len(outcome.Reused)
		}
		b.Run(version+"/reused", func(b *testing.B) {
			fresh(b)
			reuse(b)
			b.ResetTimer()
			var cpu, ours time.Duration
			for range b.N {
				fresh(b)
				c, o, n := reuse(b)
				if n != 2 {
					b.Fatalf("reused %d languages", n)
				}
				cpu, ours = cpu+c, ours+o
			}
			report(b, "cpu-ms/op", cpu)
			report(b, "ours-ms/op", ours)
		})
		b.Run(version+"/again", func(b *testing.B) {
			configure(b, nil, nil)
			b.ResetTimer()
			var cpu time.Duration
			for range b.N {
				cpu += configure(b, nil, nil)
			}
			report(b, "cpu-ms/op", cpu)
		})
	}
}
