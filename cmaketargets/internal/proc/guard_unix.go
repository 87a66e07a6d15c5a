//go:build unix

package proc

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// A process that is killed cannot end its children, and one that leaves by
// os.Exit, as mage does at a second Ctrl-C, does not. So the first command
// brings a guard: this very program once more, in a session of its own, which
// does nothing but read a pipe. It is told of each command before it starts
// and after it ended. When the pipe ends we are gone, and the guard ends the
// commands that had not.
//
// On Linux no moment is left uncovered: a child that we had no time to tell
// about holds the pipe open until it runs its program, and from then on its
// mark gives it away. Elsewhere one whose number the guard was not yet told,
// in the microseconds after its start, runs on; and so does what left the
// command's process group.
//
// Pdeathsig would not do: it ends the command, but not what that started.

// guard is what we know of the guard.
type guard struct {
	mu      sync.Mutex
	process *os.Process
	pipe    *os.File       // nil when there is no guard
	starts  int            // so far
	begun   int            // commands so far
	living  map[string]int // marks of commands, and their numbers
	env     []string       // of the last of them
}

// warden is the guard of this process; there is one, however many commands.
var warden = guard{living: map[string]int{}}

// What the guard is told in place of a process's number.
const (
	starting = 0
	ended    = -1
)

const (
	// guardName is the argument zero by which the guard knows itself. Unlike a
	// variable of the environment it cannot leak to anybody.
	guardName = "cmaketargets-guard"
	// maxStarts bounds how often a guard that somebody ended is replaced.
	maxStarts = 3
	// tellLimit is how long a guard that somebody has stopped may block us.
	tellLimit = time.Second
)

// begin announces a command that is about to start, and returns its mark: a
// text that no other command on this machine has. A guard that has to be
// started gets env.
func (g *guard) begin(env []string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.env = env
	g.begun++
	mark := fmt.Sprintf("%s.%d;", Name(), g.begun)
	g.set(mark, starting)
	return mark
}

// tell gives the guard a command's number, or its end.
func (g *guard) tell(mark string, pid int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.set(mark, pid)
}

// set keeps what is known of a command and lets the guard know. Where there is
// no guard, or none any more, one is started.
func (g *guard) set(mark string, pid int) {
	if g.living[mark] = pid; pid == ended {
		delete(g.living, mark)
	}
	if g.pipe != nil {
		g.write(mark, pid)
	}
	if g.pipe == nil && len(g.living) > 0 && g.starts < maxStarts {
		g.start()
	}
}

// start starts the guard and tells it all. A run goes on without a guard where
// that fails: it only has no one to look after it.
func (g *guard) start() {
	g.starts++
	read, write, err := os.Pipe()
	if err != nil {
		return
	}
	defer func() { _ = read.Close() }()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		_ = write.Close()
		return
	}
	defer func() { _ = null.Close() }()
	g.process, err = os.StartProcess(executable(), []string{guardName, Name()}, &os.ProcAttr{
		Dir: "/", Env: g.env, Files: []*os.File{read, null, null}, Sys: &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		_ = write.Close()
		return
	}
	g.pipe = write
	for mark, pid := range g.living {
		if g.pipe != nil {
			g.write(mark, pid)
		}
	}
}

// executable is the running program: on Linux also when its file was replaced
// or removed meanwhile, elsewhere "" when it is not known.
func executable() string {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe"
	}
	path, _ := os.Executable()
	return path
}

// write sends one line. A guard that does not read any more is given up; it is
// killed before its pipe ends, or it would take us for dead.
func (g *guard) write(mark string, pid int) {
	err := g.pipe.SetWriteDeadline(time.Now().Add(tellLimit))
	if err == nil {
		_, err = fmt.Fprintf(g.pipe, "%s %d\n", mark, pid)
	}
	if err != nil {
		_ = g.process.Kill()
		_, _ = g.process.Wait()
		_ = g.pipe.Close()
		g.pipe = nil
	}
}
