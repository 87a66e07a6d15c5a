package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/interrupt"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Error is the error of a run, documented at cmaketargets.Error.
type Error struct {
	Lines  []string // not yet made fit for a terminal
	Causes []error
	Status int // exit status
}

// Error implements error. The text is fit for a terminal and for the log of a CI
// system, because mage prints it unchanged.
func (e *Error) Error() string { return joinLines(e.Lines) }

// Unwrap returns the causes.
func (e *Error) Unwrap() []error { return e.Causes }

// The exit statuses that are not a signal's.
const (
	exitFailed     = 1
	exitNotStarted = 2
	exitCancelled  = 130
)

// linesError is an error of several lines.
type linesError struct{ lines []string }

func (e *linesError) Error() string { return joinLines(e.lines) }

func joinLines(lines []string) string {
	clean := make([]string, len(lines))
	for i, line := range lines {
		clean[i] = text.Clean(line)
	}
	return strings.Join(clean, "\n  ")
}

// notStarted returns the error of a run that could not start, or that ctx ended before.
func notStarted(ctx context.Context, err error) *Error {
	if ctx.Err() != nil {
		return cancelled(context.Cause(ctx), nil)
	}
	return invalid(err)
}

// invalid returns the error of a run that could not start.
func invalid(err error) *Error {
	lines := []string{err.Error()}
	var several *linesError
	if errors.As(err, &several) {
		lines = several.lines
	}
	return &Error{Lines: lines, Causes: []error{err}, Status: exitNotStarted}
}

// cancelled returns the error of a run that cause ended early.
func cancelled(cause error, failures []error) *Error {
	message := cause.Error()
	e := &Error{Causes: append([]error{cause}, failures...), Status: exitCancelled}
	var signal *interrupt.SignalError
	switch {
	case errors.As(cause, &signal):
		e.Status = 128 + int(signal.Number)
		e.Causes = append(e.Causes, context.Canceled)
	case errors.Is(cause, context.DeadlineExceeded):
		e.Status = exitFailed
		message = "time limit reached"
	case errors.Is(cause, context.Canceled):
		message = "cancelled"
	default: // a cause that the caller set
		e.Causes = append(e.Causes, context.Canceled)
	}
	if len(failures) > 0 {
		message += "; " + failures[0].Error()
		if more := len(failures) - 1; more > 0 {
			message += fmt.Sprintf(" and %d more", more)
		}
	}
	e.Lines = []string{message}
	return e
}

// failed returns the error of a run in which some of the steps failed.
func failed(failures []error, steps int) *Error {
	const named = 5
	var names []string
	for i, err := range failures {
		if i == named {
			names = append(names, fmt.Sprintf("and %d more", len(failures)-named))
			break
		}
		names = append(names, err.Error())
	}
	message := fmt.Sprintf("%s failed of %d: %s", text.Count(len(failures), "step"), steps, strings.Join(names, "; "))
	return &Error{Lines: []string{message}, Causes: failures, Status: exitFailed}
}

// failureOf returns the error of a run that was not ended early, nil when nothing failed.
func failureOf(results []model.Result) error {
	if failures := failuresIn(results); len(failures) > 0 {
		return failed(failures, len(results))
	}
	return nil
}

func failuresIn(results []model.Result) []error {
	var failures []error
	for _, r := range results {
		if r.Status.Bad() {
			failures = append(failures, r.Err)
		}
	}
	return failures
}

// withReports adds failures to write reports, some of which may be nil, to the error of
// a run, which may be nil: a report that is missing is a failure of the run.
func withReports(err error, reports ...error) error {
	missing := errors.Join(reports...)
	if missing == nil {
		return err
	}
	message := strings.ReplaceAll(missing.Error(), "\n", "; ")
	run := (*Error)(nil)
	if !errors.As(err, &run) {
		return &Error{Lines: []string{message}, Causes: []error{missing}, Status: exitFailed}
	}
	lines := slices.Clone(run.Lines)
	lines[len(lines)-1] += "; " + message
	return &Error{Lines: lines, Causes: append(slices.Clip(run.Causes), missing), Status: run.Status}
}

// firstOf returns the first of some paths, and how many there are beside it.
func firstOf(files []string) string {
	first := slices.Min(files)
	if len(files) > 1 {
		first += fmt.Sprintf(" (and %d more)", len(files)-1)
	}
	return first
}

// past returns a status as a verb: "failed".
func past(s model.Status) string {
	switch s {
	case model.Failed, model.Quarantined:
		return "failed"
	case model.TimedOut:
		return "timed out"
	default:
		return "was skipped"
	}
}
