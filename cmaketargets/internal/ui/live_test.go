package ui_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// Each write restores the terminal, because the process may end between any two.
func TestLiveWritesAreWhole(t *testing.T) {
	rec := &recorder{}
	c := newClock()
	s := ui.New(ui.Options{Out: rec, Now: c.Now, Live: true, Size: size(80, 24)})
	someOf(s, c)
	s.Show()
	c.pass(time.Second)
	s.Show()
	s.Line("a line")
	s.Show()
	s.Send(ui.Stopping{Cause: "interrupted"})
	s.Send(ui.RunEnded{})
	s.Line("after it")
	if len(rec.writes) < 4 {
		t.Fatalf("only %d writes", len(rec.writes))
	}
	for _, w := range rec.writes {
		for _, pair := range [][2]string{{"\x1b[?25l", "\x1b[?25h"}, {"\x1b[?7l", "\x1b[?7h"}} {
			if strings.Count(w, pair[0]) != strings.Count(w, pair[1]) || strings.LastIndex(w, pair[0]) > strings.LastIndex(w, pair[1]) {
				t.Errorf("%q does not end with %q", w, pair[1])
			}
		}
	}
	if last := rec.writes[len(rec.writes)-1]; last != "after it\n" {
		t.Errorf("after the run %q is written", last)
	}
}

// Nothing is drawn when nothing changed.
func TestLiveIdle(t *testing.T) {
	rec := &recorder{}
	c := newClock()
	s := ui.New(ui.Options{Out: rec, Now: c.Now, Live: true, Size: size(80, 24)})
	someOf(s, c)
	s.Show()
	drawn := len(rec.writes)
	s.Show()
	c.pass(100 * time.Millisecond)
	s.Show()
	if len(rec.writes) != drawn {
		t.Errorf("drawn again: %q", rec.writes[drawn:])
	}
	c.pass(time.Second)
	s.Show()
	if len(rec.writes) != drawn+1 {
		t.Errorf("drawn %d times after a second, want once", len(rec.writes)-drawn)
	}
	s.Send(ui.RunEnded{})
}

// The lines of the live view fit, whatever the width.
func TestLiveFits(t *testing.T) {
	for columns := 20; columns <= 130; columns++ {
		rec := &recorder{}
		c := newClock()
		s := ui.New(ui.Options{Out: rec, Now: c.Now, Live: true, Size: size(columns, 40)})
		s.Send(ui.RunBegan{})
		for _, project := range []string{"a", "libs/漢字漢字漢字漢字漢字漢字漢字/漢字漢字漢字", strings.Repeat("e\u0301", 70), "some/very/long/path/that/goes/on/and/on/to/the/end"} {
			j := job("configure", project)
			s.Send(ui.Began{Job: j})
			s.Send(ui.Doing{Job: j, What: "[17/120] Building CXX object CMakeFiles/漢字漢字漢字漢字漢字漢字漢字漢字漢字.cpp.o"})
		}
		c.pass(100 * time.Minute)
		s.Show()
		s.Send(ui.RunEnded{})
		view := regexp.MustCompile(`\x1b\[\??\d*[A-Za-z]`).Split(rec.writes[0], -1)
		lines := 0
		for _, line := range view {
			if line = strings.Trim(line, "\r\n"); line == "" {
				continue
			}
			lines++
			if width := ui.Width(line); width >= columns {
				t.Errorf("at %d columns %q takes %d", columns, line, width)
			}
		}
		if lines != 5 {
			t.Fatalf("at %d columns there are %d lines, want 5: %q", columns, lines, rec.writes[0])
		}
	}
}

// In the live view a project has one line for all of its steps. A project that fails has its line at
// once, and none for the steps skipped by that. Where a step did not succeed the line names it.
func TestLiveProjects(t *testing.T) {
	rec := &recorder{}
	c := newClock()
	s := ui.New(ui.Options{Out: rec, Now: c.Now, Live: true, Size: size(80, 24)})
	s.Send(ui.RunBegan{})
	jobs := map[string]*ui.Job{}
	for _, name := range []string{
		"configure a", "build a", "test a", "configure b", "build b", "configure c", "build c", "configure d",
		"configure e", "build e", "test e", "configure f", "build f", "test f", "configure g", "build g",
	} {
		step, project, _ := strings.Cut(name, " ")
		jobs[name] = job(step, project)
		s.Send(ui.Queued{Job: jobs[name]})
	}
	end := func(name, verdict string, tone ui.Tone, took time.Duration, quiet bool) {
		step, project, _ := strings.Cut(name, " ")
		s.Send(ui.Ended{Job: jobs[name], Failed: tone == ui.Bad, Cancelled: verdict == "cancelled", Quiet: quiet, Block: ui.Block{
			Verdict: verdict, Tone: tone, Step: step, Name: project, Duration: took, Output: []byte("its output"), Log: "log",
		}})
	}
	end("configure a", "ok", ui.Good, time.Second, false)
	end("configure b", "FAILED", ui.Bad, time.Second, false)
	end("configure c", "up to date", ui.Faint, 0, true)
	end("build a", "ok", ui.Good, 2*time.Second, false)
	end("test a", "skipped", ui.Caution, 0, false)
	end("build b", "skipped", ui.Caution, 0, false)
	end("build c", "ok", ui.Good, 3*time.Second, false)
	end("configure g", "ok", ui.Good, time.Second, false)
	end("build g", "FAILED", ui.Bad, 2*time.Second, false)
	end("configure e", "ok", ui.Good, time.Second, false)
	end("build e", "cancelled", ui.Caution, 2*time.Second, false)
	end("test e", "cancelled", ui.Caution, 0, true)
	end("configure f", "ok", ui.Good, time.Second, false)
	end("build f", "ok", ui.Good, 2*time.Second, false)
	end("test f", "cancelled", ui.Caution, 0, true)
	end("configure d", "cancelled", ui.Caution, 0, true)
	s.Send(ui.RunEnded{})
	want := `FAILED      configure  b  1.00s
ok          a  3.00s  (configure 1.00s, build 2.00s)
ok          build      c  3.00s
FAILED      build      g  2.00s
cancelled   build      e  2.00s
ok          build      f  2.00s
`
	if diff := cmp.Diff(want, strings.Join(rec.writes, "")); diff != "" {
		t.Error(diff)
	}
}

// A line above the live view takes one row. The parts that matter least go first.
func TestLiveHead(t *testing.T) {
	head := func(columns int, b ui.Block) string {
		rec := &recorder{}
		s := ui.New(ui.Options{Out: rec, Live: true, Size: size(columns, 24)})
		s.Send(ui.RunBegan{})
		s.Block(b)
		s.Send(ui.RunEnded{})
		return strings.TrimSuffix(strings.Join(rec.writes, ""), "\n")
	}
	long := ui.Block{Verdict: "FAILED", Tone: ui.Bad, Step: "configure", Name: "some/long\tpath/to/lib", Duration: time.Second, Note: "cmake exited with status 1"}
	short := ui.Block{Verdict: "ok", Name: "apps/ok1", Duration: 2320 * time.Millisecond, Note: "configure 0.06s, build 0.36s, test 1.90s"}
	for _, test := range []struct {
		columns int
		block   ui.Block
		want    string
	}{
		{200, long, "FAILED      configure  some/long\tpath/to/lib  1.00s  (cmake exited with status 1)"},
		{83, long, "FAILED      configure  some/long\tpath/to/lib  1.00s  (cmake exited with status 1)"},
		{80, long, "FAILED      configure  some/long path/to/lib  1.00s"},
		{52, long, "FAILED      configure  some/long path/to/lib  1.00s"},
		{51, long, "FAILED configure some/long path/to/lib 1.00s"},
		{40, long, "FAILED configure …ong path/to/lib 1.00s"},
		{30, long, "FAILED …ong path/to/lib 1.00s"},
		{20, long, "FAILED …o/lib 1.00s"},
		{18, long, "FAILED …th/to/lib"},
		{80, short, "ok          apps/ok1  2.32s  (configure 0.06s, build 0.36s, test 1.90s)"},
		{40, short, "ok          apps/ok1  2.32s"},
		{20, short, "ok apps/ok1 2.32s"},
	} {
		if got := head(test.columns, test.block); got != test.want {
			t.Errorf("in %d columns got\n%s\nwant\n%s", test.columns, got, test.want)
		}
	}
	for columns := 20; columns <= 130; columns++ {
		for _, verdict := range []string{"ok", "FAILED", "cancelled", "up to date"} {
			for _, name := range []string{"a", "libs/漢字漢字漢字漢字漢字漢字漢字/漢字漢字漢字", strings.Repeat("e\u0301", 70), "some/very/long/path/that/goes/on [Release]"} {
				got := head(columns, ui.Block{Verdict: verdict, Step: "configure", Name: name, Duration: 121 * time.Minute, Note: "because"})
				if ui.Width(got) >= columns || !strings.HasPrefix(got, verdict+" ") || got[len(got)-1] == ' ' {
					t.Errorf("in %d columns: %q", columns, got)
				}
			}
		}
	}
}
