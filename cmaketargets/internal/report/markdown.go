package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Bounds of a summary in Markdown. GitHub takes at most 1 MiB from one step of a job.
const (
	maxMarkdownFailures = 50
	maxMarkdownProjects = 500
	maxMarkdownBlock    = 2 << 10 // bytes of one block of text
)

// Markdown writes a summary for people, in GitHub's dialect.
func Markdown(w io.Writer, d Document) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n", markdownText(d.title()), markdownText(d.counts()))
	for _, run := range d.Runs {
		if run.Error != "" {
			b.WriteString("\n" + fence(run.Error))
		}
	}
	groups := d.failures()
	if len(groups) > 0 {
		b.WriteString("\n### Failures\n")
	}
	for _, group := range groups[:min(len(groups), maxMarkdownFailures)] {
		markdownFailure(&b, group)
	}
	if more := len(groups) - maxMarkdownFailures; more > 0 {
		fmt.Fprintf(&b, "\nand %d more\n", more)
	}
	retried := d.retried()
	if len(retried) > 0 {
		b.WriteString("\n### Done again\n")
	}
	for _, group := range retried {
		fmt.Fprintf(&b, "\n%s: %s\n", markdownText(names(group)), markdownText(group[0].Retried))
	}
	onRetry, quarantined := d.notes()
	markdownList(&b, "Passed on retry", onRetry)
	markdownList(&b, "Quarantined", quarantined)
	d.markdownProjects(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownList writes lines below a heading.
func markdownList(b *strings.Builder, heading string, lines []string) {
	if len(lines) == 0 {
		return
	}
	b.WriteString("\n### " + heading + "\n\n")
	for _, line := range lines[:min(len(lines), maxMarkdownFailures)] {
		b.WriteString("- " + markdownText(line) + "\n")
	}
	if more := len(lines) - maxMarkdownFailures; more > 0 {
		fmt.Fprintf(b, "\nand %d more\n", more)
	}
}

// markdownFailure writes a group of results that failed for the same cause.
func markdownFailure(b *strings.Builder, group []Result) {
	r := group[0]
	fmt.Fprintf(b, "\n#### %s\n\n", markdownText(r.stepName()))
	if others := others(group); others != "" {
		fmt.Fprintf(b, "%s\n\n", markdownText(others))
	}
	if first, ok := r.firstError(); ok {
		if place := first.place(); place != "" {
			fmt.Fprintf(b, "%s\n\n", markdownText(place))
		}
		b.WriteString(fence(first.Message))
		if len(first.Source) > 0 {
			b.WriteString("\n" + fence(first.numbered("", "")))
		}
		if first.Hint != "" {
			fmt.Fprintf(b, "\n%s\n", markdownText(first.Hint))
		}
	} else {
		b.WriteString(fence(r.Error))
	}
	var tests []string
	for _, t := range r.Tests {
		if t.Bad() {
			tests = append(tests, strings.TrimSpace(t.Name+" "+t.Message))
		}
	}
	if len(tests) > 0 {
		b.WriteString("\nFailed tests:\n\n" + fence(strings.Join(tests, "\n")))
	}
	if r.Command != "" {
		b.WriteString("\nTo do the same by hand:\n\n" + fence(r.Command))
	}
}

// markdownProjects writes the table of projects, those with failures first.
func (d Document) markdownProjects(b *strings.Builder) {
	trees := d.buildTrees()
	if len(trees) == 0 {
		return
	}
	b.WriteString("\n### Projects\n\n| Project | State | Time |\n|---|---|---:|\n")
	for _, tree := range trees[:min(len(trees), maxMarkdownProjects)] {
		var states []string
		for _, r := range tree {
			state := string(r.Step) + " " + words(r.Status)
			if launched := r.Launched.String(); launched != "" {
				state += " (" + launched + ")"
			}
			states = append(states, state)
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", markdownText(tree[0].name()), markdownText(strings.Join(states, ", ")), sum(tree))
	}
	if more := len(trees) - maxMarkdownProjects; more > 0 {
		fmt.Fprintf(b, "\nand %d more\n", more)
	}
}

// markdownText escapes the characters with a meaning in Markdown, at the start of a paragraph also
// those that begin a heading or a list.
// https://spec.commonmark.org/0.31.2/#backslash-escapes
func markdownText(s string) string {
	s = markdownMarks().ReplaceAllString(cut(oneLine(s), maxMarkdownBlock), `\$0`)
	return markdownStart().ReplaceAllString(s, `$1\$2`)
}

var (
	markdownMarks = text.Regexp("[\\\\`*_\\[\\]<>|~&$]")
	markdownStart = text.Regexp(`^([0-9]{0,9})([-+=#.)])`)
)

// fence returns s as preformatted text, in a fence longer than any row of backquotes in s.
func fence(s string) string {
	s, _ = tail(strings.TrimRight(clean(s), "\n"), maxMarkdownBlock)
	mark := "```"
	for strings.Contains(s, mark) {
		mark += "`"
	}
	return mark + "text\n" + s + "\n" + mark + "\n"
}
