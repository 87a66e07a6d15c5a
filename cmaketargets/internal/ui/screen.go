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

// Options say how a Screen shows things.
type Options struct {
	Out io.Writer
	// Live asks for the live view, for which Out must be a terminal. Size is
	// asked for its columns and lines whenever something is drawn.
	Live bool
	Size func() (columns, lines int)
	// Colour allows colours.
	Colour bool
	// Fold is the log format of the CI system that reads Out.
	Fold Fold
	// Verbose prints every line that a command prints, as it comes.
	Verbose bool
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// How often a screen does something by itself.
const (
	livePeriod  = 100 * time.Millisecond // draws, if anything changed
	plainPeriod = 30 * time.Second       // says what is still running
)

// Screen shows what happens in one or more runs: as plain lines, or as a live
// view with plain lines scrolling above. It may be used from several
// goroutines. While a run is on it has one goroutine of its own, which draws.
//
// It never fails: there is nobody left to tell, and the work is worth more
// than the words about it. What it writes to may block; see HurryAfter.
type Screen struct {
	opts   Options
	style  style
	outlet *outlet // of opts.Out

	mu       sync.Mutex
	runs     int
	tally    *tally
	projects *projects
	groups   groups
	live     *live // nil for a plain one
	folds    int   // how many there were, to tell them apart
	quit     chan struct{}
	gone     chan struct{}
	err      error // a panic
}

// New returns a Screen.
func New(o Options) *Screen {
	if o.Now == nil {
		o.Now = time.Now
	}
	out := newOutlet(o.Out)
	o.Out = out
	s := &Screen{opts: o, style: style{o.Colour}, outlet: out, tally: newTally(o.Now()), projects: newProjects(), groups: groups{}}
	if o.Live {
		s.live = &live{out: o.Out, size: o.Size, style: s.style}
	}
	return s
}

// Send shows an event.
func (s *Screen) Send(e Event) {
	var gone chan struct{}
	s.locked(func() {
		now := s.opts.Now()
		s.tally.add(e, now)
		if s.live != nil {
			s.live.dirty = true
		}
		switch e := e.(type) {
		case RunBegan:
			s.begin(now)
		case RunEnded:
			gone = s.end()
		case Stopping:
			s.stop(e)
		case Printed:
			s.print(s.style.faint(e.Job.String()+" |") + " " + s.style.output(lastOverwrite(e.Line)) + "\n")
		case Ended:
			if s.perStep() && !e.Quiet {
				s.block(e.Block)
			}
		}
		if s.grouped() {
			if over := s.groups.add(e); over != nil {
				s.group(over)
			}
		} else if !s.perStep() {
			if over, ok := s.projects.add(e); ok {
				s.block(over)
			}
		}
	})
	if gone != nil {
		<-gone
	}
}

// perStep says whether each step has a line, and not each project.
func (s *Screen) perStep() bool { return s.live == nil && !s.grouped() || s.opts.Verbose }

// Err is a panic of what the screen writes to, or of its own. Nothing was
// shown after it.
func (s *Screen) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// locked does something with the lock held. A panic in it must neither leave
// the lock held, for which every job of the run would wait, nor end the
// process.
func (s *Screen) locked(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		if v := recover(); v != nil {
			stack := debug.Stack()
			if caught, ok := v.(*panics.Recovered); ok { // in the outlet
				v, stack = caught.Value, caught.Stack
			}
			s.err = fmt.Errorf("show the run: panic: %v\n%s", v, stack)
			s.opts.Out, s.live = io.Discard, nil
		}
	}()
	do()
}

// begin, end, stop, print and all below are called with the lock held.
func (s *Screen) begin(now time.Time) {
	if s.runs++; s.runs > 1 {
		return
	}
	s.tally, s.projects, s.groups = newTally(now), newProjects(), groups{}
	s.quit, s.gone = make(chan struct{}), make(chan struct{})
	period := plainPeriod
	if s.live != nil {
		period = livePeriod
	}
	go s.tick(period, s.quit, s.gone)
}

// end returns what to wait for once the lock is given back: when Send(RunEnded)
// returns, all is on the screen and no goroutine is left.
func (s *Screen) end() chan struct{} {
	if s.runs--; s.runs > 0 {
		return nil
	}
	close(s.quit)
	s.flush()
	if s.live != nil {
		s.live.clear()
	}
	return s.gone
}

// stop takes the live view away: mage ends the process at once when it is
// interrupted a second time, and nothing must be left on the terminal then.
func (s *Screen) stop(e Stopping) {
	if s.live == nil || s.live.off || s.runs == 0 {
		return
	}
	s.print(text.Clean(e.Cause) + ": ending " + text.Count(len(s.tally.running), "running step") + "\n")
	s.live.clear()
	s.live.off = true
}

func (s *Screen) tick(period time.Duration, quit, gone chan struct{}) {
	defer close(gone)
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

// show draws the live view, or says what is still running.
func (s *Screen) show(now time.Time) {
	if s.live != nil {
		s.live.draw(s.tally, now)
		return
	}
	if line := s.tally.still(now); line != "" {
		s.print(line + "\n")
	}
}

// Line prints one line.
func (s *Screen) Line(line string) { s.write(text.Clean(line) + "\n") }

// Block prints one block.
func (s *Screen) Block(b Block) {
	s.locked(func() { s.block(b) })
}

func (s *Screen) write(text string) {
	s.locked(func() { s.print(text) })
}

// print writes whole lines: at once, or above the live view when it is drawn.
func (s *Screen) print(text string) {
	if s.live != nil && s.runs > 0 && !s.live.off {
		s.live.print(text)
		return
	}
	_, _ = io.WriteString(s.opts.Out, text)
}

// Coloured says whether the screen shows colours.
func (s *Screen) Coloured() bool { return s.opts.Colour }
