package ui_test

import (
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// BenchmarkDraw draws the live view of 200 jobs, each with a new activity. A screen draws at most
// ten times a second: 1 ms of CPU is 1 % of a core.
func BenchmarkDraw(b *testing.B) {
	c := newClock()
	s := ui.New(ui.Options{Out: io.Discard, Now: c.Now, Live: true, Colour: true, Size: size(120, 50)})
	s.Send(ui.RunBegan{})
	var jobs []*ui.Job
	for i := range 200 {
		j := job("build", fmt.Sprintf("some/group/project-%d", i))
		jobs = append(jobs, j)
		s.Send(ui.Began{Job: j})
	}
	for n := 0; b.Loop(); n++ {
		for _, j := range jobs {
			s.Send(ui.Doing{Job: j, What: fmt.Sprintf("[%d/120] Building CXX object CMakeFiles/some_target.dir/source.cpp.o", n)})
		}
		c.pass(100 * time.Millisecond)
		s.Show()
	}
	s.Send(ui.RunEnded{})
}
