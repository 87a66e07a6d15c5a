package discover

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// killGrace bounds the time that the pipes of a killed git stay open, which they do when "git" is a
// wrapper whose own child goes on.
const killGrace = time.Second

// git starts git processes.
type git struct {
	ctx     context.Context
	env     []string
	warn    func(format string, args ...any)
	missing sync.Once
}

func newGit(ctx context.Context, env []string, warn func(string, ...any)) *git {
	return &git{ctx: ctx, env: gitEnv(env), warn: warn}
}

// gitEnv removes variables that would select another repository, as hooks and aliases set them, or
// change the output: GIT_FLUSH=0 delays an answer until the next question. The variables that select
// configuration files stay.
func gitEnv(env []string) []string {
	kept := []string{} // nil would be the environment of this process
	for _, kv := range env {
		config := strings.HasPrefix(kv, "GIT_CONFIG_") && !strings.HasPrefix(kv, "GIT_CONFIG_PARAMETERS=")
		if !strings.HasPrefix(kv, "GIT_") || config || strings.HasPrefix(kv, "GIT_EXEC_PATH=") {
			kept = append(kept, kv)
		}
	}
	return kept
}

// command returns a git that only reads, in a directory of the work tree that begins at top. The owner
// of the files does not matter. Its standard error is a *head.
func (g *git) command(dir, top string, args ...string) *exec.Cmd {
	always := []string{"-c", "safe.directory=*", "-c", "core.fsmonitor=false"}
	if top != "" && isRepository(top) {
		// Git before 2.38 ignores safe.directory on a command line, and does not need it for a
		// repository that is named.
		// See https://github.com/git/git/blob/v2.38.0/Documentation/RelNotes/2.38.0.txt
		always = append(always, "--git-dir="+filepath.Join(top, ".git"), "--work-tree="+top)
	}
	cmd := exec.CommandContext(g.ctx, "git", append(always, args...)...)
	cmd.Dir, cmd.Env, cmd.WaitDelay, cmd.Stderr = dir, g.env, killGrace, &head{}
	return cmd
}

// list returns the output of a git command that prints a list.
func (g *git) list(dir, top string, args ...string) (string, error) {
	cmd := g.command(dir, top, args...)
	output, err := cmd.Output()
	if err != nil {
		return "", explain(cmd, err)
	}
	return string(output), nil
}

// explain adds the first line of a git's standard error to err.
func explain(cmd *exec.Cmd, err error) error {
	line, _, _ := strings.Cut(strings.TrimSpace(string(*cmd.Stderr.(*head))), "\n")
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return errNoGit
	case line != "":
		return fmt.Errorf("%w: %s", err, line)
	}
	return err
}

var errNoGit = errors.New("git is not installed")

// head keeps the beginning of the text written to it.
type head []byte

func (h *head) Write(p []byte) (int, error) {
	*h = append(*h, p[:min(len(p), 4096-len(*h))]...)
	return len(p), nil
}

// isRepository reports whether the .git of a directory is a repository, or a link to one, as git
// decides it.
func isRepository(dir string) bool {
	marker := filepath.Join(dir, ".git")
	info, err := os.Stat(marker)
	if err != nil || !info.IsDir() {
		return err == nil
	}
	// An index alone is that of a damaged repository. HEAD may be a dangling symbolic link.
	_, noHead := os.Lstat(filepath.Join(marker, "HEAD"))
	_, noIndex := os.Lstat(filepath.Join(marker, "index"))
	return noHead == nil || noIndex == nil
}

// enclosing returns the repository that contains the directory dir, at the path p; nil when there is
// none, or when it ignores dir and with it everything below.
func (g *git) enclosing(dir, p string) *repository {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil
	}
	for top := dir; ; top = filepath.Dir(top) {
		if _, err := os.Lstat(filepath.Join(top, ".git")); err == nil {
			r := &repository{git: g, dir: dir, path: p, top: top}
			if top == dir {
				return r
			}
			if rule := r.rules([]string{"."})[0]; rule != "" {
				r.close()
				if p == "." {
					g.warn("the root is %s in the repository %s, so ignored directories are searched too", rule, top)
				}
				return nil
			}
			return r
		}
		if top == filepath.Dir(top) {
			return nil
		}
	}
}

// failed warns that the rules of r are not followed, and why.
func (g *git) failed(r *repository, err error) {
	switch {
	case g.ctx.Err() != nil:
	case errors.Is(err, errNoGit):
		g.missing.Do(func() { g.warn("git is not installed, so ignored directories are searched too") })
	default:
		g.warn("ask git for the ignored files of %s: %v", r.path, err)
	}
}

// checker is a running `git check-ignore`, which answers until its input ends.
//
// It does not use the index, in which it would search for every path: 11 ms a path with 100,000
// tracked files, against 0.04 ms. repository.tracks makes up for that.
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
	for i := range verdicts {
		var fields [4]string
		for j := range fields {
			s, err := c.out.ReadString(0)
			if err != nil {
				return nil, err
			}
			fields[j] = s[:len(s)-1]
		}
		verdicts[i] = verdict{fields[0], fields[1], fields[2]}
	}
	return verdicts, nil
}

// close ends git by ending its input.
func (c *checker) close() error {
	_ = c.in.Close()
	return c.cmd.Wait()
}
