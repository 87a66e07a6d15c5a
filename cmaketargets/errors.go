package cmaketargets

import (
	"errors"

	"github.com/magecmake/magecmake/cmaketargets/internal/engine"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Error is the one type of error that targets and Run return.
//
// A run in which projects failed has a complete Report beside it; the error only names
// them. errors.Is(err, context.Canceled) holds when the run was cancelled, by a signal or
// by the caller.
type Error struct {
	inner  *engine.Error
	causes []error
}

// Error implements error. The text is fit for a terminal and for the log of a CI system,
// whatever the projects are called, because mage prints it unchanged.
func (e *Error) Error() string { return e.inner.Error() }

// Unwrap returns a *StepError for each step that failed, or why the run could not start
// or was ended.
func (e *Error) Unwrap() []error { return e.causes }

// ExitStatus returns the status for mage to exit with: 1 when a project failed or a time
// limit was reached, an audit found something (see [EnvAudit]), or a report file or Config.Output
// could not be written; 2 when the run could not start, or after it when no selected project has
// one of the selected build targets; 130 after an interrupt, when the caller cancelled the context, or when
// mage is gone; 143 after SIGTERM, 129 after SIGHUP.
func (e *Error) ExitStatus() int { return e.inner.Status }

// StepError is why one step failed or was cancelled. Its text is
// "configure libs/foo [Release]: cause".
type StepError struct {
	Step    Step
	Project string // its path
	Variant string // its name
	Cause   error
}

// Error implements error.
func (e *StepError) Error() string {
	return (&model.StepError{Step: model.Step(e.Step), Project: e.Project, Variant: e.Variant, Cause: e.Cause}).Error()
}

// Unwrap returns the cause.
func (e *StepError) Unwrap() error { return e.Cause }

// errorOf returns an error of the engine as it is documented. It returns a nil interface
// for nil, as mage needs it.
func errorOf(err error) error {
	var inner *engine.Error
	if !errors.As(err, &inner) {
		return err
	}
	e := &Error{inner: inner}
	for _, cause := range inner.Causes {
		e.causes = append(e.causes, stepErrorOf(cause))
	}
	return e
}

func stepErrorOf(err error) error {
	var step *model.StepError
	if errors.As(err, &step) {
		return &StepError{Step(step.Step), step.Project, step.Variant, step.Cause}
	}
	return err
}
