package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
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
	for i, group := range groups {
		if i == maxMarkdownFailures {
			fmt.Fprintf(&b, "\nand %d more\n", len(groups)-i)
			break
		}
		markdownFailure(&b, group)
	}
	d.markdownProjects(&b)
	_, err := io.WriteString(w, b.String())
	return err
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
			var source strings.Builder
			for _, l := range first.Source {
				fmt.Fprintf(&source, "%5d  %s\n", l.Number, l.Text)
			}
			b.WriteString("\n" + fence(source.String()))
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
	for i, t := range trees {
		if i == maxMarkdownProjects {
			fmt.Fprintf(b, "\nand %d more\n", len(trees)-i)
			break
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", markdownText(t.name), markdownText(t.state()), t.duration())
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
	longest, row := 0, 0
	for _, r := range s {
		if row++; r != '`' {
			row = 0
		}
		longest = max(longest, row)
	}
	mark := strings.Repeat("`", max(3, longest+1))
	return mark + "text\n" + s + "\n" + mark + "\n"
}

// title returns the outcome in a few words.
func (d Document) title() string {
	switch s := d.Summary; {
	case s.Status == model.Failed:
		return text.Count(s.Failed+s.TimedOut, "step") + " failed"
	case s.Status == model.Cancelled:
		return "cancelled"
	case s.Status == NotBegun:
		return "could not start"
	case s.Status == model.Planned:
		return "dry run: " + text.Count(s.Planned, "step") + " to do"
	case s.OK == 0:
		return "nothing to do"
	default:
		return "all steps succeeded"
	}
}

// counts returns the summary in words: "3 steps of 2 projects: 1 failed, 2 done in 1.20 s".
func (d Document) counts() string {
	s := d.Summary
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{
		{s.Failed, "failed"},
		{s.TimedOut, "timed out"},
		{s.Cancelled, "cancelled"},
		{s.OK, "done"},
		{s.UpToDate, "up to date"},
		{s.Skipped, "skipped"},
		{s.Planned, "to do"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.word))
		}
	}
	if n := s.TestsPassed + s.TestsFailed; n > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s passed", s.TestsPassed, text.Count(n, "test")))
	}
	if s.Warnings > 0 {
		warnings := text.Count(s.Warnings, "warning")
		if s.NewWarnings != s.Warnings {
			warnings += fmt.Sprintf(" (%d new)", s.NewWarnings)
		}
		parts = append(parts, warnings)
	}
	if len(d.Results) == 0 {
		return "0 steps in " + s.Wall.String()
	}
	steps := text.Count(len(d.Results), "step") + " of " + text.Count(s.Projects, "project")
	return steps + ": " + strings.Join(parts, ", ") + " in " + s.Wall.String()
}
