package cmakelang

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// expand returns the possible values of an argument, and whether there can be no others.
func (r *resolver) expand(p place, arg string) ([]string, bool) {
	values, whole := []string{""}, arg
	for {
		before, rest, found := strings.Cut(arg, "$")
		backslashes := len(before) - len(strings.TrimRight(before, `\`))
		before, _ = literal(before)
		switch {
		case !found:
			appendTo(values, before)
			return values, true
		case backslashes%2 == 1:
			appendTo(values, strings.TrimSuffix(before, `\`)+"$")
			arg = rest
			continue
		case strings.HasPrefix(rest, "<"):
			return nil, false
		case !refersToVariable(rest):
			appendTo(values, before+"$")
			arg = rest
			continue
		}
		appendTo(values, before)
		kind, rest, _ := strings.Cut(rest, "{")
		name, rest, closed := strings.Cut(rest, "}")
		if !closed || strings.Contains(name, "$") || whole != "${"+name+"}" && r.lists(name) {
			return nil, false // a part of it is joined to one element only
		}
		replaced, known := r.reference(p, kind, name)
		if !known || len(values)*len(replaced) > maxValues {
			return nil, false
		}
		var combined []string
		for _, v := range values {
			for _, with := range replaced {
				if strings.Contains(with, ";") {
					return nil, false // a list
				}
				combined = append(combined, v+with)
			}
		}
		values, arg = combined, rest
	}
}

func appendTo(values []string, text string) {
	for i := range values {
		values[i] += text
	}
}

// reference returns the possible values of ${NAME}, $ENV{NAME} and $CACHE{NAME}.
func (r *resolver) reference(p place, kind, name string) ([]string, bool) {
	switch kind {
	case "ENV":
		return []string{r.Getenv(name)}, !r.changed("ENV{" + name + "}") // with another value it is another snapshot
	case "CACHE":
		value, ok := r.Cache[name]
		return []string{value}, ok
	}
	file := r.files[p.file]
	switch name {
	case "CMAKE_SOURCE_DIR", "CMAKE_HOME_DIRECTORY":
		return []string{r.Source}, true
	case "CMAKE_FILES_DIRECTORY":
		return []string{"/CMakeFiles"}, true
	case "CMAKE_BINARY_DIR":
		return []string{r.Build}, true
	case "CMAKE_CURRENT_SOURCE_DIR":
		return r.dirs(p, false)
	case "CMAKE_CURRENT_BINARY_DIR":
		return r.dirs(p, true)
	case "CMAKE_CURRENT_LIST_DIR":
		return r.listDirs(p)
	case "CMAKE_CURRENT_LIST_FILE":
		return []string{file.Path}, p.part == 0
	case "CMAKE_CURRENT_FUNCTION_LIST_DIR":
		return []string{filepath.Dir(file.Path)}, p.part != 0
	case "PROJECT_SOURCE_DIR":
		return r.projects("_SOURCE_DIR")
	case "PROJECT_BINARY_DIR":
		return r.projects("_BINARY_DIR")
	}
	cached, ok := r.Cache[name]
	if ok && (file.Origin == Module || r.isProjects(name)) {
		return []string{cached}, true
	}
	if r.changed(name) {
		return nil, false
	}
	return r.assigned(name)
}

// variable has the values that set() and the like give to a variable.
type variable struct {
	values []string
	known  bool // there are no other values
}

// assigned returns the values of a variable in the cache and in all set() of it. Those of one that
// refers to itself are not known.
func (r *resolver) assigned(name string) ([]string, bool) {
	v, ok := r.variables[name]
	if !ok {
		r.variables[name] = variable{} // for references to itself
		v.values, v.known = r.assignments(name)
		r.variables[name] = v
	}
	return v.values, v.known
}

func (r *resolver) assignments(name string) (values []string, known bool) {
	if cached, ok := r.Cache[name]; ok {
		values = append(values, cached)
	}
	if name == "PROJECT_NAME" { // which the cache has for the first one only, as CMAKE_PROJECT_NAME
		values = append(values, projectNames(r)...)
	}
	for i, f := range r.files {
		for _, set := range f.sets[name] {
			for _, arg := range set.values {
				expanded, ok := r.expand(place{i, set.part}, arg)
				if !ok || len(values) > maxUses {
					return nil, false
				}
				for _, value := range expanded {
					if value, ok = set.mode.of(value); !ok {
						return nil, false
					}
					if !slices.Contains(values, value) {
						values = append(values, value)
					}
				}
			}
		}
	}
	return values, len(values) > 0
}

// lists reports whether a variable may have several elements.
func (r *resolver) lists(name string) bool {
	list, ok := r.listed[name]
	if ok {
		return list
	}
	r.listed[name] = true // for references to itself
	ofVariable := func(value string) bool {
		inner, ok := strings.CutPrefix(value, "${")
		return ok && r.lists(strings.TrimSuffix(inner, "}"))
	}
	r.listed[name] = slices.ContainsFunc(r.files, func(f File) bool {
		return slices.ContainsFunc(f.sets[name], func(a assignment) bool {
			return a.list || !a.loop && slices.ContainsFunc(a.values, ofVariable)
		})
	})
	return r.listed[name]
}

// projects returns the directories of all projects.
func (r *resolver) projects(suffix string) (dirs []string, known bool) {
	for _, name := range text.SortedKeys(r.Cache) {
		if strings.HasSuffix(name, suffix) && r.isProjects(name) {
			dirs = append(dirs, r.Cache[name])
		}
	}
	return dirs, 0 < len(dirs) && len(dirs) <= maxValues
}

// projectNames returns the names of all projects.
func projectNames(r *resolver) (names []string) {
	for _, entry := range text.SortedKeys(r.Cache) {
		if name, ok := strings.CutSuffix(entry, "_SOURCE_DIR"); ok && r.isProjects(entry) {
			names = append(names, name)
		}
	}
	return names
}

// isProjects reports whether a cache entry is one of the two that project() makes.
func (r *resolver) isProjects(entry string) bool {
	project, ok := strings.CutSuffix(entry, "_SOURCE_DIR")
	if !ok {
		if project, ok = strings.CutSuffix(entry, "_BINARY_DIR"); !ok {
			return false
		}
	}
	source, ok := r.Cache[project+"_SOURCE_DIR"]
	_, both := r.Cache[project+"_BINARY_DIR"]
	_, known := r.Dirs[source]
	return ok && both && known
}

// changed reports whether a command other than set() may give a variable a value.
func (r *resolver) changed(name string) bool {
	changed, ok := r.commands[name]
	if !ok {
		changed = changedIn(r.files, name)
		r.commands[name] = changed
	}
	return changed
}

func changedIn(files []File, name string) bool {
	return slices.ContainsFunc(files, func(f File) bool { return f.parameters[name] || changes(f, name) })
}

// changes reports whether a command in a file may change a variable.
func changes(f File, name string) bool {
	return f.words[name] ||
		slices.ContainsFunc(f.prefixes, func(p string) bool { return strings.HasPrefix(name, p) }) ||
		slices.ContainsFunc(f.suffixes, func(s string) bool { return strings.HasSuffix(name, s) })
}

// dead reports whether one of the conditions around an item is never true.
func (r *resolver) dead(guards []string) bool {
	for _, guard := range guards {
		name, negated := strings.CutPrefix(guard, "!")
		truth, ok := r.truth[name]
		if !ok {
			truth = r.condition(name)
			r.truth[name] = truth
		}
		if negated && truth > 0 || !negated && truth < 0 {
			return true
		}
	}
	return false
}

// ofSystem are variables that CMake sets for a system or for its compilers.
var ofSystem = map[string]int{
	"UNIX": 1, "WIN32": -1, "APPLE": -1, "MSVC": -1, "MSVC_IDE": -1, "MINGW": -1, "MSYS": -1, "CYGWIN": -1, "BORLAND": -1, "WATCOM": -1,
	"ANDROID": -1, "IOS": -1, "EMSCRIPTEN": -1, "XCODE": -1, "WINDOWS_STORE": -1, "CMAKE_CROSSCOMPILING": -1,
}

// condition returns 1 if a word in the condition of an if() is always true, -1 if it is always
// false, and 0 if it may be either.
func (r *resolver) condition(name string) int {
	if truth := constant(name); truth != 0 {
		return truth
	}
	if r.changed(name) {
		return 0
	}
	if truth := ofSystem[name]; truth != 0 && r.System == "Linux" {
		return truth
	}
	if _, cached := r.Cache[name]; !cached {
		return 0
	}
	values, _ := r.assigned(name)
	truth := 0
	for i, value := range values {
		t := constant(value)
		if t == 0 || i > 0 && t != truth {
			return 0
		}
		truth = t
	}
	return truth
}

// constant returns 1 if a word is a constant that is true for if(), -1 if it is one that is false.
func constant(word string) int {
	switch word = strings.ToUpper(word); word {
	case "1", "ON", "YES", "TRUE", "Y":
		return 1
	case "0", "OFF", "NO", "FALSE", "N", "IGNORE", "NOTFOUND", "":
		return -1
	}
	if strings.HasSuffix(word, "-NOTFOUND") {
		return -1
	}
	return 0
}
