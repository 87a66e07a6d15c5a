package ui_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// gate blocks writes until it is open.
type gate struct {
	open chan struct{}
	recorder
}

func (g *gate) Write(p []byte) (int, error) {
	<-g.open
	return g.recorder.Write(p)
}

// With a limit, text that is not accepted is lost, and the rest comes in order.
func TestWriteLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &gate{open: make(chan struct{})}
		s := ui.New(ui.Options{Out: out})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		stop := s.LimitWritesAfter(ctx)
		began := time.Now()
		s.Line("one")
		if took := time.Since(began); took != time.Minute+2*time.Second {
			t.Errorf("it gave up after %v", took)
		}
		s.Line("lost")
		s.Line("lost")
		if took := time.Since(began); took != time.Minute+2*time.Second {
			t.Errorf("it gave up again after %v", took)
		}
		stop()
		time.AfterFunc(time.Hour, func() { close(out.open) })
		s.Line("two") // waits: there is no limit any more
		if got := strings.Join(out.writes, ""); got != "one\ntwo\n" {
			t.Errorf("it wrote %q", got)
		}
	})
}

// slow needs half a second for each write.
type slow struct{ recorder }

func (s *slow) Write(p []byte) (int, error) {
	time.Sleep(time.Second / 2)
	return s.recorder.Write(p)
}

// All writes together have one limit, and each of several limits can be the last.
func TestWriteLimitInAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &slow{}
		s := ui.New(ui.Options{Out: out})
		ctx, cancel := context.WithCancel(t.Context())
		first, second := s.LimitWritesAfter(ctx), s.LimitWritesAfter(ctx)
		never := s.LimitWritesAfter(t.Context())
		cancel()
		synctest.Wait()
		first()
		began := time.Now()
		for range 100 {
			s.Line("text")
		}
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("it took %v", took)
		}
		second()
		never()
		s.Line("end")
		if got := strings.Join(out.writes, ""); !strings.HasPrefix(got, strings.Repeat("text\n", 4)) || !strings.HasSuffix(got, "end\n") {
			t.Errorf("it wrote %q", got)
		}
	})
}

// Err has the stack of a panic in the writer.
func TestScreenErr(t *testing.T) {
	s := ui.New(ui.Options{Out: breaking{}})
	s.Line("text")
	if err := s.Err(); err == nil || !strings.HasPrefix(err.Error(), "show the run: panic: it breaks\n") || !strings.Contains(err.Error(), "breaking.Write") {
		t.Errorf("Err = %v", err)
	}
}

type breaking struct{ io.Writer }

func (breaking) Write([]byte) (int, error) { panic("it breaks") }
