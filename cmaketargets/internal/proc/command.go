// Package proc runs external commands and ends every process that they started.
//
// A command has no terminal and leads a session and a process group of its own, so a signal for it
// reaches all of its processes and none of ours. After a cancelled command no process of it is left
// when Run returns; after a failed one only daemons are. When this process dies first, its guard ends
// the commands: see guard_unix.go, and tree_windows.go for Windows.
package proc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/sourcegraph/conc/panics"
)

// DefaultGrace is the time that a cancelled command has to clean up before it is killed. Mage exits
// five seconds after an interrupt, so everything must be over well before.
const DefaultGrace = 2 * time.Second

// pipeDelay bounds the wait for output after a command has exited by itself: a daemon of it, such as
// a compiler cache's server, may hold the pipe open for ever.
const pipeDelay = 2 * time.Second

// hurriedGrace is the rest of the grace of a command with an Input, when Hurry is closed: SIGKILL would not reach the
// processes that it started on another machine.
const hurriedGrace = 500 * time.Millisecond

// terminateAgain is how long after SIGTERM a command with an Input gets the next one.
const terminateAgain = time.Second

// Command is one external command.
type Command struct {
	// Path is the program, absolute.
	Path string
	// Args are the arguments after the program's name. No shell interprets them.
	Args []string
	// Dir is the working directory; empty means that of this process.
	Dir string
	// Env is the whole environment, in the form of os.Environ. On Linux one variable is added to it;
	// see WithMark.
	Env []string
	// Input, unless it is empty, is written to standard input, which stays open until the command has ended, is
	// cancelled, or this process is gone. A cancelled command has half of its grace from then on to end by
	// itself, before it gets SIGTERM: one that passes its input on to another machine ends the processes there.
	Input []byte
	// Files are inherited as descriptors from 3 on. Windows has none.
	Files []*os.File
	// Output receives standard output and standard error in the order in which they were written, from
	// one goroutine. A panic of it cancels the command and comes out of Run, as a *panics.Recovered.
	Output io.Writer
	// Stderr, when it is not nil, receives standard error instead of Output, from another goroutine.
	Stderr io.Writer
	// Started, when it is not nil, is called once with the process's number, which on unix is also that
	// of its session.
	Started func(pid int)
	// Grace replaces DefaultGrace when it is not zero.
	Grace time.Duration
	// Peak, when it is not nil, receives the most memory that one process of the command had resident,
	// in bytes; 0 where the system does not report it. Only processes that were waited for count.
	Peak *int64
	// Hurry, when it is closed, ends the grace of a cancelled command at once. It may be nil.
	Hurry <-chan struct{}

	input io.WriteCloser // nil without Input
}

// Run starts the command and waits for it and for all of its output.
//
// It returns nil after exit status 0, an *ExitError after another end, the operating system's error
// when the command could not be started, and a *CancelError when it was cancelled. A cancelled
// command's processes are all ended, first by SIGTERM to the group, after the grace period by force.
// Processes that a successful command leaves running are left alone. Those of a failed one, which may
// have been killed while its jobs were at work, are ended in the same way, except for daemons, which
// have sessions of their own. Daemons cannot be distinguished on Windows, so there both are left alone.
func (c Command) Run(ctx context.Context) error {
	if ctx.Err() != nil {
		return &CancelError{Cause: context.Cause(ctx)}
	}
	// Not exec.CommandContext: its Cancel kills the leader alone, not its children.
	cmd := exec.Command(c.Path, c.Args...)
	// A nil Env would mean the environment of this process.
	cmd.Dir, cmd.Env, cmd.ExtraFiles = c.Dir, append([]string{}, c.Env...), c.Files
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var caught panics.Catcher
	defer caught.Repanic()
	cmd.Stdout = catching(c.Output, &caught, cancel)
	cmd.Stderr = cmd.Stdout
	if c.Stderr != nil {
		cmd.Stderr = catching(c.Stderr, &caught, cancel)
	}
	cmd.WaitDelay = pipeDelay
	if len(c.Input) > 0 {
		stdin, err := cmd.StdinPipe()
		if err != nil {
			return fmt.Errorf("start %s: %w", c.Path, err)
		}
		defer func() { _ = stdin.Close() }()
		c.input = stdin
	}
	tree := newProcessTree(cmd, len(c.Input) > 0)
	defer tree.close()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", c.Path, err)
	}
	if err := tree.started(); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return fmt.Errorf("start %s: %w", c.Path, err)
	}
	if c.Started != nil {
		c.Started(cmd.Process.Pid)
	}

	if c.input != nil {
		go func() { _, _ = c.input.Write(c.Input) }() // fails when the command does not read
	}
	done := make(chan struct{})
	var ended error
	go func() { ended = cmd.Wait(); close(done) }()
	select {
	case <-done:
		if c.Peak != nil {
			*c.Peak = peakOf(cmd.ProcessState)
		}
		err := outcome(cmd, ended)
		if errors.As(err, new(*ExitError)) && tree.leftBehind() {
			c.end(tree, nil)
		}
		tree.release()
		return err
	case <-ctx.Done():
	}
	if c.input != nil {
		c.endInput(done)
	}
	return &CancelError{Cause: context.Cause(ctx), Forced: c.end(tree, done)}
}

// endInput ends the input of a cancelled command, waits until it has ended or half of its grace is over, and
// leaves it the rest.
func (c *Command) endInput(done <-chan struct{}) {
	_ = c.input.Close()
	c.Grace = cmp.Or(c.Grace, DefaultGrace) / 2
	select {
	case <-done:
	case <-time.After(c.Grace):
	case <-c.Hurry:
		c.Grace, c.Hurry = min(c.Grace, hurriedGrace), nil
	}
}

// end ends every process of a command, and reports whether that took force. done is nil when the
// command itself has exited. One with an Input gets SIGTERM again and again: srun loses one that it gets
// while it starts.
func (c Command) end(tree *processTree, done <-chan struct{}) (forced bool) {
	over, cancel := context.WithTimeout(context.Background(), cmp.Or(c.Grace, DefaultGrace))
	defer cancel()
	tree.terminate()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	again := time.NewTicker(terminateAgain)
	defer again.Stop()
	// The command itself often exits before its children.
	for exited := done == nil; over.Err() == nil && !(exited && tree.empty()); {
		select {
		case <-done:
			exited, done = true, nil
		case <-tick.C:
		case <-again.C:
			if c.input != nil {
				tree.terminate()
			}
		case <-c.Hurry:
			cancel()
		case <-over.Done():
		}
	}
	forced = over.Err() != nil
	tree.kill()
	if done != nil {
		<-done
	}
	return forced
}

// outcome converts the error of cmd.Wait to that of Run.
func outcome(cmd *exec.Cmd, err error) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, exec.ErrWaitDelay):
		// The exit status was 0; a process that it started holds the pipe.
		return nil
	case errors.As(err, &exit):
		return &ExitError{Code: exit.ExitCode(), Signal: signalName(cmd.ProcessState)}
	default:
		return fmt.Errorf("wait for %s: %w", cmd.Path, err)
	}
}

// ExitError is the failure of a command that ran to its end.
type ExitError struct {
	// Code is the exit status, or -1 when a signal ended the command.
	Code int
	// Signal names that signal, as in "segmentation fault".
	Signal string
}

// Error implements error.
func (e *ExitError) Error() string {
	if e.Signal != "" {
		return "ended by signal: " + e.Signal
	}
	return fmt.Sprintf("exited with status %d", e.Code)
}

// CancelError is the error of a command that was ended because its context was cancelled. Its text is
// that of its cause.
type CancelError struct {
	// Cause is the cause of the command's context.
	Cause error
	// Forced reports whether processes of the command had to be killed. Those had no time to remove
	// half-written files.
	Forced bool
}

// Error implements error.
func (e *CancelError) Error() string { return e.Cause.Error() }

// Unwrap returns the cause.
func (e *CancelError) Unwrap() error { return e.Cause }
