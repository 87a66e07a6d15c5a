package cmake

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// NotFoundError says that there is no cmake to run.
type NotFoundError struct {
	Name string // what was looked for
	Err  error  // fs.ErrNotExist, or why the file that is there cannot be run
}

// Error implements error.
func (e *NotFoundError) Error() string {
	if errors.Is(e.Err, fs.ErrNotExist) {
		if strings.ContainsAny(e.Name, `/\`) {
			return fmt.Sprintf("find %s: no such file", e.Name)
		}
		return fmt.Sprintf("find %s: not in PATH", e.Name)
	}
	return fmt.Sprintf("find %s: %v", e.Name, e.Err)
}

// Unwrap returns the cause.
func (e *NotFoundError) Unwrap() error { return e.Err }

// TooOldError says that the cmake that was found is older than [Minimum].
type TooOldError struct {
	Have, Need Version
	Path       string
}

// Error implements error.
func (e *TooOldError) Error() string {
	return fmt.Sprintf("use %s: needs cmake %s or newer, have %s", e.Path, e.Need.short(), e.Have)
}

// NotCMakeError says that what was found cannot be asked as a CMake: it prints
// nothing or something else, does not answer, or fails.
type NotCMakeError struct {
	Path   string
	Output string // what it printed, its beginning
	Err    error
}

// Error implements error.
func (e *NotCMakeError) Error() string {
	var path *fs.PathError
	started := !errors.As(e.Err, &path)
	switch {
	case !started && errors.Is(e.Err, fs.ErrNotExist):
		return fmt.Sprintf("use %s as cmake: the interpreter that its first line names is not there", e.Path)
	case !started:
		return fmt.Sprintf("use %s as cmake: it is not a program for this machine: %v", e.Path, path.Err)
	case e.Output == "":
		return fmt.Sprintf("use %s as cmake: it printed nothing: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("use %s as cmake: it printed %q: %v", e.Path, clip(strings.TrimSpace(e.Output), 120), e.Err)
}

// Unwrap returns the cause.
func (e *NotCMakeError) Unwrap() error { return e.Err }
