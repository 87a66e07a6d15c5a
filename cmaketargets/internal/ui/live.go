package ui

import (
	"io"
	"strconv"
	"strings"
	"time"
)

// live is the part of a terminal that is drawn again and again, below the lines that stay:
//
//	                              <- the cursor rests here, on an empty line
//	build  libs/foo   12s  [37/120] Building C object a.o
//	4 done, 1 running, 7 queued, 0 failed, 21s, about 40s left
//
// The cursor rests at the top because it stays there when the terminal is resized and breaks its
// lines again; the rest is then erased and drawn again. It is hidden, and the wrapping of long
// lines is off, only within one write, so that the terminal is restored whatever ends the process.
// Other programs print on the empty line.
type live struct {
	out   io.Writer
	size  func() (columns, lines int)
	style style

	above          strings.Builder // lines to scroll up at the next drawing
	dirty          bool            // something changed since the last drawing
	drawn          bool            // the view is on the terminal
	height         int             // of the view, in lines
	off            bool            // until the end of the run
	second         int64           // of the last drawing; elapsed times change with it
	columns, lines int             // at the last drawing
}

// maxAbove bounds the text collected for the next drawing, in bytes.
const maxAbove = 32 << 10

const (
	hide, show   = "\x1b[?25l", "\x1b[?25h"
	nowrap, wrap = "\x1b[?7l", "\x1b[?7h"
	eraseLine    = "\x1b[K"
	eraseBelow   = "\x1b[J"
	// A pseudo-terminal passes on the text up to a newline, and the terminal may break its lines
	// again before the next. So newlines make room first, and the text is written without any.
	nextLine = "\x1b[E"
	// An "erase below" in the first cell of a terminal makes tmux copy all of it to its history, so
	// it is done one line further down.
	eraseView = "\r" + eraseLine + "\n" + eraseBelow + "\x1b[A"
)

// print adds whole lines to those above the view.
func (l *live) print(text string) {
	l.above.WriteString(text)
	if l.above.Len() > maxAbove {
		l.flush()
	}
}

// flush writes the lines above the view, and erases the view.
func (l *live) flush() {
	if l.above.Len() == 0 && !l.drawn {
		return
	}
	text := l.above.String()
	if l.drawn {
		text = eraseView + text
	}
	_, _ = io.WriteString(l.out, text)
	l.above.Reset()
	l.drawn, l.dirty = false, true
}

// draw draws the progress of j if anything changed.
func (l *live) draw(j *jobs, now time.Time) {
	if l.off {
		return
	}
	columns, lines := l.size()
	resized := columns != l.columns || lines != l.lines
	second := int64(now.Sub(j.began) / time.Second)
	if !l.dirty && !resized && second == l.second {
		return
	}
	l.dirty, l.second, l.columns, l.lines = false, second, columns, lines
	// One column stays free: a line that fills its row may be wrapped. Half of the lines stay free:
	// in a terminal half as wide the view takes twice the lines, and lines that leave the top
	// cannot be erased.
	view := j.view(columns-1, lines/2, l.style, now)
	var b strings.Builder
	b.WriteString(hide)
	if l.drawn && l.above.Len() > 0 {
		b.WriteString(eraseView)
		l.drawn = false
	}
	b.WriteString(l.above.String())
	l.above.Reset()
	up := "\x1b[" + strconv.Itoa(len(view)) + "A\r"
	if !l.drawn || resized || len(view) > l.height {
		b.WriteString(strings.Repeat("\n", len(view)) + up)
	}
	b.WriteString(nowrap + "\r" + eraseLine)
	for _, line := range view {
		b.WriteString(nextLine + line + eraseLine)
	}
	b.WriteString(eraseBelow + up + wrap + show)
	l.drawn, l.height = true, len(view)
	_, _ = io.WriteString(l.out, b.String())
}
