package bench_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// usage is the time of a contender, by the clock and of the CPU; the latter with all its
// descendants.
type usage struct{ wall, cpu time.Duration }

// race is a number of projects and its contenders.
type race struct {
	kinds      []project
	count      int
	env        []string
	dir        string // in scratch: a home, and a store of detections
	contenders []contender
}

// after returns a new directory in which the contender has configured everything.
func (r *race) after(tb testing.TB, c contender) string {
	tb.Helper()
	dir := r.repository(tb, "kept")
	c.dir = dir
	r.run(tb, c)
	return dir
}

// repository returns a new directory with all projects, in a repository of git, as those of a team are.
func (r *race) repository(tb testing.TB, name string) string {
	tb.Helper()
	dir := scratchDir(tb, name)
	write(tb, dir, r.count, r.kinds...)
	must(tb, os.WriteFile(filepath.Join(dir, ".gitignore"), []byte("/build/\n"), 0o666))
	must(tb, exec.Command("git", "init", "-q", dir).Run())
	return dir
}

// run has a contender configure everything, checks that it did, and returns its usage and output.
func (r *race) run(tb testing.TB, c contender) (usage, string) {
	tb.Helper()
	dir := c.dir
	if dir == "" {
		dir = r.repository(tb, c.name)
	}
	store := c.store
	if store == "" {
		store = filepath.Join(dir, ".store") // hidden: discovery does not look into it
	}
	var out bytes.Buffer
	cmd := exec.Command(c.command[0], c.command[1:]...)
	cmd.Dir, cmd.Env = dir, slices.Concat(r.env, c.env, []string{"CMAKETARGETS_STORE=" + store})
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(c.input), &out, &out
	if c.edit != nil {
		must(tb, c.edit(dir))
	}
	start := time.Now()
	if err := cmd.Run(); err != nil {
		tb.Fatalf("run %s: %v\n%s", c.name, err, out.String())
	}
	u := usage{time.Since(start), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	var names []string
	for i := range r.count {
		names = append(names, fmt.Sprintf("p%04d", i))
	}
	configured(tb, dir, names)
	return u, out.String()
}
