package toolchain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

const (
	// askLimit bounds the time of an answer. CMake needs 10 ms; the rest is for network file systems
	// and loaded machines.
	askLimit = 10 * time.Second
	// askOutput bounds an answer, in bytes. The list of capabilities has about 4 kB.
	askOutput = 1 << 20
	// askGrace is the time from the request to end to the kill.
	askGrace = 500 * time.Millisecond
)

// probe asks cmake for its version.
func (p program) probe(ctx context.Context, env []string, limit time.Duration) (cmake.Version, error) {
	return answer(ctx, limit, p.path, env, "version", cmake.ParseVersion, "--version")
}

// generators asks cmake for the names of its generators.
func (p program) generators(ctx context.Context, env []string) ([]string, error) {
	return answer(ctx, askLimit, p.path, env, "generators", parseGenerators, "-E", "capabilities")
}

// answer asks cmake and parses its standard output.
func answer[T any](ctx context.Context, limit time.Duration, path string, env []string, subject string, parse func(string) (T, error), args ...string) (T, error) {
	var none T
	stdout, all, err := ask(ctx, limit, path, env, args...)
	if ctx.Err() != nil {
		return none, fmt.Errorf("ask %s for its %s: %w", path, subject, ctx.Err())
	}
	if err == nil {
		var parsed T
		if parsed, err = parse(stdout); err == nil {
			return parsed, nil
		}
	}
	return none, notCMake(path, all, err)
}

// parseGenerators reads the output of -E capabilities. Every cmake has some generators.
func parseGenerators(output string) (names []string, err error) {
	var has struct {
		Generators []struct {
			Name            string   `json:"name"`
			ExtraGenerators []string `json:"extraGenerators"`
		} `json:"generators"`
	}
	if err := json.Unmarshal([]byte(output), &has); err != nil {
		return nil, err
	}
	for _, g := range has.Generators {
		if g.Name == "" {
			continue
		}
		names = append(names, g.Name)
		for _, extra := range g.ExtraGenerators {
			names = append(names, extra+" - "+g.Name)
		}
	}
	if names == nil {
		return nil, errors.New("it names no generators")
	}
	return names, nil
}

// notCMake returns the error for an executable that cannot be started, fails, or does not answer as
// a CMake does.
func notCMake(path, output string, err error) error {
	var start *fs.PathError
	failed := errors.As(err, &start)
	switch {
	case failed && errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("use %s as cmake: the interpreter in its first line does not exist", path)
	case failed:
		return fmt.Errorf("use %s as cmake: it is not a program for this machine: %w", path, start.Err)
	case output == "":
		return fmt.Errorf("use %s as cmake: it printed nothing: %w", path, err)
	}
	return fmt.Errorf("use %s as cmake: it printed %s: %w", path, text.Quoted(strings.TrimSpace(output)), err)
}

// ask runs a tool and returns its standard output, and that together with its standard error. It
// ends the tool's process tree after limit, after askOutput bytes, or when ctx is done.
func ask(ctx context.Context, limit time.Duration, path string, env []string, args ...string) (stdout, all string, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer in %v", limit))
	defer cancel()
	var out boundedBuffer
	both := boundedBuffer{full: func() { stop(fmt.Errorf("an answer longer than %d bytes", askOutput)) }}
	err = proc.Command{
		Path: path, Args: args, Env: env, Output: io.MultiWriter(&out, &both), Stderr: &both, Grace: askGrace,
	}.Run(ctx)
	return string(out.data), string(both.data), err
}

// boundedBuffer keeps the first askOutput bytes written to it. Several goroutines may write.
type boundedBuffer struct {
	full func() // called when something is dropped; may be nil
	mu   sync.Mutex
	data []byte
}

// Write implements io.Writer and never fails.
func (b *boundedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	kept := p[:min(len(p), askOutput-len(b.data))]
	b.data = append(b.data, kept...)
	if len(kept) < len(p) && b.full != nil {
		b.full()
	}
	return len(p), nil
}
