package report

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// What a summary in Markdown shows at most: GitHub takes no more than 1 MiB
// from a step of a job, and nobody reads more than this.
const (
	maxMarkdownFailures = 50
	maxMarkdownProjects = 500
	maxMarkdownBlock    = 2 << 10 // bytes of one block of text
)

// Markdown writes a summary for people, in the dialect of GitHub.
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

// markdownFailure is what failed for one cause.
func markdownFailure(b *strings.Builder, group []Result) {
	r := group[0]
	fmt.Fprintf(b, "\n#### %s\n\n", markdownText(r.what()))
	if others := others(group); others != "" {
		fmt.Fprintf(b, "%s\n\n", markdownText(others))
	}
	if first, ok := r.first(); ok {
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

// markdownProjects is a table of the projects, those with failures first.
func (d Document) markdownProjects(b *strings.Builder) {
	trees := d.trees()
	if len(trees) == 0 {
		return
	}
	b.WriteString("\n### Projects\n\n| Project | State | Time |\n|---|---|---:|\n")
	for i, t := range trees {
		if i == maxMarkdownProjects {
			fmt.Fprintf(b, "\nand %d more\n", len(trees)-i)
			break
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", markdownText(t.name), markdownText(t.state()), duration(t.took()))
	}
}

// markdownText escapes the characters that Markdown gives a meaning, at the
// beginning of a paragraph also those that make it a heading or a list.
// https://spec.commonmark.org/0.31.2/#backslash-escapes
func markdownText(s string) string {
	s = markdownMarks.ReplaceAllString(cut(line(s), maxMarkdownBlock), `\$0`)
	return markdownStart.ReplaceAllString(s, `$1\$2`)
}

var (
	markdownMarks = regexp.MustCompile("[\\\\`*_\\[\\]<>|~&$]")
	markdownStart = regexp.MustCompile(`^([0-9]{0,9})([-+=#.)])`)
)

// fence is a block of text as it is: its fence is longer than any row of
// backquotes in it.
func fence(s string) string {
	s, _ = tail(strings.TrimRight(text(s), "\n"), maxMarkdownBlock)
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

// title says in a few words how it went.
func (d Document) title() string {
	switch s := d.Summary; {
	case s.Status == Failed:
		return plural(s.Failed+s.TimedOut, "step") + " failed"
	case s.Status == Cancelled:
		return "cancelled"
	case s.Status == NotBegun:
		return "could not start"
	case s.Status == Planned:
		return "dry run: " + plural(s.Planned, "step") + " to do"
	case s.OK == 0:
		return "nothing to do"
	default:
		return "all steps succeeded"
	}
}

// counts says how much it was: "3 steps of 2 projects: 1 failed, 2 done in
// 1.20 s".
func (d Document) counts() string {
	s := d.Summary
	var parts []string
	for _, p := range []struct {
		n    int
		what string
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
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if n := s.TestsPassed + s.TestsFailed; n > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s passed", s.TestsPassed, plural(n, "test")))
	}
	if s.Warnings > 0 {
		warnings := plural(s.Warnings, "warning")
		if s.NewWarnings != s.Warnings {
			warnings += fmt.Sprintf(" (%d new)", s.NewWarnings)
		}
		parts = append(parts, warnings)
	}
	if len(d.Results) > 0 {
		steps := plural(len(d.Results), "step") + " of " + plural(s.Projects, "project")
		return steps + ": " + strings.Join(parts, ", ") + " in " + duration(s.Wall)
	}
	return "0 steps in " + duration(s.Wall)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// duration is a time as a person says it.
func duration(d Duration) string {
	switch t := time.Duration(d); {
	case t < 10*time.Second:
		return fmt.Sprintf("%.2f s", t.Seconds())
	case t < time.Minute:
		return fmt.Sprintf("%.1f s", t.Seconds())
	default:
		t = t.Round(time.Second)
		return fmt.Sprintf("%d min %02d s", int(t.Minutes()), int(t.Seconds())%60)
	}
}
