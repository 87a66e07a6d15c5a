// Package report writes the results of runs in the forms that other programs read.
//
// A [Document] is the whole report; [New] makes it from the results and from the files that tools
// left in the build trees. Each form is a function of the document alone:
//
//	JSON         everything, as described by schema.json
//	JUnit        suites and cases for CI systems
//	Trace        a timeline for Perfetto and chrome://tracing
//	HTML         one page for people, without other files
//	CodeQuality  the issues that GitLab shows in a merge request
//	Markdown     the summary of a job on GitHub
//	Annotations  the workflow commands by which GitHub marks lines
//
// Text printed by tools may hold any bytes. Each form replaces those that are illegal in it and
// escapes those with a meaning in it.
package report
