// Package proc owns one external command from its start to its last orphan.
//
// A command runs without a terminal, in a session and process group of its
// own, so that a signal meant for it reaches every process it started and
// none of ours. It ends in one of three ways: by itself, because it could not
// be started, or because its context was cancelled; in the last case no
// process of it is left when Run returns, and after a failure only daemons are.
// Should this process die before that, its guard ends what it started: see
// guard_unix.go, and for Windows tree_windows.go.
package proc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"

	"github.com/sourcegraph/conc/panics"
)

// DefaultGrace is how long a cancelled command may clean up after the polite
// signal before it is killed. Mage exits five seconds after an interrupt, so
// everything has to be over well before that.
const DefaultGrace = 2 * time.Second

// pipeDelay is how long output is still awaited after a command has exited
// by itself: a daemon it left behind (a compiler cache's server, for one) may
// hold the pipe open for ever.
const pipeDelay = 2 * time.Second

// Command is one external command.
type Command struct {
	// Path is the program, absolute.
	Path string
	// Args are its arguments without the program's own name. No shell sees them.
	Args []string
	// Dir is the working directory; empty means ours.
	Dir string
	// Env is the whole environment, in the form of os.Environ. On Linux the
	// command finds one variable more in it: see withMark.
	Env []string
	// Output receives standard output and standard error in the order in
	// which they were written. One goroutine writes to it. A panic of it
	// cancels the command and comes out of Run, as a *panics.Recovered.
	Output io.Writer
	// Stderr, when it is not nil, receives standard error in place of Output,
	// from a goroutine of its own.
	Stderr io.Writer
	// Started, when it is not nil, is called once with the number of the process,
	// which is that of its session, too, where there are sessions.
	Started func(pid int)
	// Grace replaces DefaultGrace when it is not zero.
	Grace time.Duration
	// Hurry, once closed, ends the grace of a cancelled command at once. It
	// may be nil.
	Hurry <-chan struct{}
}

// ExitError says how a command ended that did not end well.
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

// Run starts the command and waits for it and for all of its output.
//
// It returns nil after exit status 0, an *ExitError after any other end, the
// operating system's error when the command could not be started, and a
// *CancelError when it was cancelled; then every process of the command
// has been ended: first politely (SIGTERM to the group), after the grace
// period by force. What a command leaves running that ended well is left alone.
// When one failed, by a signal perhaps (somebody's, or the kernel's for want of
// memory), its jobs can still be at work; they are ended the same way, but
// not what has a session of its own, which is a daemon. On Windows, where
// nothing tells the two apart, both are left alone.
func (c Command) Run(ctx context.Context) error {
	if ctx.Err() != nil {
		return &CancelError{Cause: context.Cause(ctx)}
	}
	// Not exec.CommandContext: after its Cancel it would kill the leader
	// alone, and the leader's children are what matters.
	cmd := exec.Command(c.Path, c.Args...)
	// Never nil, which would mean the environment of this process.
	cmd.Dir, cmd.Env = c.Dir, append([]string{}, c.Env...)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var caught panics.Catcher
	defer caught.Repanic()
	cmd.Stdout = shielded(c.Output, &caught, cancel)
	cmd.Stderr = cmd.Stdout
	if c.Stderr != nil {
		cmd.Stderr = shielded(c.Stderr, &caught, cancel)
	}
	cmd.WaitDelay = pipeDelay
	tree := newTree(cmd)
	defer tree.close()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", c.Path, err)
	}
	if err := tree.adopt(); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return fmt.Errorf("start %s: %w", c.Path, err)
	}
	if c.Started != nil {
		c.Started(cmd.Process.Pid)
	}

	done := make(chan struct{})
	var ended error
	go func() { ended = cmd.Wait(); close(done) }()
	select {
	case <-done:
		err := outcome(cmd, ended)
		if errors.As(err, new(*ExitError)) && tree.abandoned() {
			c.end(tree, nil)
		}
		tree.release()
		return err
	case <-ctx.Done():
	}
	return &CancelError{Cause: context.Cause(ctx), Forced: c.end(tree, done)}
}

// CancelError says why a command was ended before its own end. It reads as its
// cause does.
type CancelError struct {
	// Cause is that of the command's context.
	Cause error
	// Forced says that not all of the command's processes ended when they were
	// asked to. Those had no time to remove what they had half written.
	Forced bool
}

// Error implements error.
func (e *CancelError) Error() string { return e.Cause.Error() }

// Unwrap returns the cause.
func (e *CancelError) Unwrap() error { return e.Cause }

// end ends every process of a command, and returns when it is over whether that
// took force. done is nil when the command itself has exited.
func (c Command) end(tree *tree, done <-chan struct{}) (forced bool) {
	grace := c.Grace
	if grace == 0 {
		grace = DefaultGrace
	}
	over, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	tree.terminate()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	// The command itself is often gone before its children are.
	for exited := done == nil; over.Err() == nil && !(exited && tree.empty()); {
		select {
		case <-done:
			exited, done = true, nil
		case <-tick.C:
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

// outcome turns what exec says into what Run promises.
func outcome(cmd *exec.Cmd, err error) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, exec.ErrWaitDelay):
		// It exited with status 0; something it left behind holds the pipe.
		return nil
	case errors.As(err, &exit):
		return &ExitError{Code: exit.ExitCode(), Signal: signalName(cmd.ProcessState)}
	default:
		return fmt.Errorf("wait for %s: %w", cmd.Path, err)
	}
}
