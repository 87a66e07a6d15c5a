package bench_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// own is what a run of a workspace took of its own process, children left out.
type own struct {
	CPU, Wall time.Duration
	Peak      int64 // of resident memory, in bytes
}

func BenchmarkScheduler(b *testing.B) {
	bin := copyingCMake(b)
	for _, usual := range []int{1000, 5000} {
		b.Run(fmt.Sprint(usual), func(b *testing.B) {
			n := size(b, usual)
			var configure, nothing []own
			for b.Loop() {
				root := filepath.Join(scratchDir(b, "schedule"), "root")
				write(b, root, n, small)
				configure = append(configure, schedule(b, bin, root, n, cmaketargets.StatusOK))
				nothing = append(nothing, schedule(b, bin, root, n, cmaketargets.StatusUpToDate))
			}
			b.ReportMetric(0, "ns/op")
			reportOwn(b, "configure", n, configure)
			reportOwn(b, "nothing", n, nothing)
		})
	}
}

// reportOwn reports the median CPU time for each project, the median duration, and the highest memory of all.
func reportOwn(b *testing.B, what string, n int, all []own) {
	var cpu, wall []float64
	var peak int64
	for _, o := range all {
		cpu, wall = append(cpu, o.CPU.Seconds()), append(wall, o.Wall.Seconds())
		peak = max(peak, o.Peak)
	}
	b.ReportMetric(median(cpu)*1000/float64(n), what+"-CPU-ms/project")
	b.ReportMetric(median(wall), what+"-s")
	b.ReportMetric(float64(peak)/(1<<20), what+"-peak-MiB")
}

// copyingCMake returns the directory of a cmake that copies a tree, which the real one has configured here.
func copyingCMake(tb testing.TB) string {
	tb.Helper()
	cmake, err := exec.LookPath("cmake")
	must(tb, err)
	root := filepath.Join(scratchDir(tb, "template"), "root")
	write(tb, root, 1, small)
	schedule(tb, filepath.Dir(cmake), root, 1, cmaketargets.StatusOK)
	tb.Setenv("BENCH_TEMPLATE", root)
	bin := tb.TempDir()
	goBuild(tb, bin, "cmake", "./cmaketargets/internal/testing/bench/copycmake")
	return bin
}

// schedule configures n projects with the cmake in bin, in a process of its own, and makes sure that each ended so.
func schedule(tb testing.TB, bin, root string, n int, want cmaketargets.Status) own {
	tb.Helper()
	home := filepath.Join(filepath.Dir(root), "home")
	cmd := exec.Command(filepath.Join(commandDir, executable("schedule")), root, fmt.Sprint(n), string(want))
	cmd.Env = append(environ(home), "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	for _, name := range []string{"BENCH_PROFILE", countedLog, "BENCH_TEMPLATE"} {
		cmd.Env = append(cmd.Env, name+"="+os.Getenv(name))
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	must(tb, err)
	var o own
	must(tb, json.Unmarshal(out, &o))
	return o
}
