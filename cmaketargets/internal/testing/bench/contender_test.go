package bench_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
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
	// edit changes something there before each run, nil for nothing.
	edit func(dir string) error
}

// newBuilds prepares a race of builds: each contender has a directory in which everything is built, and some a
// source that is edited before they run.
func newBuilds(tb testing.TB, count int) *race {
	tb.Helper()
	r := &race{kinds: []project{small}, count: count, dir: scratchDir(tb, "race")}
	r.env = environ(filepath.Join(r.dir, "home"))
	targets := compileMagefile(tb)
	var trees strings.Builder
	for i := range count {
		fmt.Fprintf(&trees, "build/p%04d\n", i)
	}
	edit := func(dir string) error { // also of the contents: in CI systems, those decide
		source, err := os.OpenFile(filepath.Join(dir, "p0000", "main.cpp"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = source.WriteString("// edited\n")
		return errors.Join(err, source.Close())
	}
	jobs, store := fmt.Sprint(cpus()), filepath.Join(r.dir, "store")
	build := contender{command: []string{targets, "build"}, store: store}
	for _, c := range []contender{
		{name: "build", command: build.command},
		{name: "ninja", command: []string{"xargs", "-P", jobs, "-n1", "ninja", "-C"}, input: trees.String()},
		{name: "cmake", command: []string{"xargs", "-P", jobs, "-n1", "cmake", "--build"}, input: trees.String()},
		{name: "edited", command: build.command, edit: edit},
		{name: "alone", command: []string{"ninja", "-C", "build/p0000"}, edit: edit},
	} {
		c.store, c.dir = store, r.after(tb, build)
		r.contenders = append(r.contenders, c)
	}
	return r
}

// newRace prepares everything that is not measured: programs, a filled store, and build trees that
// are up to date. env is put on top of the environment of all contenders; only names the wanted
// ones, none for all.
func newRace(tb testing.TB, count int, kinds []project, env []string, only ...string) *race {
	tb.Helper()
	r := &race{kinds: kinds, count: count, dir: scratchDir(tb, "race")}
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

	ninja := []string{"CMAKE_GENERATOR=Ninja"} // for those without an option: this tool's default
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

// cpus is how many processes this tool runs at once by default.
func cpus() int { return min(runtime.NumCPU(), runtime.GOMAXPROCS(0)) }

// environ is this process's environment with a home of its own, without variables that change
// contenders.
func environ(home string) []string {
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		return strings.HasPrefix(kv, "CMAKE") || strings.HasPrefix(kv, "MAGEFILE_") || strings.HasPrefix(kv, "BENCH_")
	})
	return append(env, "HOME="+home, "XDG_CACHE_HOME="+filepath.Join(home, "cache"))
}
