package cmake

import (
	"context"
	"fmt"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

const (
	// askLimit is how long a tool may take to say what it is. CMake needs
	// 10 ms; the rest is for network file systems and loaded machines.
	askLimit = 10 * time.Second
	// askOutput bounds an answer, in bytes. The list of capabilities is about
	// 4 kB.
	askOutput = 1 << 20
	// askGrace is how long a tool may take to end that was asked to.
	askGrace = 500 * time.Millisecond
)

var errLoud = fmt.Errorf("an answer longer than %d bytes", askOutput)

// silentError says that a tool did not answer in time. It is, for errors.Is, a
// context.DeadlineExceeded.
type silentError struct{ limit time.Duration }

func (e *silentError) Error() string { return fmt.Sprintf("no answer in %v", e.limit) }

func (e *silentError) Is(target error) bool { return target == context.DeadlineExceeded }

// ask runs a tool and returns its standard output, and that with its standard
// error. The tool, with whatever it started, is ended when limit is over, it
// talks too much, or ctx is done.
func ask(ctx context.Context, limit time.Duration, path string, env []string, args ...string) (stdout, all string, err error) {
	ctx, enough := context.WithCancelCause(ctx)
	defer enough(nil)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, &silentError{limit})
	defer cancel()
	var out boundedBuffer
	both := boundedBuffer{full: func() { enough(errLoud) }}
	err = proc.Command{
		Path: path, Args: args, Env: env, Output: tee{&out, &both}, Stderr: &both, Grace: askGrace,
	}.Run(ctx)
	return string(out.data), string(both.data), err
}
