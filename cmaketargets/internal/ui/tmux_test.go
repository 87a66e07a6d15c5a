//go:build !windows

package ui_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// terminal is a tmux session in which play runs.
type terminal struct {
	*testing.T
	socket string
	pipe   *os.File // to play
}

// newTerminal starts play in a terminal of that size, below 30 lines of other output.
func newTerminal(t *testing.T, columns, lines int, env ...string) *terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil && os.Getenv("CI") == "" {
		t.Skip("tmux is not in PATH; go tool mage setup installs it")
	}
	// The path of a socket must be short.
	dir, err := os.MkdirTemp("", "ui")
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{T: t, socket: filepath.Join(dir, "tmux")}
	t.Cleanup(func() {
		_ = exec.Command("tmux", "-S", term.socket, "kill-server").Run()
		_ = os.RemoveAll(dir)
	})
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	env = append([]string{"UI_TEST_PLAY=" + fifo, "UI_TEST_PROGRESS=live", "CI=", "NO_COLOR=1"}, env...)
	shell := "seq -f 'earlier %.0f' 30; env " + strings.Join(env, " ") + " " + self + "; echo status $?; exec sleep 1000"
	term.tmux("-f", "/dev/null", "new-session", "-d", "-x", strconv.Itoa(columns), "-y", strconv.Itoa(lines), shell)
	if term.pipe, err = os.OpenFile(fifo, os.O_WRONLY, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = term.pipe.Close() })
	return term
}

func (t *terminal) tmux(args ...string) string {
	t.Helper()
	out, err := exec.Command("tmux", append([]string{"-S", t.socket}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("tmux %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// play sends lines to play.
func (t *terminal) play(lines ...string) {
	t.Helper()
	if _, err := t.pipe.WriteString(strings.Join(lines, "\n") + "\n"); err != nil {
		t.Fatal(err)
	}
}

// resize changes the size of the terminal. tmux passes it on at most every 250 ms.
func (t *terminal) resize(columns, lines int) {
	t.Helper()
	t.tmux("resize-window", "-x", strconv.Itoa(columns), "-y", strconv.Itoa(lines))
	time.Sleep(400 * time.Millisecond)
}

// shown returns the text on the terminal.
func (t *terminal) shown() string { return t.tmux("capture-pane", "-p") }

// all returns the text on the terminal and in its history, with wrapped lines joined.
func (t *terminal) all() string { return t.tmux("capture-pane", "-p", "-J", "-S", "-") }

// wait returns the text of capture once it fulfils a condition.
func (t *terminal) wait(capture func() string, fulfils func(text string) bool, condition string) string {
	t.Helper()
	var text string
	for range 400 {
		if text = capture(); fulfils(text) {
			return text
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("%s: not on the terminal, which shows\n%s", condition, text)
	return ""
}

// until waits until the terminal shows all of the texts.
func (t *terminal) until(texts ...string) string {
	t.Helper()
	return t.wait(t.shown, func(shown string) bool {
		for _, text := range texts {
			if !strings.Contains(shown, text) {
				return false
			}
		}
		return true
	}, strings.Join(texts, ", "))
}

// sane fails unless the cursor is visible and long lines wrap.
func (t *terminal) sane() {
	t.Helper()
	if flags := t.tmux("display-message", "-p", "#{cursor_flag}#{wrap_flag}"); flags != "11\n" {
		t.Errorf("cursor and wrapping are %q, want 11", flags)
	}
}

// finish ends play and returns the text below the lines of newTerminal, which must be unchanged.
func (t *terminal) finish() string {
	t.Helper()
	_ = t.pipe.Close()
	t.until("status ")
	t.sane()
	all := t.all()
	before, after, ok := strings.Cut(all, "earlier 30\n")
	if !ok || strings.Count(before, "earlier") != 29 {
		t.Errorf("the earlier lines are damaged:\n%s", all)
	}
	after, _, _ = strings.Cut(after, "status ")
	return strings.TrimSpace(strings.ReplaceAll(after, " \n", "\n"))
}
