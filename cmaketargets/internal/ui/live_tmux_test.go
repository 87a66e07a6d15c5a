//go:build !windows

package ui_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// ends is the output of play at its end.
const ends = "\n\ncancelled  build x; 2 not begun  (interrupted)\n\nthe summary"

func TestLive(t *testing.T) {
	t.Parallel()
	term := newTerminal(t, 80, 24)
	term.play("queue libs/a", "queue libs/漢字", "queue libs/e\u0301te\u0301", "queue d", "begin libs/a", "begin libs/漢字", "begin libs/e\u0301te\u0301",
		"doing libs/a [1/9] Building a", "doing libs/漢字 [2/9] Building b", "doing libs/e\u0301te\u0301 [3/9] Building c\twith a tab\x1b[2J")
	shown := term.until("3 running", "1 queued")
	var columns []int
	for _, line := range strings.Split(shown, "\n") {
		if before, _, ok := strings.Cut(line, "["); ok {
			columns = append(columns, ui.Width(before))
		}
	}
	if len(columns) != 3 || columns[0] != columns[1] || columns[1] != columns[2] {
		t.Errorf("the activities begin in the columns %v:\n%s", columns, shown)
	}
	if !strings.Contains(shown, `[3/9] Building c with a tab\e[2J`) {
		t.Errorf("got\n%s", shown)
	}
	term.play("end libs/a", "begin d", "fail libs/漢字")
	term.until("1 failed", "2 running", "build  d ")
	term.play("others")
	term.until("a line of another program")
	term.play("end libs/e\u0301te\u0301", "end d", "over")
	want := "ok          build      libs/a  1.00s\nFAILED      build      libs/漢字  1.00s\na line of another program\n" +
		"ok          build      libs/e\u0301te\u0301  1.00s\nok          build      d  1.00s" + ends
	if got := term.finish(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// More jobs than lines, on a terminal of 20 columns.
func TestLiveCrowd(t *testing.T) {
	t.Parallel()
	term := newTerminal(t, 20, 12)
	term.play("queue some/long/path/p*200", "begin some/long/path/p*200", "doing some/long/path/p*200 [1/9] Building a")
	shown := term.until("and 196 more", "0 failed")
	_, view, _ := strings.Cut(shown, "earlier 30\n\n")
	lines := strings.Split(strings.TrimSpace(view), "\n")
	if len(lines) != 6 {
		t.Errorf("the view has %d lines, want 6:\n%s", len(lines), shown)
	}
	if !strings.Contains(lines[3], "…me/long/path/p4 0s") {
		t.Errorf("line 4 does not show the end of the path:\n%s", shown)
	}
	var want []string
	for i := range 200 {
		name := fmt.Sprintf("some/long/path/p%d", i+1) // the ends differ
		want = append(want, "ok …"+name[len(name)-9:]+" 1.00s")
	}
	term.play("end some/long/path/p*200", "over")
	ends := strings.ReplaceAll(strings.ReplaceAll(ends, "begun  (", "begun\n    ("), "; ", ";\n    ")
	if got := term.finish(); got != strings.Join(want, "\n")+ends {
		t.Errorf("got\n%s", got)
	}
}

// No piece of an old view stays when the size of the terminal changes. Between the sizes jobs end
// until the view is at the bottom again: tmux pushes lines above empty lines out of the top when it
// wraps lines.
func TestLiveResized(t *testing.T) {
	t.Parallel()
	term := newTerminal(t, 100, 24)
	term.play("begin libs/p*8", "doing libs/p*8 [17/120] Building CXX object CMakeFiles/p.dir/source/of/a/long/name.cpp.o")
	sizes := []struct{ columns, lines int }{{100, 24}, {60, 24}, {40, 24}, {20, 24}, {120, 24}, {60, 20}, {80, 40}, {80, 24}, {41, 24}}
	for i, size := range sizes {
		term.resize(size.columns, size.lines)
		term.wait(term.shown, func(shown string) bool {
			return strings.Count(shown, "0 failed") == 1 && strings.Count(shown, "libs/p1 ") == 1 && strings.Count(shown, "libs/p8 ") == 1
		}, fmt.Sprintf("the whole view at %v", size))
		term.play(fmt.Sprintf("begin q%d-*30", i), fmt.Sprintf("end q%d-*30", i))
		term.wait(term.all, func(all string) bool { return strings.Contains(all, fmt.Sprintf(" q%d-30 ", i)) }, "the last job that ended")
		term.wait(term.shown, func(shown string) bool {
			return strings.Count(shown, "0 failed") == 1 && strings.Count(shown, "libs/p1 ") == 1
		}, fmt.Sprintf("one view at %v", size))
	}
	term.play("end libs/p*8", "over")
	got := term.finish()
	for _, piece := range []string{"Building", "0 failed", "running", "…"} {
		if strings.Contains(got, piece) {
			t.Errorf("%q is still there:\n%s", piece, got)
		}
	}
	if n := strings.Count(got, "ok "); n != 8+30*len(sizes) {
		t.Errorf("%d lines of jobs that ended, want %d:\n%s", n, 8+30*len(sizes), got)
	}
}

// An interrupt erases the view at once, because a second one ends the process.
func TestLiveInterrupted(t *testing.T) {
	t.Parallel()
	term := newTerminal(t, 80, 24)
	term.play("begin a", "begin b")
	term.until("2 running")
	term.play("stop", "end a")
	if shown := term.until("ok          build      a"); strings.Contains(shown, "queued") {
		t.Errorf("the view is still there:\n%s", shown)
	}
	term.play("end b", "over")
	want := "interrupted: ending 2 running steps\nok          build      a  1.00s\nok          build      b  1.00s" + ends
	if got := term.finish(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLivePanic(t *testing.T) {
	t.Parallel()
	term := newTerminal(t, 80, 40)
	term.play("begin a")
	term.until("1 running")
	term.play("panic")
	if got := term.finish(); !strings.Contains(got, "panic: on purpose") {
		t.Errorf("got\n%s", got)
	}
}
