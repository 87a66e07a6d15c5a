package discover

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// placeholder matches text that a generator of projects replaces: {{x}} and {% x %} (cookiecutter,
// Jinja, mustache), <% x %> (ERB, EJS), %{x} (Qt Creator), ${x} (archetypes) and @X@ (autoconf,
// configure_file). ${x}, and lower case between at signs, as in tools@v2@old, count where they are the
// whole name.
var placeholder = text.Regexp(`\{\{.*|\{%.*|<%.*|%\{.*\}|^\$\{[\w.]+\}$|@[A-Z][A-Z0-9_]*@|^@[A-Za-z_][A-Za-z0-9_]*@$`)

// template returns why the name of a directory or a project makes it a template, "" for any other
// name. scan returns no name for project(${NAME}), which CMake expands, so that is none.
func template(name string) string {
	if !strings.ContainsAny(name, "{%@") {
		return ""
	}
	if found := placeholder().FindString(name); found != "" {
		return "template: " + shorten(found) + " stands for a name"
	}
	return ""
}
