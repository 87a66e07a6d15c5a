package discover

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// checker is a running `git check-ignore`, which answers as long as it is asked.
//
// It does not look into the index, in which it would search for every path it is
// asked about: 11 ms a path with 100,000 tracked files, against 0.04 ms.
// trackedPaths makes up for that.
type checker struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr *head
}

// verdict is git's answer for a path: the last rule that matches it, all fields
// empty for none.
type verdict struct{ source, line, pattern string }

func (v verdict) ignored() bool { return v.pattern != "" && v.pattern[0] != '!' }

func startChecker(g *git, dir, top string) (*checker, error) {
	c := &checker{
		cmd:    g.command(dir, top, "check-ignore", "--no-index", "--stdin", "-z", "--verbose", "--non-matching"),
		stderr: &head{},
	}
	c.cmd.Stderr = c.stderr
	in, err := c.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.in, c.out = in, bufio.NewReader(out)
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	return c, nil
}

// check asks about paths relative to the checker's directory. After an error
// the checker is of no more use.
func (c *checker) check(paths []string) ([]verdict, error) {
	var question bytes.Buffer
	for _, p := range paths {
		// "./" keeps a leading colon from being taken for pathspec magic.
		question.WriteString("./" + p + "\x00")
	}
	// git answers each path before it reads on, so that writing all of a long
	// question before reading would leave both sides with a full pipe.
	written := make(chan struct{})
	go func() {
		defer close(written)
		// What fails here makes the answer end early.
		_, _ = c.in.Write(question.Bytes())
	}()
	verdicts, err := c.answers(len(paths))
	if err != nil {
		err = c.fail(err)
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

// fail ends git and prefers its own words to err.
func (c *checker) fail(err error) error {
	if exit := c.close(); exit != nil {
		err = exit
	}
	if said := c.stderr.line(); said != "" {
		return fmt.Errorf("%w: %s", err, said)
	}
	return err
}

// close ends git by ending its input, which a healthy one takes as good-bye.
func (c *checker) close() error {
	_ = c.in.Close()
	return c.cmd.Wait()
}

// head keeps the beginning of what is written to it.
type head struct{ text []byte }

func (h *head) Write(p []byte) (int, error) {
	h.text = append(h.text, p[:min(len(p), 4096-len(h.text))]...)
	return len(p), nil
}

// line returns the first line.
func (h *head) line() string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(h.text)), "\n")
	return line
}
