package proc

import "fmt"

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
