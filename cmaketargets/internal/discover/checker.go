package discover

import (
	"bufio"
	"io"
	"os/exec"
	"strings"
)

// checker is a running `git check-ignore`, which answers until its input ends.
//
// It does not use the index, in which it would search for every path: 11 ms a path with 100,000
// tracked files, against 0.04 ms. trackedPaths makes up for that.
type checker struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// verdict is the last rule that matches a path, the zero value for none.
type verdict struct{ source, line, pattern string }

func (v verdict) ignored() bool { return v.pattern != "" && v.pattern[0] != '!' }

func startChecker(g *git, dir, top string) (*checker, error) {
	cmd := g.command(dir, top, "check-ignore", "--no-index", "--stdin", "-z", "--verbose", "--non-matching")
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, explain(cmd, err)
	}
	return &checker{cmd, in, bufio.NewReader(out)}, nil
}

// check asks about paths relative to the checker's directory. An error ends the checker.
func (c *checker) check(paths []string) ([]verdict, error) {
	var question strings.Builder
	for _, p := range paths {
		// "./" protects a leading colon from pathspec magic.
		question.WriteString("./" + p + "\x00")
	}
	// git answers each path before it reads on: writing all of a long question before reading would
	// leave both sides with a full pipe.
	written := make(chan struct{})
	go func() {
		defer close(written)
		_, _ = io.WriteString(c.in, question.String()) // a failure ends the answers early
	}()
	verdicts, err := c.answers(len(paths))
	if err != nil {
		if exit := c.close(); exit != nil {
			err = exit
		}
		err = explain(c.cmd, err)
	}
	<-written
	return verdicts, err
}

// answers reads n records of four fields: source, line, pattern and path.
func (c *checker) answers(n int) ([]verdict, error) {
	verdicts := make([]verdict, n)
	var ignored string
	for i := range verdicts {
		v := &verdicts[i]
		for _, field := range []*string{&v.source, &v.line, &v.pattern, &ignored} {
			s, err := c.out.ReadString(0)
			if err != nil {
				return nil, err
			}
			*field = s[:len(s)-1]
		}
	}
	return verdicts, nil
}

// close ends git by ending its input.
func (c *checker) close() error {
	_ = c.in.Close()
	return c.cmd.Wait()
}
