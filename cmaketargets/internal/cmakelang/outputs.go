package cmakelang

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Bases of the relative paths that commands make, as the second argument of an item.
const (
	inSource = "source" // the source directory of the code
	inBinary = "binary" // its build directory
)

// What is copied.
const (
	ofFile    = ""   // a file, to a path or into a directory
	wholeTree = "**" // a file or a directory with everything in it, into a directory; also the end of such a path
)

// makes adds items about paths that a command makes.
func (r *reader) makes(base string, paths ...Arg) {
	for _, path := range paths {
		if !path.Bracket {
			r.add(makes, path.Line, path.Text, base)
		}
	}
}

// copyTo adds the item about a path to which a command copies a file, or something, from another one.
func copyTo(r *reader, to, from Arg, what string) {
	if !to.Bracket && !from.Bracket {
		r.add(makes, to.Line, to.Text, inBinary, from.Text, what)
	}
}

// outputs reads what a command makes. It has been read as another one already.
func outputs(r *reader, c Command) {
	after := func(keyword string) (Arg, bool) {
		i := index(c.Args, keyword) + 1
		return c.Args[min(i, len(c.Args)-1)], 0 < i && i < len(c.Args)
	}
	switch {
	case len(c.Args) < 2:
	case c.Name == "configure_file":
		copyTo(r, c.Args[1], c.Args[0], ofFile)
	case c.Name == "execute_process":
		toolOutputs(r, c.Args[index(c.Args, "COMMAND")+1:])
	case c.Name == "file":
		switch op := c.Args[0].Text; op {
		case "WRITE", "APPEND":
			r.makes(inSource, c.Args[1])
		case "TOUCH", "MAKE_DIRECTORY":
			r.makes(inSource, c.Args[1:]...)
		case "CONFIGURE", "GENERATE":
			if to, ok := after("OUTPUT"); ok {
				r.makes(inBinary, to)
			}
		case "CREATE_LINK", "RENAME", "COPY_FILE":
			r.makes(inSource, c.Args[min(2, len(c.Args)-1)])
		case "COPY", "INSTALL":
			to, ok := after("DESTINATION")
			for _, from := range c.Args[1:max(1, index(c.Args, "DESTINATION"))] {
				if ok && from.Text != "FILES" {
					copyTo(r, to, from, wholeTree)
				}
			}
		case "ARCHIVE_EXTRACT":
			if to, ok := after("DESTINATION"); ok {
				copyTo(r, to, Arg{Text: "/"}, wholeTree)
			}
		}
	}
}

// keywords matches those of execute_process() that end a command.
var keywords = text.Regexp(`^(?:COMMAND|COMMAND_\w+|WORKING_DIRECTORY|TIMEOUT|ENCODING|ECHO_\w+|\w+_(?:VARIABLE|FILE|QUIET|WHITESPACE))$`)

// toolOutputs reads what a command of "cmake -E" makes.
func toolOutputs(r *reader, args []Arg) {
	if len(args) < 4 || args[0].Text != "${CMAKE_COMMAND}" || args[1].Text != "-E" {
		return
	}
	paths := args[3:]
	if i := slices.IndexFunc(paths, func(a Arg) bool { return !a.Quoted && keywords().MatchString(a.Text) }); i >= 0 {
		paths = paths[:i]
	}
	if i := index(args, "WORKING_DIRECTORY"); i >= 0 && i+1 < len(args) {
		paths = slices.Clone(paths)
		for j, path := range paths {
			if !strings.HasPrefix(path.Text, "/") && !strings.HasPrefix(path.Text, "$") {
				paths[j].Text = args[i+1].Text + "/" + path.Text
			}
		}
	}
	switch args[2].Text {
	case "make_directory":
		r.makes(inBinary, paths...)
	case "create_symlink":
		r.makes(inBinary, paths[min(1, len(paths)):]...)
	}
}

// output is an item of the kind makes, or a call that leads to one.
type output struct {
	place
	item
}

// maxCalls bounds how many calls of functions, or variables, lead to a path, one within the other.
const maxCalls = 4

// made adds the paths outside of the build tree that an item makes, and reports whether all of them are known. depth is
// the number of calls that led to it.
func made(r *resolver, o output, depth int) bool {
	path, binary := o.args[0], o.args[1] == inBinary
	values, ok := r.expand(o.place, path)
	bases, known := r.dirs(o.place, binary)
	for _, value := range values {
		paths := []string{value}
		if !filepath.IsAbs(value) {
			paths, ok = nil, ok && (known || binary)
			for _, base := range bases {
				paths = append(paths, filepath.Join(base, value))
			}
		}
		for _, path := range paths {
			for _, path := range copied(r, o, path) {
				if !fsutil.Inside(path, r.Build) {
					r.pathOnce(makes, path, &r.uses.Makes)
				}
			}
		}
	}
	if ok || inBuild(r, o.place, path, binary, 0) {
		return true
	}
	calls, ok := callsOf(r, o)
	for _, call := range calls {
		r.tried++
		ok = ok && depth < maxCalls && r.tried < maxUses && made(r, call, depth+1)
	}
	return ok
}

// copied returns the paths that an item makes at a path: that itself, or what is copied there.
func copied(r *resolver, o output, path string) []string {
	paths := []string{filepath.Clean(path)}
	if len(o.args) < 4 {
		return paths
	}
	from, ok := r.expand(o.place, o.args[2])
	if o.args[3] == wholeTree {
		paths = nil
		if !ok {
			from = []string{"/"}
		}
	}
	for _, value := range from {
		_, name := filepath.Split(value) // none: what is in a directory
		paths = append(paths, filepath.Join(path, name, o.args[3]))
	}
	return paths
}

// inBuild reports whether a path whose value is not known lies in the build tree, by its beginning.
func inBuild(r *resolver, p place, path string, binary bool, depth int) bool {
	before, rest, computed := strings.Cut(path, "$")
	dir := before
	if computed {
		dir, _ = filepath.Split(before)
	}
	inside := func(path string) bool {
		return filepath.IsAbs(path) && fsutil.Inside(filepath.Clean(path), r.Build) || binary && !filepath.IsAbs(path)
	}
	name, rest, _ := strings.Cut(strings.TrimPrefix(rest, "{"), "}")
	switch {
	case strings.Contains(path, "..") || depth > maxCalls:
		return false
	case before != "" || !computed:
		return inside(dir)
	case !isName(Arg{Text: name}) || rest != "" && rest[0] != '/':
		return false
	}
	values, known := r.reference(p, "", name)
	if name == "CMAKE_CURRENT_BINARY_DIR" {
		values, known = slices.Collect(maps.Values(r.Dirs)), true
	}
	if known {
		return !slices.ContainsFunc(values, func(value string) bool { return !inside(value) })
	}
	cached, ok := r.Cache[name]
	if r.changed(name) || ok && !inside(cached) {
		return false
	}
	for i, f := range r.files {
		for _, set := range f.sets[name] {
			for _, value := range set.values {
				if value == "${"+name+"}" {
					continue // for the scope above
				}
				if ok = set.mode == asWritten && inBuild(r, place{i, set.part}, value, binary, depth+1); !ok {
					return false
				}
			}
		}
	}
	return ok
}

// callsOf returns an item as it is in each call of its function, with the arguments in place of the parameters. It is not
// ok where none of these is in it, or where a call or a value is not known.
func callsOf(r *resolver, o output) (list []output, ok bool) {
	part := r.files[o.file].parts[o.part]
	var used []int
	for i, name := range part.parameters {
		if slices.ContainsFunc(o.args, func(arg string) bool { return strings.Contains(arg, "${"+name+"}") }) {
			used = append(used, i)
		}
	}
	set := func(i int) bool {
		f, name := r.files[o.file], part.parameters[i]
		return changes(f, name) || slices.ContainsFunc(f.sets[name], func(a assignment) bool { return a.part == o.part })
	}
	if len(used) == 0 || r.words[part.function] || slices.ContainsFunc(used, set) {
		return nil, false
	}
	for _, call := range callers(r)[part.function] {
		args := call.args[1:]
		var pairs []string
		for _, k := range used {
			if k >= len(args) || slices.ContainsFunc(args[:k+1], func(arg string) bool { return isList(r, arg) }) {
				return nil, false
			}
			pairs = append(pairs, "${"+part.parameters[k]+"}", args[k])
		}
		made := slices.Clone(o.args)
		for i, arg := range made {
			made[i] = strings.NewReplacer(pairs...).Replace(arg)
		}
		list = append(list, output{call.place, item{args: made}})
	}
	return list, true
}

// callers returns the calls that may be executed, by the name of the function.
func callers(r *resolver) map[string][]output {
	if r.callers == nil {
		r.callers = map[string][]output{}
		for i, f := range r.files {
			for j, p := range f.parts {
				for _, call := range p.items {
					if call.kind == calls && r.called[place{i, j}] && !r.dead(call.guards) {
						r.callers[call.args[0]] = append(r.callers[call.args[0]], output{place{i, j}, call})
					}
				}
			}
		}
	}
	return r.callers
}

// isList reports whether an argument may stand for several ones, or for none.
func isList(r *resolver, arg string) bool {
	name, ok := strings.CutPrefix(arg, "${")
	name, whole := strings.CutSuffix(name, "}")
	return ok && whole && (strings.Contains(name, "$") || r.lists(name) || name == "ARGN" || name == "ARGV")
}
