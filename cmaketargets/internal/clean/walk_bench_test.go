//go:build unix

package clean

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// used is the CPU time of this process and its children.
func used(b *testing.B) time.Duration {
	var cpu time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		if err := syscall.Getrusage(who, &usage); err != nil {
			b.Fatal(err)
		}
		cpu += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	return cpu
}

// BenchmarkWalk removes trees of 50,000 files of 1 KiB in 2,000 directories, in TMPDIR, in turns with the usual
// alternatives.
func BenchmarkWalk(b *testing.B) {
	ours := func(workers int) func(string) error {
		return func(tree string) error {
			d, err := openDir(tree)
			if err != nil {
				return err
			}
			defer d.close()
			_, err = contents(context.Background(), d, workers, kept{})
			return err
		}
	}
	for _, bench := range []struct {
		name   string
		remove func(string) error
	}{
		{"ours", ours(runtime.GOMAXPROCS(0))},
		{"ours with one worker", ours(1)},
		{"os.RemoveAll", os.RemoveAll},
		{"rm -rf", func(tree string) error { return exec.Command("rm", "-rf", tree).Run() }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var cpu time.Duration
			for range b.N {
				b.StopTimer()
				tree := filepath.Join(b.TempDir(), "tree")
				text := make([]byte, 1024)
				for i := range 50_000 {
					dir := filepath.Join(tree, fmt.Sprint(i%20), fmt.Sprint(i%2000))
					if i < 2000 {
						if err := os.MkdirAll(dir, 0o777); err != nil {
							b.Fatal(err)
						}
					}
					if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), text, 0o666); err != nil {
						b.Fatal(err)
					}
				}
				before := used(b)
				b.StartTimer()
				if err := bench.remove(tree); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				cpu += used(b) - before
			}
			b.ReportMetric(float64(cpu.Milliseconds())/float64(b.N), "cpu-ms/op")
		})
	}
}
