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

// ofProcess matches the keywords of execute_process() that end a command.
var ofProcess = text.Regexp(`^(?:COMMAND|COMMAND_\w+|WORKING_DIRECTORY|TIMEOUT|ENCODING|ECHO_\w+|\w+_(?:VARIABLE|FILE|QUIET|WHITESPACE))$`)

// toolOutputs reads what a command of "cmake -E" makes.
func toolOutputs(r *reader, args []Arg) {
	if len(args) < 4 || args[0].Text != "${CMAKE_COMMAND}" || args[1].Text != "-E" {
		return
	}
	paths := args[3:]
	if i := slices.IndexFunc(paths, func(a Arg) bool { return !a.Quoted && ofProcess().MatchString(a.Text) }); i >= 0 {
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
		switch {
		case value == "":
			continue
		case !filepath.IsAbs(value):
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
	if depth > maxCalls || strings.HasPrefix(path, "~") {
		return false
	}
	if before != "" || !computed {
		dir := before
		if computed {
			dir, _ = filepath.Split(before)
		}
		dir = filepath.Clean(dir)
		inside := binary && filepath.IsLocal(dir)
		if filepath.IsAbs(dir) {
			inside = fsutil.Inside(dir, r.Build)
		}
		return inside && !strings.Contains(rest, "..")
	}
	if strings.HasPrefix(rest, "<CONFIG>") || strings.HasPrefix(rest, "<TARGET_FILE") {
		return binary && !strings.Contains(rest, "..")
	}
	name, rest, _ := strings.Cut(strings.TrimPrefix(rest, "{"), "}")
	if !isName(Arg{Text: name}) {
		return false
	}
	inside := func(p place, value string) bool { return inBuild(r, p, value+rest, binary, depth+1) }
	values, known := r.reference(p, "", name)
	if name == "CMAKE_CURRENT_BINARY_DIR" {
		values, known = slices.Collect(maps.Values(r.Dirs)), true
	}
	if known {
		return !slices.ContainsFunc(values, func(value string) bool { return !inside(p, value) })
	}
	cached, ok := r.Cache[name]
	if r.changed(name) || ok && !inside(p, cached) {
		return false
	}
	ok = ok || binary && strings.HasPrefix(name, "PROJECT_VERSION")
	for i, f := range r.files {
		for _, set := range f.sets[name] {
			for _, value := range set.values {
				switch {
				case value == "${"+name+"}":
					continue // for the scope above
				case set.mode == lastElement || set.mode == partOfLast:
					ok = binary
				default:
					ok = set.mode == asWritten && inside(place{i, set.part}, value)
				}
				if !ok {
					return false
				}
			}
		}
	}
	return ok
}

// callsOf returns an item as it is in each call of its function, with the arguments in place of the parameters and of
// the variables of cmake_parse_arguments(). It is not ok where none of these is in it, or where a call or a value is not
// known.
func callsOf(r *resolver, o output) (list []output, ok bool) {
	f := r.files[o.file]
	part := f.parts[o.part]
	var used []string
	for _, name := range slices.Concat(part.parameters, slices.Sorted(maps.Keys(part.keywords))) {
		if slices.ContainsFunc(o.args, func(arg string) bool { return strings.Contains(arg, "${"+name+"}") }) {
			used = append(used, name)
		}
	}
	if len(used) == 0 || r.words[part.function] || slices.ContainsFunc(used, func(name string) bool { return changes(f, name) }) {
		return nil, false
	}
	with := func(p place, pairs ...string) {
		args := slices.Clone(o.args)
		for i, arg := range args {
			args[i] = strings.NewReplacer(pairs...).Replace(arg)
		}
		list = append(list, output{p, item{args: args}})
	}
	for _, name := range used {
		for _, set := range f.sets[name] {
			for _, value := range set.values {
				switch {
				case set.part != o.part:
				case len(used) > 1 || set.mode != asWritten || strings.Contains(value, "${"+name+"}"):
					return nil, false
				default:
					with(o.place, "${"+name+"}", value) // where the argument is missing
				}
			}
		}
	}
	for _, call := range callers(r)[part.function] {
		var pairs []string
		for _, name := range used {
			value, ok := argument(r, part, call.args[1:], name)
			if !ok {
				return nil, false
			}
			pairs = append(pairs, "${"+name+"}", value)
		}
		with(call.place, pairs...)
	}
	return list, true
}

// argument returns the argument of a call for a parameter of its function, or for a keyword.
func argument(r *resolver, p part, args []string, name string) (value string, ok bool) {
	i := slices.Index(p.parameters, name)
	if keyword, ok := p.keywords[name]; ok {
		if i = slices.Index(args, keyword) + 1; i == 0 {
			return "", !slices.ContainsFunc(args, func(arg string) bool { return isList(r, arg) })
		}
	}
	if i >= len(args) || slices.ContainsFunc(args[:i+1], func(arg string) bool { return isList(r, arg) }) {
		return "", false
	}
	return args[i], true
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

// keywords reads cmake_parse_arguments(), which gives a variable to each keyword: options, those of one value, those of
// several.
func keywords(r *reader, args []Arg) {
	if args[0].Text == "PARSE_ARGV" {
		args = args[min(2, len(args)-1):]
	}
	prefix := args[0].Text + "_"
	if len(args) < 4 || strings.Contains(prefix, "$") {
		r.code.prefixes = append(r.code.prefixes, prefix)
		return
	}
	of := &r.code.parts[r.current()]
	for i, arg := range args[1:4] {
		list := strings.Split(arg.Text, ";")
		if name, ok := strings.CutPrefix(arg.Text, "${"); ok {
			list = nil
			for _, set := range r.code.sets[strings.TrimSuffix(name, "}")] {
				if set.part == r.current() {
					list = append(list, set.values...)
				}
			}
		}
		if len(list) == 0 || slices.ContainsFunc(list, func(keyword string) bool { return strings.Contains(keyword, "$") }) {
			r.code.prefixes = append(r.code.prefixes, prefix)
			return
		}
		for _, keyword := range list {
			r.code.parameters[prefix+keyword] = true
			if i == 1 && keyword != "" {
				if of.keywords == nil {
					of.keywords = map[string]string{}
				}
				of.keywords[prefix+keyword] = keyword
			}
		}
	}
	r.code.parameters[prefix+"UNPARSED_ARGUMENTS"], r.code.parameters[prefix+"KEYWORDS_MISSING_VALUES"] = true, true
}
