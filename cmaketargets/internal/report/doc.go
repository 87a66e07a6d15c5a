// Package report writes what a run did in the forms that other programs read.
//
// A [Document] is all that there is to say, and each form is a function of it
// alone: it reads no file, asks no clock and decides nothing. The forms are
//
//	JSON         everything, as schema.json describes it
//	JUnit        the suites and cases that CI systems show
//	Trace        the timeline for Perfetto and chrome://tracing
//	HTML         one page for people, that needs nothing beside itself
//	CodeQuality  the issues that GitLab shows in a merge request
//	Markdown     the summary of a job, as GitHub shows it
//	Annotations  the workflow commands by which GitHub marks lines
//
// Text that tools printed may hold any bytes. Each form makes of it what is
// legal in that form, and never lets it become a part of the form itself.
package report
