package discover

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// killGrace is how long the pipes of a killed git may stay open, which they do
// when "git" is a wrapper whose own child goes on. Then os/exec closes them, and
// whoever reads from one comes back.
const killGrace = time.Second

// git starts git, and knows what it has running.
type git struct {
	ctx  context.Context
	env  []string
	warn func(format string, args ...any)

	mu      sync.Mutex
	missing bool
	running map[*repository]bool
}

func newGit(ctx context.Context, env []string, warn func(string, ...any)) *git {
	if env == nil {
		env = os.Environ()
	}
	return &git{ctx: ctx, env: gitEnv(env), warn: warn, running: map[*repository]bool{}}
}

// gitEnv drops what would point git at another repository, as it does in hooks
// and aliases, or would change how it talks, such as GIT_FLUSH=0, which keeps an
// answer back until git is asked more. What says where configuration is read
// from stays.
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

// command prepares a git that does nothing but read in a directory of the work
// tree that begins at top, whoever owns the files.
func (g *git) command(dir, top string, args ...string) *exec.Cmd {
	always := []string{"-c", "safe.directory=*", "-c", "core.fsmonitor=false"}
	if isRepository(top) {
		// Git before 2.38 heeds no safe.directory on a command line, and needs
		// none for a repository that is named.
		// See https://github.com/git/git/blob/v2.38.0/Documentation/RelNotes/2.38.0.txt
		always = append(always, "--git-dir="+filepath.Join(top, ".git"), "--work-tree="+top)
	}
	args = append(always, args...)
	cmd := exec.CommandContext(g.ctx, "git", args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = dir, g.env, killGrace
	return cmd
}

// isRepository says whether what is called .git in a directory is a repository,
// or a link to one, as git itself decides.
func isRepository(dir string) bool {
	marker := filepath.Join(dir, ".git")
	info, err := os.Stat(marker)
	if err != nil || !info.IsDir() {
		return err == nil
	}
	// An index alone tells of one that is damaged.
	return exists(marker, "HEAD") || exists(marker, "index")
}

func exists(dir, name string) bool {
	_, err := os.Lstat(filepath.Join(dir, name))
	return err == nil
}

// enclosing returns the repository that root lies in; nil when there is none or
// when it ignores root, as then it would ignore all there is.
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
			if rule, ok := r.ignores("."); ok {
				g.warn("the root is %s in the repository %s: what that ignores is looked at", rule, top)
				return nil
			}
			return r
		}
		if top == filepath.Dir(top) {
			return nil
		}
	}
}

// repository returns the one whose work tree begins at the absolute directory
// top, for questions about what is below dir, which is at path relative to the
// root. No process is started before the first question.
func (g *git) repository(dir, path, top string) *repository {
	return &repository{git: g, dir: dir, path: path, top: top}
}

// failed warns that the rules of r are not followed, and why.
func (g *git) failed(r *repository, err error) {
	if g.ctx.Err() != nil {
		return
	}
	if errors.Is(err, exec.ErrNotFound) {
		g.mu.Lock()
		defer g.mu.Unlock()
		if !g.missing {
			g.missing = true
			g.warn("git is not installed: what it would ignore is looked at")
		}
		return
	}
	g.warn("ask git what %s ignores: %v", r.path, err)
}

// stop ends every process that is left.
func (g *git) stop() {
	g.mu.Lock()
	left := make([]*repository, 0, len(g.running))
	for r := range g.running {
		left = append(left, r)
	}
	g.mu.Unlock()
	for _, r := range left {
		r.close()
	}
}
