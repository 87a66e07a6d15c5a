package bench_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets"
)

// TestContenders runs a race once, and counts: a contender that does less than it claims would look fast.
func TestContenders(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	const projects = 2
	cmake, err := exec.LookPath("cmake")
	must(t, err)
	log := filepath.Join(t.TempDir(), "log")
	r := newRace(t, projects, []project{small}, []string{
		"PATH=" + commandDir + string(filepath.ListSeparator) + os.Getenv("PATH"),
		countedCMake + "=" + cmake, countedLog + "=" + log,
		"MAGEFILE_VERBOSE=1", // shows the outcome of compiler detection
	})
	says := map[string]string{
		"script":  "Success: p0001",
		"cold":    "stored for C, CXX",
		"warm":    "compiler detection reused for C, CXX",
		"nothing": "0 configured, 2 up to date",
	}
	ran := map[string]bool{}
	for _, c := range r.contenders {
		if err := os.Remove(log); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		_, out := r.run(t, c)
		ran[c.name] = true
		want := projects
		switch c.name {
		case "cold":
			want++ // the version, asked where neither a build tree nor the store has it
		case "nothing":
			want = 0
		}
		if c.name != "colcon" && c.name != "install" { // they build, too
			if starts := started(t, log); len(starts) != want {
				t.Errorf("%s started cmake %d times, want %d:\n%s", c.name, len(starts), want, strings.Join(starts, "\n"))
			}
		}
		if !strings.Contains(out, says[c.name]) {
			t.Errorf("%s does not say %q:\n%s", c.name, says[c.name], out)
		}
		if n := strings.Count(out, says[c.name]); c.name == "warm" && n != projects {
			t.Errorf("warm reused the compilers of %d projects, want %d:\n%s", n, projects, out)
		}
	}
	for _, name := range []string{"xargs", "cold", "warm", "nothing", "floor"} {
		if !ran[name] {
			t.Errorf("%s did not run", name)
		}
	}
}

// TestBuildContenders does the same for a race of builds.
func TestBuildContenders(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	r := newBuilds(t, 2)
	for _, c := range r.contenders {
		_, out := r.run(t, c)
		says := map[string]string{
			"build": "0 built, 2 up to date", "ninja": "ninja: no work to do.", "cmake": "ninja: no work to do.",
			"edited": "1 built, 1 up to date", "alone": "Building CXX object CMakeFiles/p0000.dir/main.cpp.o",
		}[c.name]
		if says == "" || !strings.Contains(out, says) {
			t.Errorf("%s does not say %q:\n%s", c.name, says, out)
		}
	}
	if len(r.contenders) != 5 {
		t.Errorf("%d contenders", len(r.contenders))
	}
}

// started returns the counted commands.
func started(tb testing.TB, log string) (lines []string) {
	tb.Helper()
	data, err := os.ReadFile(log)
	if err != nil && !os.IsNotExist(err) {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

// TestSchedule checks the claims of the benchmark about the measured process.
func TestSchedule(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	bin, log := copyingCMake(t), filepath.Join(t.TempDir(), "log")
	t.Setenv(countedLog, log)
	root := filepath.Join(t.TempDir(), "root")
	write(t, root, 3, small)
	for _, want := range []cmaketargets.Status{cmaketargets.StatusOK, cmaketargets.StatusUpToDate} {
		if o := schedule(t, bin, root, 3, want); o.CPU <= 0 || o.Wall <= 0 {
			t.Errorf("%s: measured %+v", want, o)
		}
		if n := len(started(t, log)); n != 3 {
			t.Errorf("%s: %d configure steps in all, want 3", want, n)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0},
		{[]float64{3}, 3},
		{[]float64{9, 1, 2}, 2},
		{[]float64{4, 1, 3, 2}, 2.5},
	} {
		if got := median(test.values); got != test.want {
			t.Errorf("median(%v) = %v, want %v", test.values, got, test.want)
		}
	}
}

// TestRatio shows why ratios are taken within rounds: here the machine was twice as slow in the second.
func TestRatio(t *testing.T) {
	r := rounds{
		"a": {{4, 40}, {8, 80}, {4, 40}},
		"b": {{2, 10}, {4, 20}, {1, 5}},
	}
	wall, cpu, ok := r.ratio("a", "b")
	if wall != 2 || cpu != 4 || !ok {
		t.Errorf("ratio(a, b) = %v, %v, %v; want 2, 4, true", wall, cpu, ok)
	}
	if _, _, ok := r.ratio("a", "absent"); ok {
		t.Error("a ratio to one who did not run is ok")
	}
	text := r.table("title", []string{"a", "b"}, []goal{{over: "a", under: "b", least: 3}, {over: "a", under: "absent"}})
	if !strings.Contains(text, "a / b     2.00   4.00  goal: at least 3") || strings.Contains(text, "absent") {
		t.Errorf("the table is\n%s", text)
	}
}
