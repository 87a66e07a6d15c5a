package bench_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
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

const sleep = 500 * time.Millisecond

// bound is the time that no schedule can beat.
func bound(shapes []shape, budget int) time.Duration {
	total, longest := 0, 0
	for _, s := range shapes {
		total += s.chain + s.wide
		longest = max(longest, s.chain+min(1, s.wide))
	}
	return max(sleep*time.Duration(total)/time.Duration(budget), sleep*time.Duration(longest))
}

// write writes a project.
func (s shape) write(tb testing.TB, dir string) {
	must(tb, os.MkdirAll(dir, 0o777))
	must(tb, os.WriteFile(filepath.Join(dir, "CMakeLists.txt"), fmt.Appendf(nil, `cmake_minimum_required(VERSION 3.16)
project(p NONE)
set(last)
set(all)
macro(command name)
  add_custom_command(OUTPUT ${name} COMMAND sleep %v DEPENDS ${last})
  set_source_files_properties(${name} PROPERTIES SYMBOLIC ON)
  list(APPEND all ${name})
endmacro()
foreach(i RANGE %d)
  if(i GREATER 0)
    command(c${i})
    set(last c${i})
  endif()
endforeach()
foreach(i RANGE %d)
  if(i GREATER 0)
    command(w${i})
  endif()
endforeach()
add_custom_target(p ALL DEPENDS ${all})
`, sleep.Seconds(), s.chain, s.wide), 0o666))
}

// BenchmarkBudget builds projects whose commands sleep, so that more CPUs can be simulated than there are, beside
// xargs -P over cmake --build with the better of two -j, which oversubscribe the budget. The first build has no memory of durations.
func BenchmarkBudget(b *testing.B) {
	tools := map[string][]string{"make": {"Unix Makefiles", ""}}
	ninjas := filepath.SplitList(os.Getenv("BENCH_NINJAS"))
	if len(ninjas) == 0 {
		if path, err := exec.LookPath("ninja"); err == nil {
			ninjas = []string{path}
		}
	}
	for _, path := range ninjas {
		version, err := exec.Command(path, "--version").Output()
		must(b, err)
		tools["ninja-"+strings.TrimSpace(string(version))] = []string{"Ninja", path}
	}
	for tool, how := range tools {
		for _, budget := range []int{8, 32, 128} {
			for name, list := range shapes {
				b.Run(fmt.Sprintf("%s/%d/%s", tool, budget, name), func(b *testing.B) {
					benchmarkBudget(b, how[0], how[1], budget, list(budget))
				})
			}
		}
	}
}

func benchmarkBudget(b *testing.B, generator, program string, budget int, list []shape) {
	root := b.TempDir()
	for i, s := range list {
		s.write(b, filepath.Join(root, fmt.Sprintf("p%03d", i)))
	}
	variant := cmaketargets.Variant{Generator: generator, Defines: map[string]string{}}
	if program != "" {
		variant.Defines["CMAKE_MAKE_PROGRAM"] = program
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
		xargs := time.Duration(0)
		for _, jobs := range []int{budget / 2, budget} {
			command := exec.Command("sh", "-c", fmt.Sprintf("ls -d build/p* | xargs -P%d -I{} cmake --build {} --parallel %d", budget, jobs))
			command.Dir = root
			start := time.Now()
			out, err := command.CombinedOutput()
			if err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
			if took := time.Since(start); xargs == 0 || took < xargs {
				xargs = took
			}
		}
		b.ReportMetric(first.Seconds(), "first-s")
		b.ReportMetric(second.Seconds(), "again-s")
		b.ReportMetric(xargs.Seconds(), "xargs-s")
		b.ReportMetric(least.Seconds(), "bound-s")
		b.ReportMetric(second.Seconds()/least.Seconds(), "of-bound")
	}
}
