package ui_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// play drives a screen on standard output by the lines of a named pipe:
//
//	queue NAME, begin NAME, end NAME, fail NAME
//	doing NAME TEXT
//	stop        the run is interrupted
//	others      another program prints a line
//	over        the run ends, with a digest
//	panic
//
// Names are names of projects. NAME*3 means NAME1, NAME2 and NAME3.
func play(fifo string) error {
	in, err := os.Open(fifo)
	if err != nil {
		return err
	}
	s := ui.New(ui.OptionsFor(os.Stdout, os.Environ(), ui.Progress(os.Getenv("UI_TEST_PROGRESS"))))
	s.Send(ui.RunBegan{})
	jobs := map[string]*ui.Job{}
	each := func(name string, do func(*ui.Job)) {
		names := []string{name}
		if base, count, ok := strings.Cut(name, "*"); ok {
			n := 0
			fmt.Sscan(count, &n)
			names = nil
			for i := range n {
				names = append(names, fmt.Sprint(base, i+1))
			}
		}
		for _, name := range names {
			if jobs[name] == nil {
				jobs[name] = &ui.Job{Step: "build", Project: name}
			}
			do(jobs[name])
		}
	}
	ended := func(verdict string, failed bool) func(*ui.Job) {
		return func(j *ui.Job) {
			b := ui.Block{Verdict: verdict, Step: "build", Name: j.Project, Duration: time.Second, Output: []byte("its output"), Log: "log", Detail: !failed}
			s.Send(ui.Ended{Job: j, Failed: failed, Block: b})
		}
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		verb, rest, _ := strings.Cut(lines.Text(), " ")
		name, text, _ := strings.Cut(rest, " ")
		switch verb {
		case "queue":
			each(name, func(j *ui.Job) { s.Send(ui.Queued{Job: j}) })
		case "begin":
			each(name, func(j *ui.Job) { s.Send(ui.Began{Job: j}) })
		case "doing":
			each(name, func(j *ui.Job) { s.Send(ui.Doing{Job: j, What: text}) })
		case "end":
			each(name, ended("ok", false))
		case "fail":
			each(name, ended("FAILED", true))
		case "stop":
			s.Send(ui.Stopping{Cause: "interrupted"})
		case "others":
			fmt.Println("a line of another program")
		case "panic":
			panic("on purpose")
		case "over":
			s.Digest(ui.Digest{Cancelled: []string{"build x"}, Unbegun: 2, Cause: "interrupted"})
			s.Line("the summary")
			s.Send(ui.RunEnded{})
		default:
			return fmt.Errorf("play %q: no such verb", lines.Text())
		}
	}
	return lines.Err()
}
