package cmake

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

const (
	// askLimit is how long a tool may take to say what it is. CMake needs
	// 10 ms; the rest is for network file systems and loaded machines.
	askLimit = 10 * time.Second
	// askOutput bounds what is kept of an answer, in bytes. The list of
	// capabilities is about 4 kB.
	askOutput = 1 << 20
	// askGrace is how long to wait for the pipes of a killed tool, which a
	// grandchild of a wrapper script may still hold.
	askGrace = 500 * time.Millisecond
)

var errSilent = errors.New("no answer")

// silentError says that a tool did not answer in time. It is, for errors.Is, a
// context.DeadlineExceeded.
type silentError struct{ limit time.Duration }

func (e *silentError) Error() string { return fmt.Sprintf("%v in %v", errSilent, e.limit) }

func (e *silentError) Is(target error) bool { return target == context.DeadlineExceeded }

// ask runs a tool and returns its standard output, and that with its standard
// error. The tool is killed when limit is over or ctx is done.
func ask(ctx context.Context, limit time.Duration, path string, env []string, args ...string) (stdout, all string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errSilent)
	defer cancel()
	var out, both boundedBuffer
	cmd := exec.CommandContext(ctx, path, args...)
	// Never nil, which would mean the environment of this process.
	cmd.Env = append([]string{}, env...)
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = tee{&out, &both}, &both, askGrace
	err = cmd.Run()
	if err != nil && errors.Is(context.Cause(ctx), errSilent) {
		err = &silentError{limit}
	}
	return string(out.data), string(both.data), err
}
