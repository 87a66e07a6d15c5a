package ui_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// GitHub's runner finds our commands in the log, and none in the output of a tool.
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

// In a log that folds, the steps of a project are one group, printed after the last step, or at the
// end of the run.
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
			b.Tone, b.Note = ui.Bad, "status 1"
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
