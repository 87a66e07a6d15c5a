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

// recorder records every write.
type recorder struct{ writes []string }

func (r *recorder) Write(p []byte) (int, error) {
	r.writes = append(r.writes, string(p))
	return len(p), nil
}

// clock is moved by pass only.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Unix(1700000000, 0)} }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) pass(d time.Duration) { c.now = c.now.Add(d) }

func job(step, project string) *ui.Job { return &ui.Job{Step: step, Project: project} }

func size(columns, lines int) func() (int, int) {
	return func() (int, int) { return columns, lines }
}

// someOf sends the events of a run in which one job succeeds, one fails and one goes on.
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
		Verdict: "ok", Tone: ui.Good, Step: "build", Name: "libs/a", Duration: 2 * time.Second, Output: []byte("compiled\n"), Detail: true, Log: "a.log",
	}})
	s.Send(ui.Ended{Job: b, Failed: true, Block: ui.Block{
		Verdict: "FAILED", Tone: ui.Bad, Step: "build", Name: "libs/b", Note: "100% wrong", Duration: 2 * time.Second,
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

// Output finds the activity of a job in output that comes in any pieces.
func TestOutputActivity(t *testing.T) {
	activity := func(line string) (string, bool) { return strings.CutPrefix(line, "doing ") }
	for _, test := range []struct {
		pieces []string
		want   string
	}{
		{[]string{"doing one\n"}, "one"},
		{[]string{"doing one\ndoing two\nsomething else\n"}, "two"},
		{[]string{"doi", "ng o", "ne\ndoing t"}, "one"},
		{[]string{"doing t", "wo", "\n", "\n\nelse"}, "two"},
		{[]string{"doing \x1b[31mred\x1b[0m\n"}, "red"},
		{[]string{"doing it" + strings.Repeat("\nelse", 100) + "\n"}, ""}, // too many lines before it
		{[]string{strings.Repeat("x", 10000), "\ndoing it\n"}, "it"},
		{[]string{"doing one\n", strings.Repeat("x", 10000), "doing two\n", "else\n"}, "one"},
	} {
		rec := &recorder{}
		c := newClock()
		s := ui.New(ui.Options{Out: rec, Now: c.Now})
		s.Send(ui.RunBegan{})
		j := job("build", "a")
		s.Send(ui.Began{Job: j})
		w := s.Output(j, activity)
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

// The estimate is the duration of the jobs the last time, divided by the jobs that run at once and
// corrected by the finished jobs.
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
		{10, 0.5, ", about 40s left"}, // they take half as long now
		{10, 0.01, ", about 8s left"}, // the ratio is at least a tenth
		{6, 1, ", about 1m30s left"},  // unknown jobs count as the average
		{4, 1, ""},                    // too little is known
		{0, 1, ""},
	} {
		if got := status(test.known, test.pace); got != test.want {
			t.Errorf("%d known, pace %v: got %q, want %q", test.known, test.pace, got, test.want)
		}
	}
}
