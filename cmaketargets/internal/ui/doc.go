// Package ui shows runs to people. It consumes what happened and decides
// nothing.
//
// A [Screen] takes in typed events ([Queued], [Began], [Doing], [Ended], ...),
// keeps count of them and shows them in one of two ways:
//
//   - plain: a line when a job ends, with its output when it failed, and every
//     30 seconds a line on what is still running;
//   - live, on a terminal: a line for each project that is over scrolls above a
//     view that has a line for each running job and one for how far the runs
//     are.
//
// At the end of a run comes a [Digest]: what failed and why, and what else is
// worth knowing. All text from outside passes [Clean].
//
// # Why the live view is our own
//
// Of the libraries for it, github.com/vbauerster/mpb/v8 v8.9.3 and
// github.com/jedib0t/go-pretty/v6 v6.8.3 were tried in tmux with five and with
// 200 jobs, wide characters, 20 columns and a change of the width while running.
// Both go back to the top of their view by counting the lines that they wrote.
// A terminal that was made narrower has broken those into more, and the pieces
// of the old view stay on the screen for good. With more jobs than the terminal
// has lines mpb shows the last ones and says nothing of the others, and fills
// the history of tmux with copies of its view; go-pretty draws over the top of
// the terminal, and a line of its own with wide characters wraps. See type live
// for how that is avoided here.
package ui
