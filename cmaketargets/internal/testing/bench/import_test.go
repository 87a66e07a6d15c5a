package bench_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// baseline names a variable: the root of another version of this repository, which BenchmarkImport
// compiles beside this one in each round.
const baseline = "BENCH_BASELINE"

// BenchmarkImport measures the first compile of a magefile that imports this module: third-party
// packages and ours, with the standard library compiled already.
func BenchmarkImport(b *testing.B) {
	roots := map[string]string{"this": repository}
	names := []string{"this"}
	if root := os.Getenv(baseline); root != "" {
		roots["baseline"], names = root, []string{"baseline", "this"}
	}
	modules := map[string]string{}
	warm := b.TempDir()
	mage := goBuild(b, b.TempDir(), "mage", "github.com/magefile/mage")
	for _, name := range names {
		modules[name] = writeModule(b, roots[name])
		compileStandard(b, modules[name], warm)
	}
	r := rounds{}
	size := map[string]int64{}
	for b.Loop() {
		for _, name := range names {
			program := filepath.Join(modules[name], executable("targets"))
			cache := filepath.Join(scratchDir(b, "import"), "cache")
			must(b, os.CopyFS(cache, os.DirFS(warm)))
			cmd := exec.Command(mage, "-compile", program)
			cmd.Dir, cmd.Env = modules[name], append(os.Environ(), "GOCACHE="+cache)
			start := time.Now()
			if out, err := cmd.CombinedOutput(); err != nil {
				b.Fatalf("compile the magefile: %v\n%s", err, out)
			}
			state := cmd.ProcessState
			r[name] = append(r[name], usage{wall: time.Since(start), cpu: state.UserTime() + state.SystemTime()})
			info, err := os.Stat(program)
			must(b, err)
			size[name] = info.Size()
		}
	}
	b.ReportMetric(0, "ns/op")
	for _, name := range names {
		wall, cpu := r.seconds(name)
		b.ReportMetric(wall, name+"-s")
		b.ReportMetric(cpu, name+"-CPU-s")
		b.ReportMetric(float64(size[name])/1e6, name+"-MB")
	}
	if wall, cpu, ok := r.ratio("this", "baseline"); ok {
		b.ReportMetric(wall, "this/baseline")
		b.ReportMetric(cpu, "this/baseline-CPU")
	}
}

// compileStandard fills a build cache with the packages of the standard library that a magefile needs,
// and with no others.
func compileStandard(tb testing.TB, module, cache string) {
	tb.Helper()
	// Mage's main file imports these beside its targets.
	args := []string{"list", "-deps", "-f", "{{if .Standard}}{{.ImportPath}}{{end}}", importPath + "/cmaketargets", "flag", "log", "text/tabwriter"}
	list := exec.Command("go", args...)
	list.Dir = module
	out, err := list.Output()
	must(tb, err)
	build := exec.Command("go", append([]string{"build"}, strings.Fields(string(out))...)...)
	build.Dir, build.Env = module, append(os.Environ(), "GOCACHE="+cache)
	if out, err := build.CombinedOutput(); err != nil {
		tb.Fatalf("compile the standard library: %v\n%s", err, out)
	}
}
