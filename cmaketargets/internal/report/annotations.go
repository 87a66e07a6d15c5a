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
// repository: the first error of every failed step before further ones, then
// warnings, each once and no more than GitHub shows. Of a step that did not fail
// only what names a line counts: what is printed by commands that are stopped
// is no error of theirs.
func Annotations(w io.Writer, d Document) error {
	var commands []string
	seen := map[string]bool{}
	take := func(kind string, count *int, r Result, diagnostic Diagnostic) {
		// The same line in ten variants is one annotation.
		key := strings.Join([]string{kind, diagnostic.inRepository(), diagnostic.place(), diagnostic.Message}, "\x00")
		if *count < maxAnnotations && !seen[key] {
			seen[key] = true
			*count++
			commands = append(commands, r.annotation(kind, diagnostic))
		}
	}
	var errors, warnings int
	for _, r := range d.Results {
		if r.Bad() {
			first, ok := r.first()
			if !ok {
				first = Diagnostic{Message: r.Error}
			}
			take("error", &errors, r, first)
		}
	}
	for _, r := range d.Results {
		for _, diagnostic := range r.Diagnostics {
			switch {
			case diagnostic.Severity == "error" && !diagnostic.Summary && r.counts(diagnostic):
				take("error", &errors, r, diagnostic)
			case diagnostic.Severity == "warning":
				take("warning", &warnings, r, diagnostic)
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
// shown with the job.
func (r Result) annotation(kind string, diagnostic Diagnostic) string {
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
	add("title", r.what())
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
