package remote

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/toolchain"
)

//go:embed worker.sh
var worker string

// Place is where a command runs, with the files and variables that it needs there.
type Place struct {
	Env   []string // those of the runner, as the command has its own
	Dir   string
	State string // a directory for files of the worker
	// Lock is the file whose lock this process holds: a command is refused where another process could take it.
	Lock string
	// Began is called with the name of the host, once the command has begun there.
	Began func(host string)
}

// alone returns the file that a worker locks while it works.
func (p Place) alone() string { return filepath.Join(p.State, "runner") }

// grace is that of a runner: half of it is for the other machine. Mage exits after five seconds.
const grace = 4 * time.Second

// LostError is the error of a command whose end is not known: its host was lost, or the way to it, or the runner
// did not start it.
type LostError struct {
	Host string // "" when it is unknown
	what string
}

// Error implements error.
func (e *LostError) Error() string { return e.what }

// started counts the commands of this process.
var started atomic.Int64

// Run is c.Run on another machine. The worker there reports the exit status, because that of a runner may differ. Peak
// is set where GNU time is installed. Files and the process number of Started are those of this machine.
func (r *Runner) Run(ctx context.Context, c proc.Command, j Job, at Place) error {
	args, chosen, done := r.args(j)
	path := fsutil.Absolute(args[0], at.Dir)
	if filepath.Base(args[0]) == args[0] {
		if path = toolchain.LookPath(at.Env, args[0]); path == "" {
			done(false)
			return fmt.Errorf("find %s, the runner: not in PATH; install it, or set CMAKETARGETS_RUNNER=off", args[0])
		}
	}
	out := newOutput(c.Output, fmt.Sprintf("%s.%d-there;", proc.Identity(), started.Add(1)))
	out.began = func(held, host string) {
		if chosen != "" {
			host = chosen
		}
		if out.host, out.held = text.Clean(host), held; held == holds {
			at.Began(out.host)
		}
	}
	err := proc.Command{
		Path: path, Args: append(args[1:], "/bin/sh"), Dir: at.Dir, Env: at.Env, Input: []byte(script(c, at, out.mark)), Output: out, Stderr: &out.runner,
		Started: c.Started, Hurry: c.Hurry, Grace: grace,
	}.Run(ctx)
	if flushed := out.flush(); err == nil {
		err = flushed
	}
	lost := false
	defer func() { done(lost) }()
	var cancelled *proc.CancelError
	switch {
	case errors.As(err, &cancelled):
		cancelled.Forced = cancelled.Forced || out.host != "" && out.status == running
		return err
	case out.held == "busy":
		other, _, _ := fsutil.Read(at.alone(), maxTail)
		return fmt.Errorf("a command that was started before still works in the build tree: end it on %s, see the lock %s", text.Clean(strings.TrimSpace(string(other))), at.alone())
	case out.held != "" && out.held != holds:
		return fmt.Errorf("the lock %s does not hold on %s (flock exited with status %s): a step could run there twice at once; "+
			"NFS needs version 4, or lockd and no option local_lock, Lustre the option flock", at.Lock, out.host, out.held)
	case out.status >= 0:
		if c.Peak != nil {
			*c.Peak = out.peak
		}
		return exitError(out.status)
	case errors.As(err, new(*proc.ExitError)) || err == nil: // srun exits with 0 when a node fails
		lost = true
		return out.lost(filepath.Base(path), chosen, err)
	}
	return err
}

// exitError returns the error of a status of a shell, which reports signals from 128 on.
func exitError(status int) error {
	switch s := syscall.Signal(status - 128); {
	case status == 0:
		return nil
	case s == syscall.SIGKILL || s == syscall.SIGTERM: // few programs exit with these by themselves
		return &proc.ExitError{Code: -1, Signal: s.String()}
	}
	return &proc.ExitError{Code: status}
}

// own are the variables that another machine has for itself, and those of the shell.
var own = text.Regexp(`^(?:SLURM.*|HOSTNAME|TMPDIR|PWD|OLDPWD|SHLVL|_|IFS|PS4|PPID|UID|EUID|BASHOPTS|SHELLOPTS)$`)

// variable matches the names that a shell can export.
var variable = text.Regexp(`^[A-Za-z_][A-Za-z0-9_]*$`)

// script returns the input of the shell. It is one compound command, so nothing runs unless all of it has arrived.
func script(c proc.Command, at Place, mark string) string {
	var b strings.Builder
	b.WriteString("{\nprepared() {\n\ttrap - HUP INT TERM\n\tcd " + quote(c.Dir) + " || exit 127\n")
	for _, kv := range proc.WithMark(c.Env, mark) {
		if name, value, _ := strings.Cut(kv, "="); variable().MatchString(name) && !own().MatchString(name) {
			b.WriteString("\texport " + name + "=" + quote(value) + "\n")
		}
	}
	b.WriteString("\texec \"$@\"\n}\n")
	for _, v := range [][2]string{{"mark", mark}, {"lock", at.Lock}, {"alone", at.alone()}, {"peak", filepath.Join(at.State, "peak")}, {"guard", proc.Guard()}} {
		b.WriteString(v[0] + "=" + quote(v[1]) + "\n")
	}
	b.WriteString("set --")
	for _, word := range append([]string{c.Path}, c.Args...) {
		b.WriteString(" " + quote(word))
	}
	b.WriteString("\n" + worker + "}\n")
	return b.String()
}

// quote quotes a word for a POSIX shell.
func quote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
