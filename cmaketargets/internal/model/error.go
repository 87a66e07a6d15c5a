package model

import (
	"errors"
	"fmt"
)

// StepError is why a step failed or was cancelled; it reads
// "configure libs/foo [Release]: cause".
type StepError struct {
	Step    Step
	Project string
	Variant string
	Cause   error
}

// Error implements error.
func (e *StepError) Error() string {
	return fmt.Sprintf("%s %s: %s", e.Step, Title(e.Project, e.Variant), e.Cause)
}

// Unwrap returns the cause.
func (e *StepError) Unwrap() error { return e.Cause }

// Cause returns a step's error without the step's name.
func Cause(err error) error {
	var e *StepError
	if errors.As(err, &e) {
		return e.Cause
	}
	return err
}

// Fail returns r as a failed result with cause err.
func (r Result) Fail(err error) Result { return r.end(Failed, err) }

// Cancel returns r as a cancelled result with cause err.
func (r Result) Cancel(err error) Result {
	r.Reason = ""
	return r.end(Cancelled, err)
}

func (r Result) end(status Status, err error) Result {
	r.Status = status
	if r.Reason == "" {
		r.Reason = err.Error()
	}
	r.Err = &StepError{r.Step, r.Project.Path, r.Variant.Name, err}
	return r
}
