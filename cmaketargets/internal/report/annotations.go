package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// maxAnnotations is the number of annotations of one kind that GitHub shows for one step of a job.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
const maxAnnotations = 10

// Annotations writes the workflow commands by which GitHub marks lines of the repository: one error
// for each cause of a failure, then the first of every other failed step, then further ones, then
// warnings, each once and no more than GitHub shows. Errors of a step that did not fail count only
// when they name a line: commands that are stopped print errors too.
func Annotations(w io.Writer, d Document) error {
	var commands strings.Builder
	seen := map[string]bool{}
	count := map[model.Severity]int{}
	add := func(r Result, diagnostic Diagnostic, more int) {
		// The same line in ten variants is one annotation.
		severity := diagnostic.Severity
		key := strings.Join([]string{string(severity), diagnostic.inRepository(), diagnostic.place(), diagnostic.Message}, "\x00")
		if count[severity] < maxAnnotations && !seen[key] {
			seen[key] = true
			count[severity]++
			commands.WriteString(r.annotation(diagnostic, more) + "\n")
		}
	}
	addFirst := func(r Result, more int) {
		first, ok := r.firstError()
		if !ok {
			first.Severity, first.Message = model.Error, r.Error
		}
		add(r, first, more)
	}
	groups := d.failures()
	for _, group := range groups {
		addFirst(group[0], len(group)-1)
	}
	for _, r := range slices.Concat(groups...) {
		addFirst(r, 0)
	}
	for _, r := range d.Results {
		for _, diagnostic := range r.findings() {
			if !diagnostic.Summary || diagnostic.Severity == model.Warning {
				add(r, diagnostic, 0)
			}
		}
	}
	_, err := io.WriteString(w, commands.String())
	return err
}

// annotation returns one workflow command. GitHub shows one without a file of the repository with
// the job. more is the number of other projects that failed for the same cause.
func (r Result) annotation(diagnostic Diagnostic, more int) string {
	var properties []string
	add := func(name, value string) {
		properties = append(properties, name+"="+text.GitHubProperty(clean(value)))
	}
	message := clean(diagnostic.Message)
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
		message += "\n" + clean(diagnostic.Hint)
	}
	title := r.stepName()
	if more > 0 {
		title += fmt.Sprintf(" and %d more", more)
	}
	add("title", title)
	return fmt.Sprintf("::%s %s::%s", diagnostic.Severity, strings.Join(properties, ","), text.GitHubData(cut(message, maxDescription)))
}
