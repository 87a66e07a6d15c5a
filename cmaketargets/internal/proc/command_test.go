package proc_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

// These tests run on every system; see command_unix_test.go for the others.

func TestRunEnds(t *testing.T) {
	for name, test := range map[string]struct {
		args   []string
		want   *proc.ExitError
		output string
	}{
		"well":                     {[]string{"speak"}, nil, "out\nerr\n"},
		"with a status":            {[]string{"exit", "7"}, &proc.ExitError{Code: 7}, ""},
		"without anybody to ask":   {[]string{"read"}, nil, "end\n"},
		"with arguments as it got": {[]string{"echo", `a "b" \`, "", "$HOME %PATH%"}, nil, "a \"b\" \\\n\n$HOME %PATH%\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := self(t, &out, test.args...).Run(t.Context())
			var exit *proc.ExitError
			if errors.As(err, &exit); (err == nil) != (test.want == nil) || exit != nil && *exit != *test.want {
				t.Errorf("Run = %v, want %v", err, test.want)
			}
			if out.String() != test.output {
				t.Errorf("output %q, want %q", &out, test.output)
			}
		})
	}
}

func TestRunCannotStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nothing")
	err := proc.Command{Path: path}.Run(t.Context())
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("Run = %v, want a missing file that names %s", err, path)
	}
}

func TestRunNotBegunWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("the cause")
	cancel(cause)
	var out bytes.Buffer
	if err := self(t, &out, "speak").Run(ctx); !errors.Is(err, cause) || out.Len() > 0 {
		t.Errorf("Run = %v with output %q, want the cause and none", err, &out)
	}
}

// Standard error can be received separately.
func TestRunStderr(t *testing.T) {
	var out, errs bytes.Buffer
	c := self(t, &out, "speak")
	c.Stderr = &errs
	if err := c.Run(t.Context()); err != nil || out.String() != "out\n" || errs.String() != "err\n" {
		t.Errorf("Run = %v with %q and %q", err, &out, &errs)
	}
}

// All processes of a cancelled command are gone when Run returns, whatever signals they ignore. Each
// holds a connection, which the system closes with its process.
func TestRunCancelledEndsItsTree(t *testing.T) {
	for role, processes := range map[string]int{"stay": 1, "stay deaf": 1, "parent": 2, "deaf parent": 2} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = listener.Close() }()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			cause, ended := errors.New("the cause"), make(chan error, 1)
			var out bytes.Buffer
			c := self(t, &out, role, listener.Addr().String())
			go func() { ended <- c.Run(ctx) }()
			var held []net.Conn
			for range processes {
				conn, err := listener.Accept()
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = conn.Close() }()
				held = append(held, conn)
			}
			cancel(cause)
			var forced *proc.CancelError
			if err := <-ended; !errors.Is(err, cause) || !errors.As(err, &forced) || role != "stay" && !forced.Forced {
				t.Errorf("Run = %v, forced %+v; want the cause", err, forced)
			}
			for _, conn := range held {
				_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
				if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("a process outlived the command: %v", err)
				}
			}
		})
	}
}
