package graph

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmakelang"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// maxValues bounds the values of a variable and of an argument.
const maxValues = 256

// assign executes a command that changes a variable.
func (r *reader) assign(c cmakelang.Command) {
	if len(c.Args) < 2 {
		if c.Name == "set" && len(c.Args) == 1 {
			r.set(c.Args[0].Text, nil)
		}
		return
	}
	op, second := c.Args[0].Text, c.Args[1].Text
	switch c.Name {
	case "set":
		values := c.Args[1:]
		if i := slices.IndexFunc(values, func(a cmakelang.Arg) bool { return a.Text == "CACHE" || a.Text == "PARENT_SCOPE" }); i >= 0 {
			values = values[:i]
		}
		r.set(op, r.expandAll(values))
	case "list":
		switch op {
		case "APPEND", "PREPEND":
			r.vars[second] = limit(append(slices.Clip(r.vars[second]), r.expandAll(c.Args[2:])...))
		case "INSERT":
			if len(c.Args) > 3 {
				r.vars[second] = limit(append(slices.Clip(r.vars[second]), r.expandAll(c.Args[3:])...))
			}
		}
	case "string":
		if change, ok := map[string]func(string) string{"TOLOWER": strings.ToLower, "TOUPPER": strings.ToUpper}[op]; ok && len(c.Args) > 2 {
			var values []string
			for _, value := range r.expand(c.Args[1]) {
				values = append(values, change(value))
			}
			r.set(c.Args[2].Text, values)
		}
	case "file":
		if op == "GLOB" {
			r.glob(second, c.Args[2:])
		}
	}
}

// set gives a variable its values. Under a condition it may keep those that it has.
func (r *reader) set(name string, values []string) {
	if r.conditional > 0 {
		values = limit(append(slices.Clip(r.vars[name]), values...))
	}
	r.vars[name] = values
}

// glob executes a file(GLOB) that may find the files of packages.
func (r *reader) glob(variable string, patterns []cmakelang.Arg) {
	var found []string
	for _, pattern := range r.paths(patterns) {
		if end := filepath.Base(pattern); strings.Contains(end, ".cmake") || strings.Contains(end, ".pc") || strings.Contains(end, ".cps") {
			files, _ := filepath.Glob(pattern)
			found = append(found, files...)
		}
	}
	r.set(variable, limit(found))
}

func limit(values []string) []string { return values[:min(len(values), maxValues)] }

// paths returns the values of arguments as absolute paths.
func (r *reader) paths(args []cmakelang.Arg) []string {
	var paths []string
	for _, value := range r.expandAll(args) {
		if value != "" {
			paths = append(paths, r.absolute(value))
		}
	}
	return paths
}

func (r *reader) absolute(path string) string {
	if !filepath.IsAbs(path) {
		dir := r.root
		if current := r.vars["CMAKE_CURRENT_SOURCE_DIR"]; len(current) > 0 {
			dir = current[0]
		}
		path = filepath.Join(dir, path)
	}
	return filepath.Clean(path)
}

// expandAll returns the values of some arguments.
func (r *reader) expandAll(args []cmakelang.Arg) []string {
	var values []string
	for _, arg := range args {
		values = append(values, r.expand(arg)...)
	}
	return limit(values)
}

// expand returns the values that an argument may have, and the elements of lists among them; none
// where it depends on a variable that is not known.
func (r *reader) expand(arg cmakelang.Arg) []string {
	if arg.Bracket || !strings.Contains(arg.Text, "$") {
		if value, ok := arg.Literal(); ok {
			return strings.Split(value, ";")
		}
		return nil
	}
	values := []string{arg.Text}
	for found := reference().FindStringSubmatchIndex(values[0]); found != nil; found = reference().FindStringSubmatchIndex(values[0]) {
		var next []string
		for _, text := range values {
			at := reference().FindStringSubmatchIndex(text)
			if at == nil {
				next = append(next, text)
				continue
			}
			for _, value := range r.vars[text[at[2]:at[3]]] {
				if !strings.Contains(value, "$") { // CMake replaces nothing in it, and it may name itself
					next = append(next, text[:at[0]]+value+text[at[1]:])
				}
			}
		}
		if values = limit(next); len(values) == 0 {
			return nil
		}
	}
	return slices.DeleteFunc(values, func(value string) bool { return strings.Contains(value, "$") })
}

// reference matches an innermost reference to a variable.
var reference = text.Regexp(`\$\{([^${}]*)\}`)
