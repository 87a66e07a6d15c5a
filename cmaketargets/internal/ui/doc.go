// Package ui shows runs to people. It receives events and decides nothing about the runs.
//
// A [Screen] receives typed events ([Queued], [Began], [Doing], [Ended], ...) and shows them in one
// of two ways:
//
//   - plain: a line when a job ends, with its output when it failed, and every 30 seconds a line
//     with the running jobs;
//   - live, on a terminal: a line for each finished project scrolls above a view that has a line
//     for each running job and a status line.
//
// At the end of a run comes a [Digest] of the failures. All text from outside is cleaned where it
// is shown.
//
// The live view is our own because of github.com/vbauerster/mpb/v8 v8.9.3 and
// github.com/jedib0t/go-pretty/v6 v6.8.3, tried in tmux: both return to the top of their view by
// counting the lines that they wrote. A terminal that becomes narrower has broken these into more,
// and pieces of the old view stay on it. With more jobs than lines mpb fills the history of tmux
// with copies of its view, and go-pretty draws over the top of the terminal.
package ui
