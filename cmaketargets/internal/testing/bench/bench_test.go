package bench_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

func BenchmarkSmall(b *testing.B) {
	compare(b, "small C and C++ projects", newRace(b, size(b, 50), []project{small}, nil), []goal{
		{over: "xargs", under: "cold", least: 6},
		{over: "xargs", under: "warm", least: 10},
		{over: "warm", under: "floor", most: 1.25},
		{over: "script", under: "cold"},
		{over: "script", under: "warm"},
		{over: "floor", under: "nothing"},
		{over: "colcon", under: "install"},
	})
}

func BenchmarkMix(b *testing.B) {
	compare(b, "projects, two thirds with find_package or check_*", newRace(b, size(b, 50), mix, nil), []goal{
		{over: "xargs", under: "cold", least: 3},
		{over: "xargs", under: "warm", least: 4},
		{over: "warm", under: "floor"},
		{over: "script", under: "cold"},
		{over: "script", under: "warm"},
		{over: "floor", under: "nothing"},
		{over: "colcon", under: "install"},
	})
}

func BenchmarkNothing(b *testing.B) {
	compare(b, "small projects that are up to date", newRace(b, size(b, 200), []project{small}, nil, "nothing", "floor"), []goal{
		{over: "floor", under: "nothing", least: 20},
	})
}

func BenchmarkBuild(b *testing.B) {
	compare(b, "small projects that are built", newBuilds(b, size(b, 200)), []goal{
		{over: "ninja", under: "build", least: 3},
		{over: "cmake", under: "build"},
		{over: "edited", under: "build"},
		{over: "edited", under: "alone"},
	})
}

// compare is a benchmark whose iteration is one round of a race.
func compare(b *testing.B, what string, r *race, goals []goal) {
	took := rounds{}
	first := 0
	for b.Loop() {
		for i := range r.contenders {
			c := r.contenders[(first+i)%len(r.contenders)]
			u, _ := r.run(b, c)
			took[c.name] = append(took[c.name], u)
		}
		first++ // After a heavy contender the disk is busy.
	}
	b.ReportMetric(0, "ns/op") // removes it: a sum over contenders has no meaning
	var names []string
	for _, c := range r.contenders {
		names = append(names, c.name)
		wall, _ := took.seconds(c.name)
		b.ReportMetric(wall, c.name+"-s")
	}
	for _, g := range goals {
		if wall, _, ok := took.ratio(g.over, g.under); ok {
			b.ReportMetric(wall, g.over+"/"+g.under)
		}
	}
	// Not with b.Log, which cuts after ten lines.
	title := fmt.Sprintf("%d %s, %d rounds, %s", r.count, what, first, machine(b))
	fmt.Fprint(os.Stdout, took.table(title, names, goals))
}

// machine describes the machine of the measurement.
func machine(tb testing.TB) string {
	tb.Helper()
	var versions []string
	for _, tool := range []string{"cmake", "ninja"} {
		out, err := exec.Command(tool, "--version").Output()
		must(tb, err)
		line, _, _ := strings.Cut(string(out), "\n")
		versions = append(versions, tool+" "+strings.TrimPrefix(strings.TrimSpace(line), "cmake version "))
	}
	return strings.Join(versions, ", ") + fmt.Sprintf(", %d CPUs", cpus())
}

// size is the number of projects of a benchmark.
func size(tb testing.TB, usual int) int {
	tb.Helper()
	text := os.Getenv("BENCH_PROJECTS")
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		tb.Fatalf("read BENCH_PROJECTS: %q is not a number of projects", text)
	}
	return n
}
