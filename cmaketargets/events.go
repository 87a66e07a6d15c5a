package cmaketargets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// screens are those of the process's files. There is one for each, because two
// live views on one terminal would draw over each other.
var screens = struct {
	sync.Mutex
	of map[*os.File]*ui.Screen
}{of: map[*os.File]*ui.Screen{}}

// screenFor returns the screen that shows things on out.
func screenFor(out io.Writer, env []string, progress ui.Progress) *ui.Screen {
	options := ui.OptionsFor(out, env, progress)
	options.Verbose = verbose(env)
	file, ok := out.(*os.File)
	if !ok {
		return ui.New(options)
	}
	screens.Lock()
	defer screens.Unlock()
	s := screens.of[file]
	if s == nil {
		s = ui.New(options)
		screens.of[file] = s
	}
	return s
}

// shownAs is a step of a tree as the screen knows it.
func (t *tree) shownAs(step Step) *ui.Job {
	return &ui.Job{
		Step: string(step), Project: t.project.Path, Variant: t.variant.Name,
		Expected: func() time.Duration { return t.timings()[step].took },
	}
}

// begin tells the screen that the run begins; the function it returns, that it
// is over.
func (r *run) begin() (end func()) {
	r.screen.Send(ui.RunBegan{})
	stop := context.AfterFunc(r.ctx, func() {
		var first *failFast
		if cause := context.Cause(r.ctx); !errors.As(cause, &first) {
			r.screen.Send(ui.Stopping{Cause: cause.Error()})
		}
	})
	return func() {
		stop()
		r.screen.Send(ui.RunEnded{})
	}
}

// queued tells the screen about jobs that wait for their turn.
func (r *run) queued(jobs []*job) {
	for _, j := range jobs {
		r.screen.Send(ui.Queued{Job: j.blank.shown})
	}
}

// waits says what a job waits for, and once for each holder in a line that
// stays.
func (r *run) waits(j *job, holder lock.Holder) {
	if r.ctx.Err() != nil {
		return
	}
	r.screen.Send(ui.Waiting{Job: j.blank.shown, For: holder.String()})
	if r.first("waits", holder) {
		r.screen.Line(fmt.Sprintf("waiting     for %s: %s works in it", r.show(j.blank.BuildDir), holder))
	}
}

// found says, once for each, that a process was killed in the middle of its
// work here.
func (r *run) found(dead lock.Holder) {
	if r.first("found", dead) {
		r.screen.Line(fmt.Sprintf("found       what %s left when it was killed; its steps are done again", dead))
	}
}

// first says whether this is the first time that this is said of a process.
func (r *run) first(what string, holder lock.Holder) bool {
	who := fmt.Sprint(what, holder.Host, holder.PID)
	r.mu.Lock()
	defer r.mu.Unlock()
	told := r.told[who]
	r.told[who] = true
	return !told
}

// listen returns what takes in the output of a step as it comes.
func (t *tree) listen(res Result) io.WriteCloser {
	own := lookup(t.environ, "NINJA_STATUS") != ""
	return t.screen.Output(res.shown, func(line string) (string, bool) {
		return cmake.Progress(string(res.Step), line, own)
	})
}
