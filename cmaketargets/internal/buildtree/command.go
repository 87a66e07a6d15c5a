package buildtree

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/interrupt"
	"github.com/magecmake/magecmake/cmaketargets/internal/logfile"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
	"github.com/magecmake/magecmake/cmaketargets/internal/remote"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// maxShown is how much of the end of a command's output is kept for the screen, in
// bytes.
const maxShown = 64 << 10

// timeLimit is the cause of a step that reached Config.Timeout.
type timeLimit struct{ after time.Duration }

func (e *timeLimit) Error() string {
	return fmt.Sprintf("stopped at its time limit of %s (Config.Timeout or %s)", e.after, settings.EnvTimeout)
}

// command returns the command of the action, or fails the step.
func (s *step) command() (plan.Command, bool) {
	jobs := s.share.Jobs
	if s.joined != nil {
		jobs = 0
	}
	c, err := s.action.Command(jobs)
	if err != nil {
		s.fail(err)
		return c, false
	}
	s.result.Command, s.result.FillIn = c.Paste, c.FillIn
	return c, true
}

// join gives the command of the step tokens of the jobserver, where it can take them. leave takes
// them back.
func (s *step) join(ctx context.Context) (leave func()) {
	s.result.Jobs = s.share.Jobs
	if s.worker.Settings.Runner != nil || s.share.Join == nil || !s.action.Joins(ctx) {
		return func() {}
	}
	client, err := s.share.Join()
	if err != nil {
		return func() {} // as on Windows, and with no file left to open
	}
	s.joined = client
	return func() {
		s.result.Jobs = client.Close()
		s.joined = nil
	}
}

// run runs a command: its output goes to the log file and to the screen. It sets the
// result as far as the command decides it, with the diagnostics in the output.
func (s *step) run(ctx context.Context, c plan.Command) {
	s.result.Args = append([]string{c.Path}, c.Args...)
	whole := ctx
	if limit := s.worker.Settings.Timeout; limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, &timeLimit{limit})
		defer cancel()
	}
	log, err := s.createLog()
	if err != nil {
		s.fail(err)
		return
	}
	s.result.LogFile = log.Name()
	tail := &proc.Tail{To: text.StripColour(log), Max: maxShown}
	start, kills := time.Now(), s.worker.Memory.Kills()
	err, logErr := s.start(ctx, c, tail, log)
	s.took = time.Since(start)
	s.result.Output, s.result.OutputCut = bytes.Clone(tail.Bytes()), tail.Cut()
	var exit *proc.ExitError
	switch {
	case err == nil && logErr != nil:
		// The command did its work, but a log that lacks a part must not pass for a
		// complete one.
		s.fail(fmt.Errorf("write log: %w", logErr))
	case err == nil:
		s.result.Status = model.OK
		if !s.action.Beside {
			treestate.Succeeded(s.dir(), s.tree.Record(s.action.Step), s.took, s.peak)
		}
	case errors.As(err, new(*timeLimit)):
		s.result.Reason = err.Error()
		s.fail(err)
		s.result.Status = model.TimedOut
		treestate.Failed(s.dir(), s.tree.Record(s.action.Step), s.peak)
	case errors.As(err, new(*proc.CancelError)): // not ctx.Err(), which may come after the command's own end
		s.result = s.result.Cancel(err)
	case errors.As(err, &exit) && endedWith(whole, exit, s.result.Output):
		s.result = s.result.Cancel(&proc.CancelError{Cause: context.Cause(whole), Forced: exit.Signal != ""})
	default:
		if errors.As(err, &exit) {
			err = fmt.Errorf("%s %w", filepath.Base(c.Path), err)
		}
		s.fail(err)
		treestate.Failed(s.dir(), s.tree.Record(s.action.Step), s.peak)
	}
	s.diagnose(whole)
	if kills = s.worker.Memory.Kills() - kills; s.worker.Settings.Runner != nil {
		kills = 0
	}
	s.result = starved(s.result, kills)
}

// endedWith reports whether a command with this output was ended by a signal that also ends the run: who ends all processes
// of a job, as Slurm, systemd and Jenkins do, sends it to the commands, too, and perhaps to them first.
func endedWith(run context.Context, exit *proc.ExitError, output []byte) bool {
	ninja := bytes.HasSuffix(bytes.TrimSpace(output), []byte("ninja: build stopped: interrupted by user."))
	if !ninja && !slices.Contains([]string{syscall.SIGTERM.String(), syscall.SIGINT.String(), syscall.SIGHUP.String()}, exit.Signal) {
		return false
	}
	const later = 250 * time.Millisecond
	select {
	case <-run.Done():
		return true
	case <-time.After(later):
		return false
	}
}

// start runs the process of a command. A panic of a writer of the output comes out of
// proc.Command.Run, and everything is closed in any case.
func (s *step) start(ctx context.Context, c plan.Command, tail *proc.Tail, log io.Closer) (err, logErr error) {
	shown := s.output()
	defer func() { logErr = errors.Join(tail.Err(), log.Close()) }()
	defer func() { _ = shown.Close() }()
	defer s.worker.Running(s.dir(), 0)
	output := io.MultiWriter(tail, shown)
	var files []*os.File
	if s.joined != nil {
		c.Env, files = s.joined.Env(c.Env), s.joined.Files()
		plain := &unannounced{to: output}
		defer func() { _ = plain.flush() }()
		output = plain
	}
	command := proc.Command{
		Path: c.Path, Args: c.Args, Dir: c.Dir, Env: c.Env, Files: files, Output: output,
		Started: func(pid int) { s.worker.Running(s.dir(), pid) }, Hurry: interrupt.Hurry(ctx), Peak: &s.peak,
	}
	if set := s.worker.Settings; set.Runner != nil {
		command.Dir = cmp.Or(c.Dir, set.StartDir)
		return set.Runner.Run(ctx, command, remote.Job{
			Name: string(s.action.Step) + " " + s.result.Title(), Jobs: s.share.Jobs, Memory: memoryOf(s), Lost: s.share.Lost,
		}, remote.Place{
			Env: set.Env, Dir: set.StartDir, State: treestate.Path(s.dir(), ""), Lock: treestate.Path(s.dir(), treestate.LockFile),
			Began: func(host string) { s.result.Host = host; s.share.Placed(host) },
		}), nil
	}
	return command.Run(ctx), nil
}

// memoryOf returns the memory that a step is expected to need, in bytes: each of its jobs as much as the largest
// process of the last times, and a little for its build tool; 0 where that is unknown.
func memoryOf(s *step) int64 {
	const more = 128 << 20
	peak := treestate.Timings(s.dir())[s.tree.Record(s.action.Step)].Peak
	if peak == 0 {
		return 0
	}
	return peak*int64(max(1, s.share.Jobs)) + more
}

// Lost reports whether a step failed because the host was lost that it ran on, or did not begin.
func Lost(res model.Result) (host string, lost bool) {
	var e *remote.LostError
	if !errors.As(res.Err, &e) {
		return "", false
	}
	return e.Host, true
}

func (s *step) createLog() (*logfile.File, error) {
	path := treestate.LogPath(s.dir(), plan.Name(s.action)+s.again)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, fmt.Errorf("make build tree: %w", err)
	}
	log, err := logfile.Create(path, s.worker.Settings.LogLimit)
	if err != nil {
		return nil, fmt.Errorf("write log: %w", err)
	}
	return log, nil
}
