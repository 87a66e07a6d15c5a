package ui_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// recorder keeps every write by itself.
type recorder struct{ writes []string }

func (r *recorder) Write(p []byte) (int, error) {
	r.writes = append(r.writes, string(p))
	return len(p), nil
}

// clock is a clock that only moves when it is told.
type clock struct{ now time.Time }

func newClock() *clock                 { return &clock{time.Unix(1700000000, 0)} }
func (c *clock) Now() time.Time        { return c.now }
func (c *clock) pass(d time.Duration)  { c.now = c.now.Add(d) }
func job(step, project string) *ui.Job { return &ui.Job{Step: step, Project: project} }
func size(columns, lines int) func() (int, int) {
	return func() (int, int) { return columns, lines }
}

// someOf sends what happens when a job fails, another goes well, and a third
// goes on; it leaves the run open.
func someOf(s *ui.Screen, c *clock) {
	a, b, d := job("build", "libs/a"), job("build", "libs/b"), job("configure", "::error::x\x1b[31m")
	s.Send(ui.RunBegan{})
	for _, j := range []*ui.Job{a, b, d} {
		s.Send(ui.Queued{Job: j})
	}
	s.Send(ui.Began{Job: a})
	s.Send(ui.Began{Job: b})
	c.pass(2 * time.Second)
	s.Send(ui.Ended{Job: a, Block: ui.Block{
		Verdict: "ok", Mood: ui.Good, Step: "build", Name: "libs/a", Duration: 2 * time.Second, Output: []byte("compiled\n"), Detail: true, Log: "a.log",
	}})
	s.Send(ui.Ended{Job: b, Failed: true, Block: ui.Block{
		Verdict: "FAILED", Mood: ui.Bad, Step: "build", Name: "libs/b", Note: "100% wrong", Duration: 2 * time.Second,
		Output: []byte("\x1b[1mb.c:1:1: \x1b[31merror:\x1b[K wrong\x1b[m\n::error::not a command\n##[error]neither\n"), Log: "b.log",
	}})
	s.Send(ui.Began{Job: d})
	s.Send(ui.Doing{Job: d, What: "Looking for stdio.h"})
	c.pass(40 * time.Second)
}

func TestScreenPlain(t *testing.T) {
	const still = `running     configure \x3a:error::x 40s Looking for stdio.h  (2 done, 1 running, 0 queued, 1 failed, 42s)` + "\n"
	for _, test := range []struct {
		name    string
		options ui.Options
		want    string
	}{
		{"nothing", ui.Options{}, `ok          build      libs/a  2.00s
FAILED      build      libs/b  2.00s  (100% wrong)
    | b.c:1:1: error: wrong
    | \x3a:error::not a command
    | #\x23[error]neither
` + still},
		{"colour", ui.Options{Colour: true}, "\x1b[32mok\x1b[0m          build      libs/a  2.00s\n" +
			"\x1b[1;31mFAILED\x1b[0m      build      libs/b  2.00s  (100% wrong)\n" +
			"    | \x1b[1mb.c:1:1: \x1b[31merror: wrong\x1b[m\x1b[0m\n" +
			"    | \\x3a:error::not a command\n    | \\x23#[error]neither\n" + still},
		{"GitHub", ui.Options{Fold: ui.GitHub}, `::group::ok          build      libs/a  2.00s
    | compiled
::endgroup::
::group::FAILED      build      libs/b  2.00s  (100%25 wrong)
    | b.c:1:1: error: wrong
    | \x3a:error::not a command
    | #\x23[error]neither
::endgroup::
` + still},
		{"GitLab", ui.Options{Fold: ui.GitLab}, "\x1b[0Ksection_start:1700000002:cmaketargets_1[collapsed=true]\r\x1b[0Kok          build      libs/a  2.00s\n" +
			"    | compiled\n\x1b[0Ksection_end:1700000002:cmaketargets_1\r\x1b[0K\n" +
			"\x1b[0Ksection_start:1700000002:cmaketargets_2[collapsed=true]\r\x1b[0KFAILED      build      libs/b  2.00s  (100% wrong)\n" +
			"    | b.c:1:1: error: wrong\n    | \\x3a:error::not a command\n    | \\x23#[error]neither\n" +
			"\x1b[0Ksection_end:1700000002:cmaketargets_2\r\x1b[0K\n" + still},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			c := newClock()
			test.options.Out, test.options.Now = &out, c.Now
			s := ui.New(test.options)
			someOf(s, c)
			s.Show()
			s.Send(ui.RunEnded{})
			want := strings.ReplaceAll(test.want, `#\x23[`, `\x23#[`)
			if diff := cmp.Diff(want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What GitHub's runner reads out of the log is what was meant, and nothing of a
// tool's.
func TestFoldGitHub(t *testing.T) {
	var out bytes.Buffer
	c := newClock()
	s := ui.New(ui.Options{Out: &out, Fold: ui.GitHub, Now: c.Now})
	someOf(s, c)
	s.Send(ui.RunEnded{})
	var got []string
	for line := range strings.Lines(out.String()) {
		line = strings.TrimLeft(line, " \t")
		if m := regexp.MustCompile(`^::(\w+)(?: [^:]*)?::(.*)`).FindStringSubmatch(line); m != nil {
			got = append(got, m[1]+" "+strings.NewReplacer("%25", "%", "%0D", "\r", "%0A", "\n").Replace(m[2]))
		}
		if strings.Contains(line, "##[") {
			t.Errorf("the runner obeys %q", line)
		}
	}
	want := []string{"group ok          build      libs/a  2.00s", "endgroup ", "group FAILED      build      libs/b  2.00s  (100% wrong)", "endgroup "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestScreenVerbose(t *testing.T) {
	var out bytes.Buffer
	s := ui.New(ui.Options{Out: &out, Verbose: true})
	s.Send(ui.RunBegan{})
	j := job("build", "a")
	j.Variant = "Debug"
	s.Send(ui.Began{Job: j})
	w := s.Output(j, func(string) (string, bool) { return "", false })
	for _, piece := range []string{"one\ntw", "o\r\n", "\n10%\r99%\n", strings.Repeat("x", 5000) + "\n", "last"} {
		fmt.Fprint(w, piece)
	}
	w.Close()
	s.Send(ui.RunEnded{})
	want := []string{"one", "two", "", "99%", strings.Repeat("x", 4096), strings.Repeat("x", 904), "last", ""}
	for i, line := range want[:len(want)-1] {
		want[i] = "build a [Debug] | " + line
	}
	if diff := cmp.Diff(strings.Join(want, "\n"), out.String()); diff != "" {
		t.Error(diff)
	}
}

// Output finds what a job does now, however the output comes in pieces.
func TestOutputDoing(t *testing.T) {
	read := func(line string) (string, bool) { return strings.CutPrefix(line, "doing ") }
	for _, test := range []struct {
		pieces []string
		want   string
	}{
		{[]string{"doing one\n"}, "one"},
		{[]string{"doing one\ndoing two\nsomething else\n"}, "two"},
		{[]string{"doi", "ng o", "ne\ndoing t"}, "one"},
		{[]string{"doing t", "wo", "\n", "\n\nelse"}, "two"},
		{[]string{"doing \x1b[31mred\x1b[0m\n"}, "red"},
		{[]string{"doing it" + strings.Repeat("\nelse", 100) + "\n"}, ""}, // nobody would see it
		{[]string{strings.Repeat("x", 10000), "\ndoing it\n"}, "it"},
		{[]string{"doing one\n", strings.Repeat("x", 10000), "doing two\n", "else\n"}, "one"},
	} {
		rec := &recorder{}
		c := newClock()
		s := ui.New(ui.Options{Out: rec, Now: c.Now})
		s.Send(ui.RunBegan{})
		j := job("build", "a")
		s.Send(ui.Began{Job: j})
		w := s.Output(j, read)
		for _, piece := range test.pieces {
			fmt.Fprint(w, piece)
		}
		w.Close()
		s.Show()
		s.Send(ui.RunEnded{})
		want := strings.TrimSuffix("running     build a 0s "+test.want, " ") + "  (0 done, 1 running, 0 queued, 0 failed, 0s)\n"
		if got := strings.Join(rec.writes, ""); got != want {
			t.Errorf("%q: got %q, want %q", test.pieces, got, want)
		}
	}
}

// Whatever ends the process between two writes, the terminal is as it was: each
// write gives back what it takes.
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

// The estimate is what the jobs took the last time, shared among those that run
// at once and corrected by how it goes.
func TestEstimate(t *testing.T) {
	status := func(known int, pace float64) string {
		rec := &recorder{}
		c := newClock()
		s := ui.New(ui.Options{Out: rec, Now: c.Now, Live: true, Size: size(100, 40)})
		s.Send(ui.RunBegan{})
		jobs := make([]*ui.Job, 10)
		for i := range jobs {
			jobs[i] = job("build", fmt.Sprint("p", i))
			if i < known {
				jobs[i].Expected = func() time.Duration { return 20 * time.Second }
			}
			s.Send(ui.Queued{Job: jobs[i]})
		}
		s.Send(ui.Began{Job: jobs[0]})
		s.Send(ui.Began{Job: jobs[1]})
		s.Show()
		c.pass(time.Duration(pace * float64(20*time.Second)))
		s.Send(ui.Ended{Job: jobs[0]})
		s.Send(ui.Ended{Job: jobs[1]})
		s.Send(ui.Began{Job: jobs[2]})
		s.Send(ui.Began{Job: jobs[3]})
		s.Show()
		s.Send(ui.RunEnded{})
		all := strings.Join(rec.writes, "")
		if first := "0 done, 2 running, 8 queued, 0 failed, 0s, about 1m30s left"; known == len(jobs) && !strings.Contains(all, first) {
			t.Errorf("no %q in %q", first, all)
		}
		m := regexp.MustCompile(`2 done, 2 running, 6 queued, 0 failed, \w+(, about \w+ left)?`).FindStringSubmatch(all)
		if m == nil {
			t.Fatalf("no status line in %q", all)
		}
		return m[1]
	}
	for _, test := range []struct {
		known int
		pace  float64
		want  string
	}{
		{10, 1, ", about 1m30s left"}, // 8 jobs of 20 s, two at once: 80 s
		{10, 0.5, ", about 40s left"}, // they take half as long today
		{10, 0.01, ", about 8s left"}, // nothing to do; not believed beyond a tenth
		{6, 1, ", about 1m30s left"},  // the others count as the average
		{4, 1, ""},                    // too little is known
		{0, 1, ""},
	} {
		if got := status(test.known, test.pace); got != test.want {
			t.Errorf("%d known, pace %v: got %q, want %q", test.known, test.pace, got, test.want)
		}
	}
}

func TestDigest(t *testing.T) {
	var many []string
	for i := range 12 {
		many = append(many, fmt.Sprint("libs/p", i))
	}
	digest := ui.Digest{
		Failures: []ui.Failure{
			{
				Step: "build", Names: many, Error: "a.c:3:5: boom", Context: []string{"     2 | int b;", ">    3 | int a = b"}, More: 2,
				Hint: "apt-get install it", Log: "a.log", Paste: "env API_TOKEN=... cmake --build a", FillIn: []string{"API_TOKEN", "KEY"},
			},
			{Step: "test", Names: []string{"a"}, Error: "one (Failed)", More: 1, Others: []string{"##[error]"}},
			{Step: "test", Names: []string{"b"}, Error: "one (Failed)", More: 400, Others: many},
		},
		Cancelled: []string{"build x"}, Unbegun: 3, Cause: "interrupted",
		Warnings: []ui.Count{{Where: "libs/a", N: 12}, {Where: "libs/b", N: 1}},
		Slowest:  []ui.Slow{{What: "build x", Took: 90 * time.Second}, {What: "build y", Took: 30 * time.Second}},
		Total:    3 * time.Minute,
	}
	const wide = `
FAILED  build libs/p0, libs/p1, libs/p2, libs/p3, libs/p4, libs/p5, libs/p6, libs/p7, libs/p8, libs/p9 and 2 more
  a.c:3:5: boom
         2 | int b;
    >    3 | int a = b
  and 2 more errors
  hint: apt-get install it
  log: a.log
  run: env API_TOKEN=... cmake --build a
       fill in API_TOKEN, KEY

FAILED  test a
  one (Failed)
  and 1 more: \x23#[error]

FAILED  test b
  one (Failed)
  and 400 more: libs/p0, libs/p1, libs/p2, libs/p3, libs/p4, libs/p5, libs/p6, libs/p7, libs/p8, libs/p9, ...

cancelled  build x; 3 not begun  (interrupted)

new warnings
    12  libs/a
     1  libs/b

slowest
    1m30s   50%  build x
    30.0s   17%  build y

`
	// On a terminal a row ends between two names.
	narrow := strings.NewReplacer(
		"libs/p2, libs/p3", "libs/p2,\n    libs/p3", "libs/p6, libs/p7", "libs/p6,\n    libs/p7", "begun  (", "begun\n    (",
	).Replace(wide)
	for _, test := range []struct {
		columns int
		want    string
	}{{0, wide}, {200, wide}, {42, narrow}} {
		var out bytes.Buffer
		o := ui.Options{Out: &out}
		if test.columns > 0 {
			o.Size = size(test.columns, 40)
		}
		ui.New(o).Digest(digest)
		if diff := cmp.Diff(test.want, out.String()); diff != "" {
			t.Errorf("in %d columns:\n%s", test.columns, diff)
		}
	}
}

// In the live view a project has one line, for all of its steps; one that fails
// has it at once, and what that keeps from happening is not worth another. Where
// not all went well it says of which step it speaks.
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
	end := func(name, verdict string, mood ui.Mood, took time.Duration, quiet bool) {
		step, project, _ := strings.Cut(name, " ")
		s.Send(ui.Ended{Job: jobs[name], Failed: mood == ui.Bad, Cancelled: verdict == "cancelled", Quiet: quiet, Block: ui.Block{
			Verdict: verdict, Mood: mood, Step: step, Name: project, Duration: took, Output: []byte("its output"), Log: "log",
		}})
	}
	end("configure a", "ok", ui.Good, time.Second, false)
	end("configure b", "FAILED", ui.Bad, time.Second, false)
	end("configure c", "up to date", ui.Faint, 0, true)
	end("build a", "ok", ui.Good, 2*time.Second, false)
	end("test a", "skipped", ui.Odd, 0, false)
	end("build b", "skipped", ui.Odd, 0, false)
	end("build c", "ok", ui.Good, 3*time.Second, false)
	end("configure g", "ok", ui.Good, time.Second, false)
	end("build g", "FAILED", ui.Bad, 2*time.Second, false)
	end("configure e", "ok", ui.Good, time.Second, false)
	end("build e", "cancelled", ui.Odd, 2*time.Second, false)
	end("test e", "cancelled", ui.Odd, 0, true)
	end("configure f", "ok", ui.Good, time.Second, false)
	end("build f", "ok", ui.Good, 2*time.Second, false)
	end("test f", "cancelled", ui.Odd, 0, true)
	end("configure d", "cancelled", ui.Odd, 0, true)
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

// A line that scrolls above the live view takes one row, and less is said of
// what matters less.
func TestLiveHead(t *testing.T) {
	head := func(columns int, b ui.Block) string {
		rec := &recorder{}
		s := ui.New(ui.Options{Out: rec, Live: true, Size: size(columns, 24)})
		s.Send(ui.RunBegan{})
		s.Block(b)
		s.Send(ui.RunEnded{})
		return strings.TrimSuffix(strings.Join(rec.writes, ""), "\n")
	}
	long := ui.Block{Verdict: "FAILED", Mood: ui.Bad, Step: "configure", Name: "some/long\tpath/to/lib", Duration: time.Second, Note: "cmake exited with status 1"}
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

// Where the log folds, what the steps of a project printed is one group, when
// the last of them is over; what never is comes at the end of the run.
func TestFoldByProject(t *testing.T) {
	var out bytes.Buffer
	c := newClock()
	s := ui.New(ui.Options{Out: &out, Fold: ui.GitHub, Now: c.Now})
	s.Send(ui.RunBegan{})
	jobs := map[string]*ui.Job{}
	for _, name := range []string{"configure a", "build a", "test a", "configure b", "build b", "configure c", "build c", "build d", "test d", "configure e", "build e", "test e"} {
		step, project, _ := strings.Cut(name, " ")
		jobs[name] = job(step, project)
		s.Send(ui.Queued{Job: jobs[name]})
	}
	end := func(name, verdict string, took time.Duration, output string) {
		step, project, _ := strings.Cut(name, " ")
		b := ui.Block{Verdict: verdict, Step: step, Name: project, Duration: took, Output: []byte(output), Detail: true, Log: "log"}
		if verdict == "FAILED" {
			b.Mood, b.Note = ui.Bad, "status 1"
		}
		s.Send(ui.Ended{Job: jobs[name], Failed: verdict == "FAILED", Cancelled: verdict == "cancelled", Quiet: verdict == "up to date" || verdict == "cancelled", Block: b})
	}
	end("configure a", "ok", time.Second, "of configure\n")
	end("configure b", "ok", time.Second, "of configure\n")
	end("configure c", "up to date", 0, "")
	end("build a", "ok", 2*time.Second, "of build\n::error::not a command\n")
	end("build b", "FAILED", time.Second, "boom\n")
	end("build c", "ok", time.Second, "alone\n")
	end("test a", "skipped", 0, "")
	end("build d", "ok", time.Second, "left over\n")
	end("configure e", "ok", time.Second, "")
	end("build e", "ok", 2*time.Second, "compiled\n")
	end("test e", "cancelled", 0, "")
	s.Send(ui.RunEnded{})
	want := `::group::FAILED      build      b  1.00s  (status 1)
ok          configure  b  1.00s
    | of configure
FAILED      build      b  1.00s  (status 1)
    | boom
::endgroup::
::group::ok          build      c  1.00s
    | alone
::endgroup::
::group::ok          a  3.00s  (configure 1.00s, build 2.00s)
ok          configure  a  1.00s
    | of configure
ok          build      a  2.00s
    | of build
    | \x3a:error::not a command
skipped     test       a
::endgroup::
::group::ok          build      e  2.00s
ok          configure  e  1.00s
ok          build      e  2.00s
    | compiled
::endgroup::
::group::ok          build      d  1.00s
    | left over
::endgroup::
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
