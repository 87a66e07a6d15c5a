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

// gate takes a text once it is open.
type gate struct {
	open chan struct{}
	recorder
}

func (g *gate) Write(p []byte) (int, error) {
	<-g.open
	return g.recorder.Write(p)
}

// A screen that is in a hurry loses what nobody takes, and says the rest, in
// order, once somebody does.
func TestScreenHurries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &gate{open: make(chan struct{})}
		s := ui.New(ui.Options{Out: out})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		stop := s.HurryAfter(ctx)
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
		s.Line("two") // waits, for nobody is in a hurry any more
		if got := strings.Join(out.writes, ""); got != "one\ntwo\n" {
			t.Errorf("it wrote %q", got)
		}
	})
}

// slow takes half a second for each text.
type slow struct{ recorder }

func (s *slow) Write(p []byte) (int, error) {
	time.Sleep(time.Second / 2)
	return s.recorder.Write(p)
}

// However many texts there are, all of them together take no longer, and each
// of several who are in a hurry can be the last.
func TestScreenHurriesInAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &slow{}
		s := ui.New(ui.Options{Out: out})
		ctx, cancel := context.WithCancel(t.Context())
		first, second := s.HurryAfter(ctx), s.HurryAfter(ctx)
		never := s.HurryAfter(t.Context())
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

// The error that Err keeps says where the writer panicked.
func TestScreenErr(t *testing.T) {
	s := ui.New(ui.Options{Out: breaking{}})
	s.Line("text")
	if err := s.Err(); err == nil || !strings.HasPrefix(err.Error(), "show the run: panic: it breaks\n") || !strings.Contains(err.Error(), "breaking.Write") {
		t.Errorf("Err = %v", err)
	}
}

type breaking struct{ io.Writer }

func (breaking) Write([]byte) (int, error) { panic("it breaks") }
