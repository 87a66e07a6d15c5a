package discover

import (
	"context"
	"errors"
	"fmt"
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
	if env == nil {
		env = os.Environ()
	}
	return &git{ctx: ctx, env: gitEnv(env), warn: warn}
}

// gitEnv removes variables that would select another repository, as hooks and aliases set them, or
// change the output: GIT_FLUSH=0 delays an answer until the next question. The variables that select
// configuration files stay.
func gitEnv(env []string) []string {
	var kept []string
	for _, kv := range env {
		config := strings.HasPrefix(kv, "GIT_CONFIG_") && !strings.HasPrefix(kv, "GIT_CONFIG_PARAMETERS=")
		if !strings.HasPrefix(kv, "GIT_") || config || strings.HasPrefix(kv, "GIT_EXEC_PATH=") {
			kept = append(kept, kv)
		}
	}
	return kept
}

// command returns a git that only reads, in a directory of the work tree that begins at top, whoever
// owns the files. Its standard error is a *head.
func (g *git) command(dir, top string, args ...string) *exec.Cmd {
	always := []string{"-c", "safe.directory=*", "-c", "core.fsmonitor=false"}
	if isRepository(top) {
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

// enclosing returns the repository that contains root; nil when there is none, or when it ignores
// root and with it everything below.
func (g *git) enclosing(root string) *repository {
	dir, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil
	}
	for top := dir; ; top = filepath.Dir(top) {
		if _, err := os.Lstat(filepath.Join(top, ".git")); err == nil {
			r := g.repository(dir, ".", top)
			if top == dir {
				return r
			}
			if rule := r.rules([]string{"."})[0]; rule != "" {
				r.close()
				g.warn("the root is %s in the repository %s, so ignored directories are searched too", rule, top)
				return nil
			}
			return r
		}
		if top == filepath.Dir(top) {
			return nil
		}
	}
}

// repository returns the one whose work tree begins at the absolute directory top, for questions
// about paths below dir, whose path relative to the root is path. The first question starts git.
func (g *git) repository(dir, path, top string) *repository {
	return &repository{git: g, dir: dir, path: path, top: top}
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
