package fakecmake_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/testing/fakecmake"
)

func TestPeak(t *testing.T) {
	begin := func(step string, jobs int) fakecmake.Event {
		return fakecmake.Event{Kind: "begin", Step: step, Jobs: jobs}
	}
	end := func(step string, jobs int) fakecmake.Event {
		return fakecmake.Event{Kind: "end", Step: step, Jobs: jobs}
	}
	events := []fakecmake.Event{
		begin("version", 0), begin("configure", 1), begin("build", 3), end("configure", 1), begin("build", 2),
		begin("child", 0), end("build", 3), begin("test", 1), end("build", 2), begin("install", 1),
	}
	for _, tt := range []struct {
		of         []string
		peak, jobs int
	}{
		{nil, 2, 5},
		{[]string{"build"}, 2, 5},
		{[]string{"configure"}, 1, 1},
		{[]string{"test", "install"}, 2, 2}, // neither has an end
		{[]string{"version", "child"}, 2, 0},
		{[]string{"nonsense"}, 0, 0},
	} {
		if got := fakecmake.Peak(events, tt.of...); got != tt.peak {
			t.Errorf("Peak(%q) = %d, want %d", tt.of, got, tt.peak)
		}
		if got := fakecmake.PeakJobs(events, tt.of...); got != tt.jobs {
			t.Errorf("PeakJobs(%q) = %d, want %d", tt.of, got, tt.jobs)
		}
	}
}

func TestReadLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if events, err := fakecmake.ReadLog(path); events != nil || err != nil {
		t.Errorf("ReadLog without a file = %v, %v, want nothing", events, err)
	}
	if err := os.WriteFile(path, []byte("{\"kind\":\"begin\"}\n{"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := fakecmake.ReadLog(path); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("ReadLog of half a line = %v, want an error that names line 2", err)
	}
}

// TestLogOfProcesses starts builds that wait for each other, so that only all of them at once can end.
func TestLogOfProcesses(t *testing.T) {
	const builds = 6
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	t.Setenv("FAKECMAKE_LOG", log)
	var wg sync.WaitGroup
	for i := range builds {
		p := filepath.Join(dir, fmt.Sprint("p", i))
		script := fmt.Sprintf("project(p)\n# fake: build touch=../here%d", i)
		for j := range builds {
			script += fmt.Sprintf(" wait-file=../here%d", j)
		}
		writeFile(t, filepath.Join(p, "CMakeLists.txt"), script)
		run(t, "cmake", "-S", p, "-B", p+"/b", "-G", "Ninja")
		wg.Go(func() { run(t, "cmake", "--build", p+"/b", "--parallel", fmt.Sprint(i+1)) })
	}
	wg.Wait()
	events, err := fakecmake.ReadLog(log)
	if err != nil {
		t.Fatal(err)
	}
	if got := fakecmake.Peak(events, "build"); got != builds {
		t.Errorf("Peak = %d, want %d", got, builds)
	}
	if got, want := fakecmake.PeakJobs(events, "build"), builds*(builds+1)/2; got != want {
		t.Errorf("PeakJobs = %d, want %d", got, want)
	}
	first := fakecmake.Begun(events, "configure")[0]
	first.Time, first.Pid = 0, 0
	p0 := filepath.Join(dir, "p0")
	want := fakecmake.Event{
		Kind: "begin", Step: "configure", Jobs: 1, Dir: events[0].Dir, Source: p0, Build: filepath.Join(p0, "b"),
		Argv: []string{"cmake", "-S", p0, "-B", p0 + "/b", "-G", "Ninja"},
	}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("first event (-want +got):\n%s", diff)
	}
}

// TestJobs reads the -j that a build is known to use from arguments, environment and generator.
func TestJobs(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	writeFile(t, filepath.Join(dir, "CMakeLists.txt"), "project(p)\n# fake: test name=t\n")
	run(t, "cmake", "-S", dir, "-B", dir+"/make", "-G", "Unix Makefiles")
	for _, tt := range []struct {
		env  string
		args []string
		want int
	}{
		{"", []string{"cmake", "--build", "make"}, 1},
		{"", []string{"cmake", "--build", "make", "--parallel", "3"}, 3},
		{"", []string{"cmake", "--build", "make", "--parallel=4"}, 4},
		{"", []string{"cmake", "--build", "make", "-j5"}, 5},
		{"", []string{"cmake", "--build", "make", "-j", "6", "--config", "Debug"}, 6},
		{"", []string{"cmake", "--build", "make", "--parallel", "--config", "Debug"}, 1000},
		{"", []string{"cmake", "--build", "make", "--", "-j7"}, 7},
		{"", []string{"cmake", "--build", "make", "--", "-j", "8"}, 8},
		{"CMAKE_BUILD_PARALLEL_LEVEL=2", []string{"cmake", "--build", "make"}, 2},
		{"CMAKE_BUILD_PARALLEL_LEVEL=2", []string{"cmake", "--build", "make", "-j3"}, 3},
		{"MAKEFLAGS= -j8 --jobserver-auth=3,4", []string{"cmake", "--build", "make"}, 1},
		{"", []string{"ctest", "--test-dir", "make", "-j", "3"}, 3},
		{"", []string{"ctest", "--test-dir", "make"}, 1},
	} {
		_ = os.Remove(log)
		cmd := exec.Command(tt.args[0], tt.args[1:]...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "FAKECMAKE_LOG="+log, tt.env)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%q: %v\n%s", tt.args, err, out)
			continue
		}
		events, err := fakecmake.ReadLog(log)
		if err != nil || len(events) != 2 || events[0].Jobs != tt.want {
			t.Errorf("%s %q logged %+v, %v, want 2 events with %d jobs", tt.env, tt.args, events, err, tt.want)
		}
	}
	if got := len(fakecmake.Begun(nil)); got != 0 {
		t.Errorf("Begun of nothing has %d events", got)
	}
}

// run runs a command that is to succeed.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
