package cmaketargets

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"


	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Error is the one type of error that targets and Run return.
//
// A run in which projects failed has a complete Report beside it; the error
// only says which. errors.Is(err, context.Canceled) holds when the run was
// cancelled, by a signal or by the caller.
type Error struct {
	lines  []string // as they came, not yet fit to be shown
	causes []error
	status int
}

// Error implements error. The text is fit for a terminal and for the log of a
// CI system, whatever the projects are called, because mage prints it as it is.
func (e *Error) Error() string { return clean(e.lines) }

// clean joins lines, each of which is made fit for a terminal.
func clean(lines []string) string {
	cleaned := make([]string, len(lines))
	for i, line := range lines {
		cleaned[i] = text.Clean(line)
	}
	return strings.Join(cleaned, "\n  ")
}

// Unwrap returns the errors of the steps that failed, or why the run could
// not start.
func (e *Error) Unwrap() []error { return e.causes }

// ExitStatus is the status for mage to exit with: 1 when a project failed or
// a time limit was reached, 2 when the run could not start, 130 after an
// interrupt, 143 after SIGTERM, 129 after SIGHUP.
func (e *Error) ExitStatus() int { return e.status }

// The exit statuses that are not a signal's.
const (
	exitFailed   = 1
	exitNotBegun = 2
)

// neverBegan wraps why a run could not start, or that it was ended before.
func neverBegan(ctx context.Context, err error) *Error {
	if ctx.Err() != nil {
		return cancelled(context.Cause(ctx), nil)
	}
	return notBegun(err)
}

// notBegun wraps why a run could not start.
func notBegun(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	lines := []string{err.Error()}
	var long *longError
	if errors.As(err, &long) {
		lines = long.lines
	}
	return &Error{lines: lines, causes: []error{err}, status: exitNotBegun}
}

// longError is an error of several lines.
type longError struct{ lines []string }

func (e *longError) Error() string { return clean(e.lines) }

// cancelled is the error of a run that was ended by cause before it was done.
func cancelled(cause error, failures []error) *Error {
	message := cause.Error()
	e := &Error{causes: append([]error{cause}, failures...), status: 130}
	var sig *signalError
	switch {
	case errors.As(cause, &sig):
		e.status = 128 + sig.number
		e.causes = append(e.causes, context.Canceled)
	case errors.Is(cause, context.DeadlineExceeded):
		e.status = exitFailed
		message = "time limit reached"
	case errors.Is(cause, context.Canceled):
		message = "cancelled"
	default:
		// A caller's own cause.
		e.causes = append(e.causes, context.Canceled)
	}
	if len(failures) > 0 {
		message += "; " + failures[0].Error()
		if more := len(failures) - 1; more > 0 {
			message += fmt.Sprintf(" and %d more", more)
		}
	}
	e.lines = []string{message}
	return e
}

// withReports adds to a run's error, which may be nil, what went wrong with its
// reports: a report that is missing is a failure of the run.
func withReports(err error, reports ...error) error {
	missing := errors.Join(reports...)
	if missing == nil {
		return err
	}
	message := strings.ReplaceAll(missing.Error(), "\n", "; ")
	was := (*Error)(nil)
	if !errors.As(err, &was) {
		return &Error{lines: []string{message}, causes: []error{missing}, status: exitFailed}
	}
	lines := slices.Clone(was.lines)
	lines[len(lines)-1] += "; " + message
	return &Error{lines: lines, causes: append(slices.Clip(was.causes), missing), status: was.status}
}

// failed is the error of a run in which steps failed.
func failed(failures []error, of int) *Error {
	const named = 5
	var names []string
	for i, err := range failures {
		if i == named {
			names = append(names, fmt.Sprintf("and %d more", len(failures)-named))
			break
		}
		names = append(names, err.Error())
	}
	what := "1 step failed"
	if len(failures) != 1 {
		what = fmt.Sprintf("%d steps failed", len(failures))
	}
	message := fmt.Sprintf("%s of %d: %s", what, of, strings.Join(names, "; "))
	return &Error{lines: []string{message}, causes: failures, status: exitFailed}
}

// stepError is why one step failed; it reads "configure libs/foo: cause".
type stepError struct {
	step    Step
	project string
	variant string
	cause   error
}

func (e *stepError) Error() string {
	what := fmt.Sprintf("%s %s", e.step, e.project)
	if e.variant != "" {
		what += " [" + e.variant + "]"
	}
	return what + ": " + e.cause.Error()
}

func (e *stepError) Unwrap() error { return e.cause }

// causeOf is a step's error without the step's name, for where the name
// already stands.
func causeOf(err error) error {
	var e *stepError
	if errors.As(err, &e) {
		return e.cause
	}
	return err
}

var errNoCTest = errors.New("there is no ctest beside cmake, nor in PATH; it belongs to CMake, install that whole")
