//go:build linux

package chaos_test

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/magecmake/magecmake/cmaketargets"
)

// endless are real projects of which one is stuck in its configure step, one in its build and one
// in its tests. Each makes a file once it is there. DEAF stands for a child's reaction to SIGTERM.
var endless = map[string]string{
	"conf/CMakeLists.txt": head + `project(conf NONE)
message(STATUS "hello from conf")
execute_process(COMMAND sh -c "DEAF touch '${CMAKE_SOURCE_DIR}/.began'; sleep 60")
`,
	"comp/CMakeLists.txt": head + `project(comp NONE)
add_custom_target(stuck ALL COMMAND sh -c "DEAF touch '${CMAKE_SOURCE_DIR}/.began'; sleep 60" VERBATIM)
`,
	"tests/CMakeLists.txt": head + `project(tests NONE)
enable_testing()
add_test(NAME stuck COMMAND sh -c "DEAF touch '${CMAKE_SOURCE_DIR}/.began'; sleep 60 & wait")
`,
}

const head = "cmake_minimum_required(VERSION 3.16)\n"

// The promised times: from a request to end a run until no process of it is alive; and from a
// second request, which kills, well before the commands have had their time to clean up.
const (
	promised = 5 * time.Second
	hurried  = time.Second
)

// TestSignals ends runs in every way, while a cmake, a ninja and a ctest are at work. Within five
// seconds none of them is alive, and the report has the outcome of each step.
func TestSignals(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles a magefile and ends runs of it")
	}
	// Of mage itself: when it does not wait for us, and when the magefile was killed.
	const exitForced, exitKilled = 1, 255
	mage := buildMage(t)
	failFast := []string{cmaketargets.EnvFailFast + "=1"}
	group := func(s syscall.Signal) func(*ending) {
		return func(e *ending) { e.kill(-e.Process.Pid, s) }
	}
	parent := func(s syscall.Signal) func(*ending) {
		return func(e *ending) { e.kill(e.Process.Pid, s) }
	}
	child := func(s syscall.Signal) func(*ending) {
		return func(e *ending) { e.kill(e.magefile(), s) }
	}
	twice := func(end func(*ending)) func(*ending) {
		return func(e *ending) { end(e); time.Sleep(200 * time.Millisecond); end(e) }
	}
	for _, test := range []struct {
		name   string
		target string // default: all
		flags  []string
		env    []string
		deaf   bool // children of the commands ignore SIGTERM
		end    func(*ending)
		status int    // -1 when a signal ends mage
		why    string // the reason of stopped steps; "" where no process is left to report
		state  cmaketargets.Status
		limit  time.Duration // when the end is due, from when all three are at work, or from when the magefile runs if it is early
		within time.Duration // default: promised
		early  bool          // it may end before all three are at work
	}{
		{name: "interrupt", end: group(syscall.SIGINT), status: 130, why: "interrupted"},
		{name: "interrupt of a dependency", target: "deps", end: group(syscall.SIGINT), status: 130, why: "interrupted"},
		{name: "interrupt, deaf", deaf: true, end: group(syscall.SIGINT), status: 130, why: "interrupted"},
		{name: "interrupt from a terminal", end: (*ending).pressInterrupt, status: 130, why: "interrupted"},
		{name: "interrupt of the magefile", end: child(syscall.SIGINT), status: 130, why: "interrupted"},
		{name: "TERM to the magefile", end: child(syscall.SIGTERM), status: 143, why: "terminated by SIGTERM"},
		{name: "HUP to the magefile", end: child(syscall.SIGHUP), status: 129, why: "ended by SIGHUP: the terminal is gone"},
		{name: "TERM to the magefile, deaf", deaf: true, end: child(syscall.SIGTERM), status: 143, why: "terminated by SIGTERM"},
		{name: "HUP to the magefile, deaf", deaf: true, end: child(syscall.SIGHUP), status: 129, why: "ended by SIGHUP: the terminal is gone"},
		{name: "TERM to mage", end: parent(syscall.SIGTERM), status: -1, why: "mage is gone"},
		{name: "HUP to mage", end: parent(syscall.SIGHUP), status: -1, why: "mage is gone"},
		{name: "HUP to both", end: group(syscall.SIGHUP), status: -1, why: "ended by SIGHUP: the terminal is gone"},
		{name: "TERM to both", end: group(syscall.SIGTERM), status: -1, why: "terminated by SIGTERM"},
		{name: "KILL to mage", end: parent(syscall.SIGKILL), status: -1, why: "mage is gone"},
		{name: "KILL to the magefile", end: child(syscall.SIGKILL), status: exitKilled},
		{name: "KILL to both, deaf", deaf: true, end: group(syscall.SIGKILL), status: -1},
		// Mage ends the magefile at the second one, and the guard the rest two seconds later; mage does not handle SIGTERM.
		{name: "two interrupts, deaf", deaf: true, end: twice(group(syscall.SIGINT)), status: exitForced},
		{name: "two TERMs to the magefile, deaf", deaf: true, end: twice(child(syscall.SIGTERM)), status: 143, why: "terminated by SIGTERM", within: hurried},
		// Mage does not wait when its time is over, so the report may lack anything.
		{name: "mage -t", flags: []string{"-t", "3s"}, limit: 3 * time.Second, status: 1, early: true},
		{
			name: "time limit", env: []string{cmaketargets.EnvTimeout + "=6s"}, limit: 6 * time.Second, status: 1,
			why: "stopped at its time limit of 6s", state: cmaketargets.StatusTimedOut,
		},
		{
			name: "time limit, deaf", deaf: true, env: []string{cmaketargets.EnvTimeout + "=6s"}, limit: 6 * time.Second, status: 1,
			why: "stopped at its time limit of 6s", state: cmaketargets.StatusTimedOut,
		},
		{name: "fail-fast", env: failFast, end: (*ending).fail, status: 1, why: "stopped at the first failure"},
		{name: "fail-fast, deaf", deaf: true, env: failFast, end: (*ending).fail, status: 1, why: "stopped at the first failure"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, filepath.Dir(mage), nil)
			r.writeEndless(test.deaf)
			if len(test.env) > 0 && test.env[0] == failFast[0] {
				r.write("fail/CMakeLists.txt", head+"project(fail NONE)\nwhile(NOT EXISTS ${CMAKE_SOURCE_DIR}/go)\nendwhile()\nmessage(FATAL_ERROR no)\n")
			}
			r.env = append(append(r.env, mageEnviron(t, mage)...), append(test.env, cmaketargets.EnvJobs+"=4")...)
			target := test.target
			if target == "" {
				target = "all"
			}
			e := &ending{r: r}
			e.start(t, mage, append(test.flags, target))
			for _, dir := range []string{"conf", "comp", "tests"} {
				if !test.early && !arrives(filepath.Join(r.root, dir, ".began")) {
					t.Fatalf("%s does not begin:\n%s", dir, &e.output)
				}
			}
			for test.early && len(alive(e.mark)) < 2 {
				time.Sleep(time.Millisecond)
			}
			if test.end != nil {
				test.end(e)
			}
			e.over(t, time.Now().Add(test.limit), cmp.Or(test.within, promised))
			if got := e.ProcessState.ExitCode(); got != test.status {
				t.Errorf("exit status %d, want %d", got, test.status)
			}
			if test.why != "" {
				e.accounted(t, test.why, test.state)
			}
			if t.Failed() {
				t.Logf("it said\n%s", &e.output)
			}
		})
	}
}

// TestContextCancelled ends a run by the context that the program gave.
func TestContextCancelled(t *testing.T) {
	for _, deaf := range []bool{false, true} {
		t.Run(fmt.Sprintf("deaf=%v", deaf), func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, commandDir, nil)
			r.env = append(r.env, "PATH="+os.Getenv("PATH"), driverCancel+"="+filepath.Join(r.root, "go"), cmaketargets.EnvJobs+"=4")
			r.writeEndless(deaf)
			e := &ending{r: r}
			e.Cmd = exec.Command(filepath.Join(commandDir, "driver"), "test")
			r.begin(&e.running)
			for _, dir := range []string{"conf", "comp", "tests"} {
				r.await(dir + "/.began")
			}
			due := time.Now()
			r.write("go", "")
			e.over(t, due, promised)
			if got := e.ProcessState.ExitCode(); got != 130 {
				t.Errorf("exit status %d\n%s", got, &e.output)
			}
			e.accounted(t, "context canceled", "")
		})
	}
}

// TestOutputPanics has the program's writer panic, as a fault in the screen would. The run goes to
// its end all the same, reports that, and fails, because its output is incomplete.
func TestOutputPanics(t *testing.T) {
	t.Parallel()
	r := newRepository(t, commandDir, slow)
	r.env = append(r.env, driverPanic+"="+filepath.Join(r.root, "a", "CMakeLists.txt"))
	p := r.start("test")
	if err := p.Wait(); p.ProcessState.ExitCode() != 1 || !strings.HasPrefix(p.output.String(), "Error: show the run: panic: the output breaks\n") {
		t.Errorf("%v\n%s", err, &p.output)
	}
	if results := p.results(t); len(results) != 3*len(slow) || !slices.ContainsFunc(results, func(o outcome) bool {
		return o.Project.Path == "b" && o.Step == cmaketargets.StepTest && o.Status == cmaketargets.StatusOK
	}) {
		t.Errorf("%d results: %+v", len(results), results)
	}
	if left := gone(p.mark); len(left) > 0 {
		t.Errorf("still alive: %v", left)
	}
}

// ending is a run that is to be ended: a mage in a process group of its own.
type ending struct {
	running
	r        *repository
	terminal *os.File // at which it runs, where it does
}

// start begins the run, at a terminal.
func (e *ending) start(t *testing.T, mage string, args []string) {
	t.Helper()
	magefiles, err := filepath.Abs(filepath.Join("testdata", "magefiles"))
	must(t, err)
	e.Cmd = exec.Command(mage, append([]string{"-w", e.r.root}, args...)...)
	e.Dir = magefiles
	if strings.Contains(t.Name(), "terminal") {
		var keyboard *os.File
		e.terminal, keyboard = openTerminal(t)
		e.Stdin = keyboard
		e.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	} else {
		e.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	}
	e.r.begin(&e.running)
}

// openTerminal opens a pseudo terminal: the side of the keyboard, and that of programs.
func openTerminal(t *testing.T) (typed, keyboard *os.File) {
	t.Helper()
	typed, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	must(t, err)
	t.Cleanup(func() { _ = typed.Close() })
	must(t, unix.IoctlSetPointerInt(int(typed.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(typed.Fd()), unix.TIOCGPTN)
	must(t, err)
	keyboard, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	must(t, err)
	t.Cleanup(func() { _ = keyboard.Close() })
	return typed, keyboard
}

func (e *ending) pressInterrupt() {
	_, err := e.terminal.Write([]byte{3})
	must(e.r.t, err)
}

// fail makes the waiting project fail.
func (e *ending) fail() { e.r.write("fail/go", "") }

// over waits for the end of the run, and fails when a process is alive so long after the end was
// due. A part of the time that a loaded machine takes does not count: each search of all processes
// should take as long as the quickest one.
func (e *ending) over(t *testing.T, due time.Time, within time.Duration) {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- e.Wait() }()
	quickest, most := time.Hour, within*8/5
	for {
		began := time.Now()
		left := alive(e.mark)
		if len(left) == 0 {
			t.Logf("over %v after it was due", began.Sub(due).Round(time.Millisecond))
			break
		}
		if began.Sub(due) > within {
			t.Errorf("alive %v after the end was due: %v", within, left)
			break
		}
		time.Sleep(20 * time.Millisecond)
		took := time.Since(began)
		quickest = min(quickest, took)
		if began.After(due) {
			within = min(within+took-quickest, most)
		}
	}
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		t.Fatalf("it does not end:\n%s", &e.output)
	}
}

// writeEndless writes the endless projects.
func (r *repository) writeEndless(deaf bool) {
	r.t.Helper()
	does := ""
	if deaf {
		does = "trap '' TERM;"
	}
	for path, text := range endless {
		r.write(path, strings.ReplaceAll(text, "DEAF", does))
	}
}

func (e *ending) kill(pid int, s syscall.Signal) {
	e.r.t.Helper()
	must(e.r.t, syscall.Kill(pid, s))
}

// magefile is the process of the compiled magefile, the child of mage.
func (e *ending) magefile() int {
	e.r.t.Helper()
	for pid := range alive(e.mark) {
		stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		var state string
		var parent int
		if _, err := fmt.Sscan(string(stat[strings.LastIndex(string(stat), ")")+1:]), &state, &parent); err == nil && parent == e.Process.Pid {
			return pid
		}
	}
	e.r.t.Fatal("mage has no child")
	return 0
}

// accounted fails unless the report has every step, with the reason of the stopped ones; and unless
// the screen names these, and the logs have their output until then.
func (e *ending) accounted(t *testing.T, why string, state cmaketargets.Status) {
	t.Helper()
	if state == "" {
		state = cmaketargets.StatusCancelled
	}
	got := map[string]outcome{}
	for _, res := range e.results(t) {
		got[string(res.Step)+" "+res.Project.Path] = res
	}
	stuck := []string{"configure conf", "build comp", "test tests"}
	for _, step := range []string{"configure", "build", "test"} {
		for _, project := range []string{"comp", "conf", "tests"} {
			if _, ok := got[step+" "+project]; !ok {
				t.Errorf("there is no result of %s %s", step, project)
			}
		}
	}
	for _, key := range stuck {
		res := got[key]
		if res.Status != state || !strings.HasPrefix(res.Reason, why) {
			t.Errorf("%s is %s: %s, want %s: %s", key, res.Status, res.Reason, state, why)
		}
		step, project, _ := strings.Cut(key, " ")
		if !said(e.output.String(), project, step) {
			t.Errorf("nothing says that %s was stopped", key)
		}
	}
	for log, line := range map[string]string{"conf/.cmaketargets/configure.log": "hello from conf", "tests/.cmaketargets/test.log": "Start 1: stuck"} {
		if !strings.Contains(e.r.read("build/"+log), line) {
			t.Errorf("%s lacks %q", log, line)
		}
	}
}

// said reports whether a line of the screen names a step that did not come to its end.
func said(screen, project, step string) bool {
	for line := range strings.Lines(screen) {
		words := strings.Fields(line)
		if len(words) > 2 && (words[0] == "cancelled" || words[0] == "FAILED") && words[1] == step && words[2] == project {
			return true
		}
	}
	return false
}

// buildMage builds mage, and has it compile the magefile, so that the tests do not wait for that; nor can two do it at a
// time, for mage writes into the magefile's directory.
func buildMage(t *testing.T) string {
	t.Helper()
	mage := filepath.Join(t.TempDir(), "mage")
	out, err := exec.Command("go", "build", "-o", mage, "github.com/magefile/mage").CombinedOutput()
	if err != nil {
		t.Fatalf("build mage: %v\n%s", err, out)
	}
	compile := exec.Command(mage, "nothing")
	compile.Dir = filepath.Join("testdata", "magefiles")
	compile.Env = append(os.Environ(), mageEnviron(t, mage)...)
	if out, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("compile the magefile: %v\n%s", err, out)
	}
	return mage
}

// mageEnviron has mage keep its compiled programs in a place of its own.
func mageEnviron(t *testing.T, mage string) []string {
	t.Helper()
	env := []string{"MAGEFILE_HASHFAST=1", "MAGEFILE_CACHE=" + filepath.Join(filepath.Dir(mage), "cache")}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		value, err := exec.Command("go", "env", name).Output()
		must(t, err)
		env = append(env, name+"="+strings.TrimSpace(string(value)))
	}
	return env
}
