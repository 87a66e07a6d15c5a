package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxAnnotations is how many of a kind GitHub shows of one step of a job; it
// drops the others.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
const maxAnnotations = 10

// Annotations writes the workflow commands by which GitHub marks lines of the
// repository: one error for each cause of a failure, then the first of every
// other failed step, then further ones, then warnings, each once and no more
// than GitHub shows. Of a step that did not fail only what names a line counts:
// what is printed by commands that are stopped is no error of theirs.
func Annotations(w io.Writer, d Document) error {
	var commands []string
	seen := map[string]bool{}
	take := func(kind string, count *int, r Result, diagnostic Diagnostic, more int) {
		// The same line in ten variants is one annotation.
		key := strings.Join([]string{kind, diagnostic.inRepository(), diagnostic.place(), diagnostic.Message}, "\x00")
		if *count < maxAnnotations && !seen[key] {
			seen[key] = true
			*count++
			commands = append(commands, r.annotation(kind, diagnostic, more))
		}
	}
	var errors, warnings int
	takeFirst := func(r Result, more int) {
		first, ok := r.first()
		if !ok {
			first = Diagnostic{Message: r.Error}
		}
		take("error", &errors, r, first, more)
	}
	groups := d.failures()
	for _, group := range groups {
		takeFirst(group[0], len(group)-1)
	}
	for _, group := range groups {
		for _, r := range group[1:] {
			takeFirst(r, 0)
		}
	}
	for _, r := range d.Results {
		for i, diagnostic := range r.Diagnostics {
			switch {
			case diagnostic.Severity == "error" && !diagnostic.Summary && r.counts(diagnostic) && !r.echoes(i):
				take("error", &errors, r, diagnostic, 0)
			case diagnostic.Severity == "warning":
				take("warning", &warnings, r, diagnostic, 0)
			}
		}
	}
	for _, c := range commands {
		if _, err := io.WriteString(w, c+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// annotation is one workflow command. Without a file of the repository it is
// shown with the job. more is how many other projects failed for the same
// cause.
func (r Result) annotation(kind string, diagnostic Diagnostic, more int) string {
	var properties []string
	add := func(name, value string) { properties = append(properties, name+"="+escapeProperty(value)) }
	message := text(diagnostic.Message)
	if file := diagnostic.inRepository(); file != "" {
		add("file", file)
		if diagnostic.Line > 0 {
			add("line", strconv.Itoa(diagnostic.Line))
			if diagnostic.Column > 0 {
				add("col", strconv.Itoa(diagnostic.Column))
			}
		}
	} else if place := diagnostic.place(); place != "" {
		message = place + ": " + message
	}
	if diagnostic.Hint != "" {
		message += "\n" + text(diagnostic.Hint)
	}
	title := r.what()
	if more > 0 {
		title += fmt.Sprintf(" and %d more", more)
	}
	add("title", title)
	return fmt.Sprintf("::%s %s::%s", kind, strings.Join(properties, ","), escapeData(cut(message, maxDescription)))
}

// escapeData and escapeProperty are those of GitHub's own toolkit.
// https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func escapeData(s string) string     { return dataEscapes.Replace(s) }
func escapeProperty(s string) string { return propertyEscapes.Replace(text(s)) }
