package cmaketargets

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// signalError is the cause of a context that a signal cancelled.
type signalError struct {
	name   string
	number int
}

func (e *signalError) Error() string { return e.name }

// Mage exits the moment a `mage -t` deadline passes, without waiting for
// anyone. So a run ends itself early, and leaves itself the last part of that
// time to write its reports, whether or not its commands have ended by then.
const (
	early = time.Second
	last  = 500 * time.Millisecond
)

// look is how often a run looks whether its mage is still there.
const look = 250 * time.Millisecond

// explain is how long the end of the given context waits for the signal that
// explains it: mage cancels its context at an interrupt, and may see that a
// little before we do.
const explain = 50 * time.Millisecond

// together is how soon after the first a signal only repeats it, and is not
// somebody who cannot wait: a shell whose terminal is closed and the kernel both
// send SIGHUP, timeout(1) signals its command and then the group, and go tool
// passes on the Ctrl-C that the terminal sent to all.
const together = 100 * time.Millisecond

// errMageGone is the cause of a run whose mage ended before it. Mage does not
// handle SIGTERM: it dies, and the compiled magefile with all its compilers
// would run on unseen.
var errMageGone = errors.New("mage is gone")

// mage is the process that started this one, 0 when that was no mage. It is
// looked at once: one that is gone before a run begins is gone all the same.
var mage = mageParent()

// interruptible returns a context that also ends on SIGINT, SIGTERM and
// SIGHUP, shortly before the deadline of ctx, and when mage is gone. Mage
// handles only SIGINT, and gives targets that are reached through mg.Deps a
// context that never ends, so a run looks for itself. A second signal, and a
// deadline that is near, close the channel that hurryOf returns. The second
// signal and stop give the signals back: a further one has its usual effect.
func interruptible(given context.Context) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(given))
	if given.Err() != nil {
		cancel(context.Cause(given))
	}
	var due <-chan time.Time
	if deadline, ok := given.Deadline(); ok {
		due = time.After(time.Until(deadline.Add(-last)))
		var done context.CancelFunc
		ctx, done = context.WithDeadline(ctx, deadline.Add(-early))
		context.AfterFunc(ctx, done)
	}
	hurry := make(chan struct{})
	ctx = context.WithValue(ctx, hurryKey{}, hurry)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(signals, syscall.SIGHUP)
	}
	stopped, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(look)
		defer tick.Stop()
		defer close(hurry)
		over, explained := given.Done(), (<-chan time.Time)(nil)
		for first := (time.Time{}); ; {
			select {
			case <-over:
				over, explained = nil, time.After(explain)
			case <-explained:
				cancel(context.Cause(given))
			case s := <-signals:
				switch {
				case first.IsZero():
					first = time.Now()
					cancel(describe(s))
				case time.Since(first) > together:
					signal.Stop(signals)
					return
				}
			case <-due:
				return
			case <-stopped:
				return
			case <-tick.C:
				if mage != 0 && os.Getppid() != mage {
					cancel(errMageGone)
				}
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
		close(stopped)
		<-ended
	}
}

// hurryKey is the key of a context's value that says when to hurry.
type hurryKey struct{}

// hurryOf returns the channel that is closed when a run that is being ended
// has to end at once; nil when there is none.
func hurryOf(ctx context.Context) <-chan struct{} {
	hurry, _ := ctx.Value(hurryKey{}).(chan struct{})
	return hurry
}

func describe(s os.Signal) *signalError {
	switch s {
	case syscall.SIGTERM:
		return &signalError{"terminated by SIGTERM", int(syscall.SIGTERM)}
	case syscall.SIGHUP:
		return &signalError{"ended by SIGHUP: the terminal is gone", int(syscall.SIGHUP)}
	default:
		return &signalError{"interrupted", int(syscall.SIGINT)}
	}
}
