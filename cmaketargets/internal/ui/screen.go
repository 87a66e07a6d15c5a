package ui

import (
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"time"

	"github.com/sourcegraph/conc/panics"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Options configure a Screen.
type Options struct {
	Out     io.Writer
	Live    bool                        // a live view; Out must be a terminal
	Size    func() (columns, lines int) // of the terminal, called for every drawing; nil elsewhere
	Colour  bool
	Fold    Fold             // the log format of the CI system that reads Out
	Quiet   bool             // of the steps only those that failed or were cancelled get a line
	Verbose bool             // print every line of the commands' output, also with Quiet
	Now     func() time.Time // default time.Now
}

// The periods of the drawings of a Screen.
const (
	livePeriod  = 100 * time.Millisecond // if anything changed
	plainPeriod = 30 * time.Second       // the running jobs
	quietPeriod = 5 * time.Minute        // the same: CI systems end a job that prints nothing
)

// Screen shows one or more runs as plain lines, or as a live view with plain lines scrolling above
// it. Several goroutines may use it. During a run it has one goroutine of its own, which draws.
//
// Methods never fail: the work matters more than its display. Writes may block; see
// LimitWritesAfter.
type Screen struct {
	opts  Options
	style style
	out   *limitedWriter // to opts.Out

	mu       sync.Mutex
	runs     int // under way
	jobs     *jobs
	projects projects
	live     *live // nil for plain lines
	folds    int   // so far
	quit     chan struct{}
	stopped  chan struct{}
	err      error // a panic
}

// New returns a Screen.
func New(o Options) *Screen {
	o.Quiet = o.Quiet && !o.Verbose
	if o.Now == nil {
		o.Now = time.Now
	}
	out := newLimitedWriter(o.Out)
	o.Out = out
	s := &Screen{opts: o, style: style{o.Colour}, out: out, jobs: newJobs(o.Now()), projects: projects{}}
	if o.Live {
		s.live = &live{out: out, size: o.Size, style: s.style}
	}
	return s
}

// Coloured reports whether the screen shows colours.
func (s *Screen) Coloured() bool { return s.opts.Colour }

// Err returns a panic of the writer below or of the screen. Nothing is shown after it.
func (s *Screen) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Send shows an event.
func (s *Screen) Send(e Event) {
	var stopped chan struct{}
	s.locked(func() {
		now := s.opts.Now()
		s.jobs.add(e, now)
		if s.live != nil {
			s.live.dirty = true
		}
		switch e := e.(type) {
		case RunBegan:
			s.begin(now)
		case RunEnded:
			stopped = s.end()
		case Stopping:
			s.stop(e)
		case Printed:
			s.print(s.style.paint(Faint, e.Job.String()+" |") + " " + s.style.output(lastOverwrite(e.Line)) + "\n")
		}
		s.showEnded(e)
	})
	if stopped != nil {
		<-stopped
	}
}

// showEnded shows an Ended event: a log that folds has a group for each project, a live view has a
// line for each project, and plain lines are one for each step.
func (s *Screen) showEnded(e Event) {
	ended, isEnd := e.(Ended)
	if s.live == nil && !s.grouped() || s.opts.Verbose {
		if isEnd && !ended.Quiet && (ended.Failed || ended.Cancelled || !s.opts.Quiet) {
			s.block(ended.Block)
		}
		return
	}
	project, finished := s.projects.add(e)
	switch {
	case finished && s.grouped():
		s.group(project)
	case isEnd && !s.grouped() && (finished || ended.Failed):
		if line, ok := project.line(); ok {
			s.block(line)
		}
	}
}

// locked calls do with the lock held. A panic in it must not leave the lock held, on which every
// job of the run would wait, or end the process.
func (s *Screen) locked(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		if v := recover(); v != nil {
			stack := debug.Stack()
			if caught, ok := v.(*panics.Recovered); ok { // in the writer
				v, stack = caught.Value, caught.Stack
			}
			s.err = fmt.Errorf("show the run: panic: %v\n%s", v, stack)
			s.opts.Out, s.live = io.Discard, nil
		}
	}()
	do()
}

// begin, end, stop, show and print need the lock.
func (s *Screen) begin(now time.Time) {
	if s.runs++; s.runs > 1 {
		return
	}
	s.jobs, s.projects = newJobs(now), projects{}
	s.quit, s.stopped = make(chan struct{}), make(chan struct{})
	period := plainPeriod
	if s.opts.Quiet {
		period = quietPeriod
	}
	if s.live != nil {
		period = livePeriod
	}
	go s.tick(period, s.quit, s.stopped)
}

// end returns a channel to wait on without the lock: when Send(RunEnded) returns, everything is on
// the screen and no goroutine is left.
func (s *Screen) end() chan struct{} {
	if s.runs--; s.runs > 0 {
		return nil
	}
	close(s.quit)
	s.flush()
	if s.live != nil {
		s.live.flush()
		s.live.off = false
	}
	return s.stopped
}

// stop erases the live view: mage ends the process at once on a second interrupt, and nothing must
// be left on the terminal then.
func (s *Screen) stop(e Stopping) {
	if s.live == nil || s.live.off || s.runs == 0 {
		return
	}
	s.print(text.Clean(e.Cause) + ": ending " + text.Count(len(s.jobs.running), "running step") + "\n")
	s.live.flush()
	s.live.off = true
}

func (s *Screen) tick(period time.Duration, quit, stopped chan struct{}) {
	defer close(stopped)
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	for {
		select {
		case <-quit:
			return
		case <-ticker.C:
			s.locked(func() {
				if s.runs > 0 {
					s.show(s.opts.Now())
				}
			})
		}
	}
}

// show draws the live view, or prints the running jobs.
func (s *Screen) show(now time.Time) {
	if s.live != nil {
		s.live.draw(s.jobs, now)
	} else if line := s.jobs.runningLine(now); line != "" {
		s.print(line + "\n")
	}
}

// Line prints one line.
func (s *Screen) Line(line string) { s.write(text.Clean(line) + "\n") }

// Block prints one block.
func (s *Screen) Block(b Block) { s.locked(func() { s.block(b) }) }

// Commands prints whole lines without cleaning them: commands for a CI system, whose arguments the
// caller has escaped.
func (s *Screen) Commands(lines string) { s.write(lines) }

func (s *Screen) write(text string) { s.locked(func() { s.print(text) }) }

// print writes whole lines, above the live view when it is drawn.
func (s *Screen) print(text string) {
	if s.live != nil && s.runs > 0 && !s.live.off {
		s.live.print(text)
		return
	}
	_, _ = io.WriteString(s.opts.Out, text)
}
