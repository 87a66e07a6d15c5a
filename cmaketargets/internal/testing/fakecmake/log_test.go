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
		script := fmt.Sprintf(head+"# fake: build touch=../here%d", i)
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
	first.Pid = 0
	p0 := filepath.Join(dir, "p0")
	want := fakecmake.Event{
		Kind: "begin", Step: "configure", Jobs: 1, Source: p0, Build: filepath.Join(p0, "b"),
		Argv: []string{"cmake", "-S", p0, "-B", p0 + "/b", "-G", "Ninja"},
	}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("first event (-want +got):\n%s", diff)
	}
}

// TestEvent checks the fields of the log for commands that do not name all of them.
func TestEvent(t *testing.T) {
	dir := t.TempDir()
	log, tree := filepath.Join(dir, "log"), filepath.Join(dir, "tree")
	writeFile(t, filepath.Join(dir, "CMakeLists.txt"), head)
	run(t, "cmake", "-S", dir, "-B", tree)
	for _, tt := range []struct {
		args []string
		want fakecmake.Event
	}{
		{[]string{"cmake", "--build", "tree"}, fakecmake.Event{Step: "build", Jobs: 1, Source: dir, Build: tree}},
		{[]string{"cmake", "--build", "tree", "--parallel", "3"}, fakecmake.Event{Step: "build", Jobs: 3, Source: dir, Build: tree}},
		{[]string{"cmake", "--build", "tree", "-j", "4"}, fakecmake.Event{Step: "build", Jobs: 4, Source: dir, Build: tree}},
		{[]string{"cmake", "--install", "tree"}, fakecmake.Event{Step: "install", Jobs: 1, Source: dir, Build: tree}},
		{[]string{"ctest", "--test-dir", "tree", "-j", "3"}, fakecmake.Event{Step: "test", Jobs: 3, Source: dir, Build: tree}},
		{[]string{"ctest", "--show-only=json-v1"}, fakecmake.Event{Step: "other", Build: dir}},
		{[]string{"ctest", "--version"}, fakecmake.Event{Step: "version"}},
		{[]string{"cmake", "--help"}, fakecmake.Event{Step: "other"}},
	} {
		_ = os.Remove(log)
		cmd := exec.Command(tt.args[0], tt.args[1:]...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "FAKECMAKE_LOG="+log)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%q: %v\n%s", tt.args, err, out)
			continue
		}
		events, err := fakecmake.ReadLog(log)
		if err != nil || len(events) != 2 {
			t.Errorf("%q logged %+v, %v, want 2 events", tt.args, events, err)
			continue
		}
		got := fakecmake.Event{Step: events[0].Step, Jobs: events[0].Jobs, Source: events[0].Source, Build: events[0].Build}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.args, diff)
		}
	}
}

// head begins a project without languages.
const head = "cmake_minimum_required(VERSION 3.16)\nproject(p NONE)\n"

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
