//go:build linux

package chaos_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/fakecmake"
)

// repository is a directory of projects, with the environment of the runs on it.
type repository struct {
	t    testing.TB
	root string
	log  string   // of the fake cmake
	env  []string // of the runs, but for the marker of each
	runs atomic.Int64
}

// newRepository writes the files, each "path: text", into a new repository; bin is in front of PATH there.
func newRepository(tb testing.TB, bin string, files map[string]string) *repository {
	if testing.Short() {
		tb.Skip("it kills runs")
	}
	tb.Helper()
	dir := tb.TempDir()
	r := &repository{t: tb, root: filepath.Join(dir, "repo"), log: filepath.Join(dir, "log")}
	r.env = append(plainEnviron(),
		"HOME="+filepath.Join(dir, "home"), "XDG_CACHE_HOME="+filepath.Join(dir, "cache"), "TMPDIR="+dir,
		"PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"),
		"FAKECMAKE_PATH="+os.Getenv("PATH"), "FAKECMAKE_LOG="+r.log, "CMAKETARGETS_STORE=off", // the fake detects no compilers
	)
	for path, text := range files {
		r.write(path, text)
	}
	must(tb, os.MkdirAll(r.root, 0o777))
	r.age()
	return r
}

// age makes the files as old as in a checkout of yesterday.
func (r *repository) age() {
	r.t.Helper()
	yesterday := time.Now().Add(-24 * time.Hour)
	must(r.t, filepath.WalkDir(r.root, func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Chtimes(path, yesterday, yesterday))
	}))
}

// plainEnviron is the environment without variables that change the runs.
func plainEnviron() []string {
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		switch {
		case strings.HasPrefix(name, "CMAKETARGETS_"), strings.HasPrefix(name, "CHAOS_"), strings.HasPrefix(name, "MAGEFILE_"):
		case name == "CC", name == "CXX", name == "CFLAGS", name == "CXXFLAGS", name == "PATH", name == "HOME", name == "TMPDIR":
		case name == "CMAKE_GENERATOR", name == "CMAKE_BUILD_TYPE", name == "CMAKE_BUILD_PARALLEL_LEVEL":
		default:
			env = append(env, kv)
		}
	}
	return env
}

func (r *repository) write(path, text string) {
	r.t.Helper()
	path = filepath.Join(r.root, filepath.FromSlash(path))
	must(r.t, os.MkdirAll(filepath.Dir(path), 0o777))
	must(r.t, os.WriteFile(path, []byte(text), 0o666))
}

// running is a run under way.
type running struct {
	*exec.Cmd
	mark   string // an entry of the environment that it and all that it starts have, and no other process
	report string
	output printed
}

// printed is the output of a process so far.
type printed struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements io.Writer.
func (p *printed) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(data)
}

// String implements fmt.Stringer.
func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// start begins a run of some targets as a process.
func (r *repository) start(targets ...string) *running {
	r.t.Helper()
	p := &running{Cmd: exec.Command(filepath.Join(commandDir, "driver"), targets...)}
	r.begin(p)
	return p
}

// begin starts the command of p in the repository, with a marker of its own.
func (r *repository) begin(p *running) {
	r.t.Helper()
	n := r.runs.Add(1)
	p.mark = fmt.Sprintf("CHAOS_RUN=%s-%d", r.root, n)
	p.report = filepath.Join(filepath.Dir(r.root), fmt.Sprintf("report-%d.json", n))
	if p.Dir == "" {
		p.Dir = r.root
	}
	p.Env = append(append(p.Env, r.env...), p.mark, driverReport+"="+p.report)
	p.Stdout, p.Stderr = &p.output, &p.output
	p.WaitDelay = 10 * time.Second
	must(r.t, p.Start())
	r.t.Cleanup(func() { killAll(p.mark) })
}

// run does some targets to their end, which has to be a good one.
func (r *repository) run(targets ...string) []outcome {
	r.t.Helper()
	p := r.start(targets...)
	if err := p.Wait(); err != nil {
		r.t.Fatalf("%v: %v\n%s", targets, err, &p.output)
	}
	return p.results(r.t)
}

// outcome is a result as a report writes it in JSON.
type outcome struct {
	Project struct{ Path, Dir string }
	Step    cmaketargets.Step
	Status  cmaketargets.Status
	Reason  string
	LogFile string
	Targets []struct {
		Name, Type, Config, SourceDir string
		Artifacts                     []string
	}
}

// results is the report of a run that ended.
func (p *running) results(tb testing.TB) []outcome {
	tb.Helper()
	data, err := os.ReadFile(p.report)
	must(tb, err)
	var report struct{ Results []outcome }
	must(tb, json.Unmarshal(data, &report))
	return report.Results
}

// configured are the results of configure steps.
func configured(results []outcome) []outcome {
	return slices.DeleteFunc(slices.Clone(results), func(o outcome) bool { return o.Step != cmaketargets.StepConfigure })
}

// alive lists the living processes with an entry in their environment, each as its number and its command.
func alive(mark string) map[int]string {
	found := map[int]string{}
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		env, err := os.ReadFile(filepath.Join(dir, "environ"))
		if err != nil || !bytes.Contains(append([]byte{0}, env...), []byte("\x00"+mark+"\x00")) {
			continue // a zombie's is empty
		}
		var pid int
		if _, err := fmt.Sscanf(dir, "/proc/%d", &pid); err != nil {
			continue
		}
		line, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
		found[pid] = string(bytes.ReplaceAll(line, []byte{0}, []byte{' '}))
	}
	return found
}

// killAll kills every process with that entry in its environment, also those that they start meanwhile.
func killAll(mark string) {
	for left := alive(mark); len(left) > 0; left = alive(mark) {
		for pid := range left {
			_ = syscall.Kill(pid, syscall.SIGSTOP)
		}
		for pid := range left {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(time.Millisecond)
	}
}

// gone waits until no process of the run is alive, for five seconds at most, and returns those that still are.
func gone(mark string) map[int]string {
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if left := alive(mark); len(left) == 0 || time.Now().After(deadline) {
			return left
		}
	}
}

// logSize is how many events are in the fake's log.
func (r *repository) logSize() int {
	r.t.Helper()
	events, err := fakecmake.ReadLog(r.log)
	must(r.t, err)
	return len(events)
}

// unfinished lists the source directories of the configure steps that began in a part of the fake's log and did not come
// to their end.
func (r *repository) unfinished(from, to int) map[string]bool {
	r.t.Helper()
	events, err := fakecmake.ReadLog(r.log)
	must(r.t, err)
	begun := map[int]string{}
	for i, e := range events[from:] {
		switch {
		case e.Step != "configure":
		case e.Kind == "begin" && from+i < to:
			begun[e.Pid] = e.Source
		case e.Kind == "end" && e.Signal == "":
			delete(begun, e.Pid)
		}
	}
	sources := map[string]bool{}
	for _, source := range begun {
		sources[source] = true
	}
	return sources
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
