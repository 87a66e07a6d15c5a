// Package interrupt ends a run on signals, shortly before a deadline, and when the mage
// that started this process is gone.
package interrupt

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// SignalError is the cause of a context that a signal ended.
type SignalError struct {
	Number  syscall.Signal
	message string
}

// Error implements error.
func (e *SignalError) Error() string { return e.message }

// ErrMageGone is the cause of a context whose mage ended before it. Mage does not handle
// SIGTERM: it dies, and the compiled magefile with all its compilers would run on unseen.
var ErrMageGone = errors.New("mage is gone")

const (
	// Mage exits the moment a `mage -t` deadline passes, without waiting. So a run is
	// ended margin before it, and hurried hurryMargin before it, to have time for its
	// reports.
	margin      = time.Second
	hurryMargin = 500 * time.Millisecond

	// pollParent is how often a run checks that its mage still exists.
	pollParent = 250 * time.Millisecond

	// signalDelay is how long the end of the given context waits for a signal that
	// explains it: mage cancels its context at an interrupt, and may see it earlier.
	signalDelay = 50 * time.Millisecond

	// repeatWindow is how soon after the first signal another one is a repetition and not
	// a demand to hurry: a shell whose terminal is closed and the kernel both send SIGHUP,
	// timeout(1) signals its command and then the group, and the go command passes on the
	// Ctrl-C that the terminal sent to all.
	repeatWindow = 100 * time.Millisecond
)

// NotifyContext returns a context that ends with given, on SIGINT, SIGTERM and SIGHUP,
// shortly before the deadline of given, and when the parent process is no longer mage,
// unless mage is 0. Mage itself handles SIGINT only, and gives targets that are reached
// through mg.Deps a context that never ends.
//
// A second signal and a near deadline close the channel that Hurry returns. The second
// signal and stop restore the signals: a further one has its usual effect.
func NotifyContext(given context.Context, mage int) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(given))
	if given.Err() != nil {
		cancel(context.Cause(given))
	}
	var due <-chan time.Time
	if deadline, ok := given.Deadline(); ok {
		due = time.After(time.Until(deadline.Add(-hurryMargin)))
		var done context.CancelFunc
		ctx, done = context.WithDeadline(ctx, deadline.Add(-margin))
		context.AfterFunc(ctx, done)
	}
	hurry := make(chan struct{})
	ctx = context.WithValue(ctx, hurryKey{}, hurry)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // nohup ignores it
		signal.Notify(signals, syscall.SIGHUP)
	}
	stopped, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		defer close(hurry)
		ticker := time.NewTicker(pollParent)
		defer ticker.Stop()
		givenDone, delayed := given.Done(), (<-chan time.Time)(nil)
		for first := (time.Time{}); ; {
			select {
			case <-givenDone:
				givenDone, delayed = nil, time.After(signalDelay)
			case <-delayed:
				cancel(context.Cause(given))
			case s := <-signals:
				switch {
				case first.IsZero():
					first = time.Now()
					cancel(signalError(s))
				case time.Since(first) > repeatWindow:
					signal.Stop(signals)
					return
				}
			case <-due:
				return
			case <-stopped:
				return
			case <-ticker.C:
				if mage != 0 && os.Getppid() != mage {
					cancel(ErrMageGone)
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

// hurryKey is the key of a context's hurry channel.
type hurryKey struct{}

// Hurry returns the channel that is closed when a run that is being ended has to end at
// once; nil when there is none.
func Hurry(ctx context.Context) <-chan struct{} {
	hurry, _ := ctx.Value(hurryKey{}).(chan struct{})
	return hurry
}

func signalError(s os.Signal) *SignalError {
	switch s {
	case syscall.SIGTERM:
		return &SignalError{syscall.SIGTERM, "terminated by SIGTERM"}
	case syscall.SIGHUP:
		return &SignalError{syscall.SIGHUP, "ended by SIGHUP: the terminal is gone"}
	default:
		return &SignalError{syscall.SIGINT, "interrupted"}
	}
}
