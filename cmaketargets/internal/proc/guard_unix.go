//go:build unix

package proc

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// A process that is killed cannot end its children, nor does one that leaves by os.Exit, as mage does
// at a second Ctrl-C. So the first command starts a guard: a shell, in a session of its own, that reads
// a pipe. Each command is announced there before it starts and after it has ended. When the pipe ends
// this process is gone, and the guard ends the commands that are left: SIGTERM to their groups, SIGKILL
// two seconds later, on Linux also to every process with their marks. Commands with an Input, which may
// have to end something on another machine, get SIGTERM every second, and SIGKILL after twenty. The
// guard ignores the signals that terminals and CI systems send to all processes.
//
// On Linux every moment is covered: a child whose number was not yet announced holds the pipe open
// until it runs its program, and has its mark from then on. Elsewhere such a child, in the microseconds
// after its start, runs on, and so does a process that has left the command's group. Without /bin/sh
// there is no guard, and without grep the guard works as elsewhere.
//
// Alternatives: Pdeathsig ends the command alone, not its children, and fires when the thread that
// started it ends. Running this program again as the guard needs an init() in every importer.

const (
	// guardName is argument zero of the script. With the Identity after it EndOrphans finds the guard.
	guardName = "cmaketargets-guard"
	// maxGuards bounds how often a guard that was killed is replaced.
	maxGuards = 3
	// guardPatience bounds how long a guard that was stopped blocks us when its pipe is full.
	guardPatience = time.Second
)

// The guard reads these in place of a process's number.
const (
	starting = 0
	ended    = -1
)

// guardProcess is the guard as this process sees it.
type guardProcess struct {
	mu      sync.Mutex
	cmd     *exec.Cmd
	pipe    *os.File             // nil when there is no guard
	guards  int                  // started so far
	begun   int                  // commands so far
	running map[string]announced // commands by mark
	env     []string             // of the last command
}

// announced is a command that was announced to the guard.
type announced struct {
	pid    int  // or starting, or ended
	remote bool // it has an Input
}

// guard is the guard of all commands.
var guard = guardProcess{running: map[string]announced{}}

// begin announces a command that is about to start, and returns its mark: a text that no other command
// on this machine has. A guard that has to be started gets env.
func (g *guardProcess) begin(env []string, remote bool) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.env = env
	g.begun++
	mark := fmt.Sprintf("%s.%d;", Identity(), g.begun)
	g.set(mark, announced{starting, remote})
	return mark
}

// update announces a command's number, or its end.
func (g *guardProcess) update(mark string, pid int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.set(mark, announced{pid, g.running[mark].remote})
}

// set remembers the state of a command and sends it to the guard. A guard that is missing is started.
func (g *guardProcess) set(mark string, command announced) {
	if g.running[mark] = command; command.pid == ended {
		delete(g.running, mark)
	}
	if g.pipe != nil {
		g.write(mark, command)
	}
	if g.pipe == nil && len(g.running) > 0 && g.guards < maxGuards {
		g.start()
	}
}

// start starts the guard and sends it the state of all commands. Where that fails the run goes on
// without a guard.
func (g *guardProcess) start() {
	g.guards++
	read, write, err := os.Pipe()
	if err != nil {
		return
	}
	defer func() { _ = read.Close() }()
	// Its output is /dev/null, so it keeps no pipe of ours open for a reader.
	g.cmd = exec.Command("/bin/sh", "-c", guardScript, guardName, Identity(), guardSearch)
	g.cmd.Dir, g.cmd.Env, g.cmd.Stdin = "/", g.env, read
	g.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if g.cmd.Start() != nil {
		_ = write.Close()
		return
	}
	g.pipe = write
	for mark, command := range g.running {
		if g.pipe != nil {
			g.write(mark, command)
		}
	}
}

// write sends one line. A guard that no longer reads is killed before its pipe ends, because it would
// take this process for dead.
func (g *guardProcess) write(mark string, command announced) {
	kind := ""
	if command.remote {
		kind = " remote"
	}
	err := g.pipe.SetWriteDeadline(time.Now().Add(guardPatience))
	if err == nil {
		_, err = fmt.Fprintf(g.pipe, "%s %d%s\n", mark, command.pid, kind)
	}
	if err != nil {
		_ = g.cmd.Process.Kill()
		_ = g.cmd.Wait()
		_ = g.pipe.Close()
		g.pipe = nil
	}
}
