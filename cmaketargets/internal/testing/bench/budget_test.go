package bench_test

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// shape is a project whose commands sleep in place of compilers: a chain of commands, and then others that need only
// the end of that.
type shape struct{ chain, wide int }

// shapes are the cases of BenchmarkBudget, for a budget of n.
var shapes = map[string]func(n int) []shape{
	"giant among small": func(n int) []shape { return append(repeat(n-1, shape{wide: 4}), shape{wide: 10 * n}) },
	"one giant":         func(n int) []shape { return []shape{{wide: 10 * n}} },
	"all equal":         func(n int) []shape { return repeat(n, shape{wide: 10}) },
	"long tail": func(n int) (list []shape) {
		for i := 1; i <= n; i++ {
			list = append(list, shape{wide: max(1, 5*n/i)})
		}
		return list
	},
	"two giants, one late": func(n int) []shape { return []shape{{wide: 5 * n}, {chain: 3, wide: 5 * n}} },
	"serial among wide":    func(n int) []shape { return append(repeat(4, shape{wide: 2 * n}), shape{chain: 8}) },
}

func repeat(n int, s shape) (list []shape) {
	for range n {
		list = append(list, s)
	}
	return list
}

// mean is the mean time of a command, BENCH_MEAN or half a second: the longer, the less counts that processes are started,
// for which the machine has few CPUs. Commands take from half to one and a half of it, as files differ, or all the same with
// BENCH_EQUAL, where a command that waits for the end of another one waits for the ends of all.
var mean = func() time.Duration {
	if d, err := time.ParseDuration(os.Getenv("BENCH_MEAN")); err == nil && d > 0 {
		return d
	}
	return time.Second / 2
}()

// sleep is the time of the i-th command of a project.
func sleep(i int) time.Duration {
	if os.Getenv("BENCH_EQUAL") != "" {
		return mean
	}
	return mean/2 + mean*time.Duration(i*5%11)/10
}

// sleeps returns the time of commands from the first one on.
func sleeps(first, number int) (sum, longest time.Duration) {
	for i := first; i < first+number; i++ {
		sum, longest = sum+sleep(i), max(longest, sleep(i))
	}
	return sum, longest
}

// bound is the time that no schedule can beat.
func bound(shapes []shape, budget int) time.Duration {
	total, least := time.Duration(0), time.Duration(0)
	for _, s := range shapes {
		chain, _ := sleeps(0, s.chain)
		wide, longest := sleeps(s.chain, s.wide)
		total, least = total+chain+wide, max(least, chain+longest)
	}
	return max(total/time.Duration(budget), least)
}

// write writes a project.
func (s shape) write(tb testing.TB, dir string) {
	text := new(strings.Builder)
	fmt.Fprintln(text, "cmake_minimum_required(VERSION 3.16)\nproject(p NONE)")
	last := ""
	for i := range s.chain + s.wide {
		fmt.Fprintf(text, "add_custom_command(OUTPUT o%d COMMAND sleep %v DEPENDS %s)\n", i, sleep(i).Seconds(), last)
		fmt.Fprintf(text, "set_source_files_properties(o%d PROPERTIES SYMBOLIC ON)\nlist(APPEND all o%d)\n", i, i)
		if i < s.chain {
			last = fmt.Sprint("o", i)
		}
	}
	fmt.Fprintln(text, "add_custom_target(p ALL DEPENDS ${all})")
	must(tb, os.MkdirAll(dir, 0o777))
	must(tb, os.WriteFile(filepath.Join(dir, "CMakeLists.txt"), []byte(text.String()), 0o666))
}

// BenchmarkBudget builds projects whose commands sleep, so that more CPUs can be simulated than there are, beside
// xargs -P over cmake --build -j: with the best two numbers whose product is the budget, and with the better of two that
// exceed it, which costs sleeping commands nothing, but only where that is a thousand of them. The first build has no memory
// of durations, and that of the third is wrong.
func BenchmarkBudget(b *testing.B) {
	for tool, how := range buildPrograms(b) {
		for _, budget := range []int{8, 32, 128} {
			for name, list := range shapes {
				b.Run(fmt.Sprintf("%s/%d/%s", tool, budget, name), func(b *testing.B) {
					benchmarkBudget(b, how, budget, list(budget))
				})
			}
		}
	}
}

// buildProgram is a generator with the path of the Ninja that it uses, "" for Make.
type buildProgram struct{ generator, program string }

// buildPrograms are Make and the Ninjas that BENCH_NINJAS lists, or the one in PATH, by name.
func buildPrograms(b *testing.B) map[string]buildProgram {
	programs := map[string]buildProgram{"make": {"Unix Makefiles", ""}}
	ninjas := filepath.SplitList(os.Getenv("BENCH_NINJAS"))
	if len(ninjas) == 0 {
		if path, err := exec.LookPath("ninja"); err == nil {
			ninjas = []string{path}
		}
	}
	for _, path := range ninjas {
		version, err := exec.Command(path, "--version").Output()
		must(b, err)
		programs["ninja-"+strings.TrimSpace(string(version))] = buildProgram{"Ninja", path}
	}
	return programs
}

func benchmarkBudget(b *testing.B, how buildProgram, budget int, list []shape) {
	root := b.TempDir()
	for i, s := range list {
		s.write(b, filepath.Join(root, fmt.Sprintf("p%03d", i)))
	}
	variant := cmaketargets.Variant{Generator: how.generator, Defines: map[string]string{}}
	if how.program != "" {
		variant.Defines["CMAKE_MAKE_PROGRAM"] = how.program
	}
	memory := ""
	if budget > 8 {
		memory = "off" // there is none here for so many jobs of unknown size
	}
	ours := func(steps ...cmaketargets.Step) time.Duration {
		w := cmaketargets.New(cmaketargets.Config{
			Root: root, Jobs: budget, Variants: []cmaketargets.Variant{variant}, Output: io.Discard, Store: "off", CompileCommands: "off",
			Memory: memory,
		})
		start := time.Now()
		_, err := w.Run(b.Context(), steps...)
		must(b, err)
		return time.Since(start)
	}
	ours(cmaketargets.StepConfigure)
	least := bound(list, budget)
	for b.Loop() {
		first, second := ours(cmaketargets.StepBuild), ours(cmaketargets.StepBuild)
		misremember(b, root, list)
		wrong := ours(cmaketargets.StepBuild)
		within, beyond := bestXargs(b, root, list, budget), time.Duration(0)
		if budget <= 32 {
			beyond = min(xargs(b, root, budget, budget/2), xargs(b, root, budget, budget))
		}
		b.ReportMetric(first.Seconds(), "first-s")
		b.ReportMetric(second.Seconds(), "again-s")
		b.ReportMetric(wrong.Seconds(), "wrong-s")
		b.ReportMetric(within.Seconds(), "xargs-s")
		b.ReportMetric(beyond.Seconds(), "xargs-beyond-s")
		b.ReportMetric(second.Seconds()/within.Seconds(), "of-xargs")
		b.ReportMetric(least.Seconds(), "bound-s")
		b.ReportMetric(second.Seconds()/least.Seconds(), "of-bound")
	}
}

// bestXargs returns the shortest time of xargs with so many projects at once, and jobs in each, that they use the budget. It
// leaves out what must take longer than another choice did.
func bestXargs(tb testing.TB, root string, list []shape, budget int) time.Duration {
	tb.Helper()
	least := map[int]time.Duration{} // by the number of projects at once
	for _, projects := range []int{1, 4, 16, 64, budget} {
		if projects > budget {
			continue
		}
		sum := time.Duration(0)
		for _, s := range list {
			alone := bound([]shape{s}, budget/projects)
			sum += alone
			least[projects] = max(least[projects], alone)
		}
		least[projects] = max(least[projects], sum/time.Duration(projects))
	}
	best := time.Duration(0)
	for _, projects := range slices.SortedFunc(maps.Keys(least), func(a, b int) int { return cmp.Compare(least[a], least[b]) }) {
		if best == 0 || least[projects] < best {
			took := xargs(tb, root, projects, budget/projects)
			tb.Logf("xargs -P%d, -j%d: %.2fs", projects, budget/projects, took.Seconds())
			if best == 0 || took < best {
				best = took
			}
		}
	}
	return best
}

// xargs builds so many projects at once with so many jobs each, and returns how long that takes.
func xargs(tb testing.TB, root string, projects, jobs int) time.Duration {
	tb.Helper()
	command := exec.Command("sh", "-c", fmt.Sprintf("ls -d build/p* | xargs -P%d -I{} cmake --build {} --parallel %d", projects, jobs))
	command.Dir = root
	start := time.Now()
	if out, err := command.CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, out)
	}
	return time.Since(start)
}

// misremember writes durations of the last builds that are the longer the less there is to do.
func misremember(tb testing.TB, root string, list []shape) {
	most := 0
	for _, s := range list {
		most = max(most, s.chain+s.wide)
	}
	for i, s := range list {
		text := fmt.Sprintf("build %ds 2026-01-31T12:00:00Z\n", 1+most-s.chain-s.wide)
		must(tb, os.WriteFile(filepath.Join(root, "build", fmt.Sprintf("p%03d", i), ".cmaketargets", "durations"), []byte(text), 0o666))
	}
}
