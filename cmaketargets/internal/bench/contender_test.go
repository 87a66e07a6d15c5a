package bench_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// contender is one way to configure every project of a directory.
type contender struct {
	name    string
	command []string // run in the directory
	input   string
	env     []string // on top of the race's
	store   string   // of detections; empty for a new one
	// dir is the contender's own directory, in which it finds its build trees; empty where it begins with none.
	dir string
}

// usage is what a contender took, by the clock and of the CPU; the latter with all its descendants.
type usage struct{ wall, cpu time.Duration }

// race is a number of projects and those who configure them.
type race struct {
	kinds      []project
	count      int
	env        []string
	dir        string // temporary, removed with the test
	contenders []contender
}

// script is what repositories have that never had a tool for this: every directory with a CMakeLists.txt, one level
// deep, on a thread a CPU. -H is what one wrote before CMake had -S.
const script = `
import os, queue, subprocess, threading

todo, lock, failed = queue.Queue(), threading.Lock(), []
for name in sorted(os.listdir(".")):
    if os.path.exists(os.path.join(name, "CMakeLists.txt")):
        todo.put(name)

def work():
    while True:
        try:
            name = todo.get_nowait()
        except queue.Empty:
            return
        done = subprocess.run(["cmake", "-Bbuild/" + name, "-H" + name, "-DCMAKE_BUILD_TYPE=Debug"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        with lock:
            print(("Success: " if done.returncode == 0 else "Failed: ") + name, flush=True)
            if done.returncode != 0:
                failed.append(name)

threads = [threading.Thread(target=work) for _ in range(os.cpu_count())]
for t in threads: t.start()
for t in threads: t.join()
raise SystemExit(1 if failed else 0)
`

// newRace prepares everything that is not measured: programs, a filled store, and trees that are up to date. env is
// put on top of the environment of all contenders; only says which are wanted, none for all.
func newRace(tb testing.TB, count int, kinds []project, env []string, only ...string) *race {
	tb.Helper()
	r := &race{kinds: kinds, count: count, dir: tb.TempDir()}
	r.env = append(environ(filepath.Join(r.dir, "home")), env...)
	jobs := fmt.Sprint(cpus())
	targets := compileMagefile(tb)
	var names, trees strings.Builder
	for i := range count {
		fmt.Fprintf(&names, "p%04d\n", i)
		fmt.Fprintf(&trees, "build/p%04d\n", i)
	}
	plain := []string{"cmake", "-S", "{}", "-B", "build/{}", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug"}
	xargs := contender{name: "xargs", command: append([]string{"xargs", "-P", jobs, "-I{}"}, plain...), input: names.String()}
	warm := contender{name: "warm", command: []string{targets, "configure"}, store: filepath.Join(r.dir, "store")}

	ninja := []string{"CMAKE_GENERATOR=Ninja"} // for those who cannot say it: it is what this tool takes by default
	r.add(xargs, only)
	if python := python3(); python != "" {
		r.add(contender{name: "script", command: []string{python, "-c", script}, env: ninja}, only)
	}
	r.add(contender{name: "cold", command: warm.command}, only)
	if _, err := exec.LookPath("colcon"); err == nil {
		r.add(contender{name: "install", command: []string{targets, "install"}}, only)
		r.add(contender{name: "colcon", command: []string{"colcon", "build", "--cmake-args", "-DCMAKE_BUILD_TYPE=Debug"}, env: ninja}, only)
	}
	r.run(tb, warm) // fills the store
	r.add(warm, only)
	if r.wanted("nothing", only) {
		r.add(contender{name: "nothing", command: warm.command, store: warm.store, dir: r.after(tb, warm)}, only)
	}
	if r.wanted("floor", only) {
		// Trees of plain cmake: ours make it answer the file API, too.
		floor := []string{"xargs", "-P", jobs, "-n1", "cmake"}
		r.add(contender{name: "floor", command: floor, input: trees.String(), dir: r.after(tb, xargs)}, only)
	}
	return r
}

func (r *race) wanted(name string, only []string) bool {
	return len(only) == 0 || slices.Contains(only, name)
}

func (r *race) add(c contender, only []string) {
	if r.wanted(c.name, only) {
		r.contenders = append(r.contenders, c)
	}
}

// after returns a new directory in which the contender has configured everything.
func (r *race) after(tb testing.TB, c contender) string {
	tb.Helper()
	dir, err := os.MkdirTemp(r.dir, "kept")
	must(tb, err)
	write(tb, dir, r.count, r.kinds...)
	c.dir = dir
	r.run(tb, c)
	return dir
}

// run lets a contender configure everything, makes sure that it did, and returns what it took and printed.
func (r *race) run(tb testing.TB, c contender) (usage, string) {
	tb.Helper()
	dir := c.dir
	if dir == "" {
		var err error
		dir, err = os.MkdirTemp(r.dir, c.name)
		must(tb, err)
		write(tb, dir, r.count, r.kinds...)
		defer func() { must(tb, os.RemoveAll(dir)) }()
	}
	store := c.store
	if store == "" {
		store = filepath.Join(dir, ".store") // hidden: discovery does not look into it
	}
	var out bytes.Buffer
	cmd := exec.Command(c.command[0], c.command[1:]...)
	cmd.Dir, cmd.Env = dir, slices.Concat(r.env, c.env, []string{"CMAKETARGETS_CACHE=" + store})
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(c.input), &out, &out
	start := time.Now()
	if err := cmd.Run(); err != nil {
		tb.Fatalf("run %s: %v\n%s", c.name, err, out.String())
	}
	u := usage{time.Since(start), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	var names []string
	for i := range r.count {
		names = append(names, fmt.Sprintf("p%04d", i))
	}
	configured(tb, dir, names)
	return u, out.String()
}

// cpus is how many processes this tool runs at once by default.
func cpus() int { return min(runtime.NumCPU(), runtime.GOMAXPROCS(0)) }

// environ is this process's environment with a home of its own, and with nothing that would make contenders differ.
func environ(home string) []string {
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		return strings.HasPrefix(kv, "CMAKE") || strings.HasPrefix(kv, "MAGEFILE_") || strings.HasPrefix(kv, "BENCH_")
	})
	return append(env, "HOME="+home, "XDG_CACHE_HOME="+filepath.Join(home, "cache"))
}

// python3 is the interpreter itself, not a script in front of it that chooses one; empty where there is none.
func python3() string {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
