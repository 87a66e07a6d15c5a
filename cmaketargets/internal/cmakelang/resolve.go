package cmakelang

import (
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Origin is whose a CMake file is.
type Origin int

// The origins.
const (
	Own     Origin = iota // the project's
	Script                // the project's, whose included files CMake does not list: an initial cache
	Package               // a package's that find_package() has found
	Module                // CMake's
)

// File is a CMake file that was read.
type File struct {
	Path string // absolute
	Origin
	*Code
}

// Context is everything that the value of a variable may depend on.
type Context struct {
	Source, Build string            // absolute
	Dirs          map[string]string // build directory of each source directory of the project
	Cache         map[string]string
	Getenv        func(name string) string
	// System is the system that is built for, or "" if that is unknown.
	System string
	// Follow asks for Uses.Files and Uses.Adds, which the file API of CMake has in a build tree.
	Follow bool
}

// Uses are the dependencies of code beside the files that CMake lists. Paths are absolute and may not exist.
type Uses struct {
	Env    []string // names of variables
	Reads  []string // files whose content or time matters; like Exists and Copies they may be patterns
	Exists []string // files and directories whose existence and type matters
	Globs  []string // patterns of the last element; "/**/" before it for all directories below
	Copies []string // files, or directories with everything in them
	// Makes are files and directories outside of the build tree that the code may make; they may be patterns. "**" at
	// the end stands for everything in a directory.
	Makes []string
	// Scripts are further CMake files that Scripts include.
	Scripts []string
	// Files and Adds are CMake files that are included and directories that are added, as far as that
	// is known.
	Files, Adds []string
	// Programs are patterns of the names of programs that were not found, for which CMake looks again.
	// Path reports that PATH may decide more than whether these are found.
	Programs []string
	Path     bool
	// Unknown is why the code depends on something else, as "runs git (CMakeLists.txt:12)", or "".
	Unknown string
}

// Bounds on the work for one project.
const (
	maxValues = 64   // of an argument
	maxUses   = 5000 // of a kind
	maxBases  = 4    // of a relative path that is followed
)

// resolver finds the uses of a project's code.
type resolver struct {
	Context
	files     []File
	functions map[string][]place
	called    map[place]bool
	queue     []place
	truth     map[string]int // known values of conditions: 1 true, -1 false, 0 unknown
	uses      Uses
	variables map[string]variable
	listed    map[string]bool // whether a variable is a list
	commands  map[string]bool // whether a command may change a variable; see changed
	seen      map[string]bool // kind and path
	searched  []search
	outputs   []output
	words     map[string]bool     // arguments that may be names of functions, in lower case
	callers   map[string][]output // see callers
	tried     int                 // calls that may lead to an output
}

// place is a part of a file.
type place struct{ file, part int }

// Resolve returns the uses of all code in files that may be executed: that outside of functions, and
// the functions that it calls or mentions.
func Resolve(c Context, files []File) Uses {
	if slices.ContainsFunc(files, func(f File) bool { return f.Origin != Module && len(f.sets["CMAKE_SYSTEM_NAME"]) > 0 }) {
		c.System = "" // the project decides
	}
	r := resolver{
		Context: c, files: files, functions: map[string][]place{}, called: map[place]bool{},
		truth: map[string]int{}, variables: map[string]variable{}, listed: map[string]bool{}, commands: map[string]bool{}, seen: map[string]bool{},
		words: map[string]bool{},
	}
	for _, f := range files {
		for word := range f.words {
			r.words[strings.ToLower(word)] = true
		}
	}
	for i, f := range files {
		for j, p := range f.parts {
			if p.function != "" {
				r.functions[p.function] = append(r.functions[p.function], place{i, j})
			}
			// A function whose name is an argument may be called by a command that is computed.
			if p.function == "" || r.words[p.function] {
				r.call(place{i, j})
			}
		}
	}
	for len(r.queue) > 0 {
		p := r.queue[0]
		r.queue = r.queue[1:]
		for _, i := range files[p.file].parts[p.part].items {
			if !r.dead(i.guards) {
				r.item(p, i)
			}
		}
	}
	for dir := range strings.SplitSeq(r.Cache["CMAKE_MODULE_PATH"], ";") { // see modulePath
		if dir != "" {
			r.pathOnce(globs, filepath.Join(fsutil.Absolute(dir, r.Build), "*.cmake"), &r.uses.Globs)
		}
	}
	r.notFound()
	for _, o := range r.outputs { // the calls are known now
		if origin := files[o.file].Origin; !made(&r, o, 0) && origin != Module && origin != Package {
			r.unknown(o.place, o.item, "writes "+o.args[0])
		}
	}
	for _, list := range []*[]string{&r.uses.Env, &r.uses.Reads, &r.uses.Exists, &r.uses.Globs, &r.uses.Copies, &r.uses.Makes} {
		sort.Strings(*list)
	}
	return r.uses
}

// call adds a part to those that are executed.
func (r *resolver) call(p place) {
	if !r.called[p] {
		r.called[p] = true
		r.queue = append(r.queue, p)
	}
}

// item adds the use in an item.
func (r *resolver) item(p place, i item) {
	file := r.files[p.file]
	switch i.kind {
	case calls:
		for _, f := range r.functions[i.args[0]] {
			r.call(f)
		}
	case env:
		r.once("env", i.args[0], &r.uses.Env)
		r.uses.Path = r.uses.Path || i.args[0] == "PATH"
	case reads:
		r.path(p, i, "reads", &r.uses.Reads, "")
	case exists:
		base := r.Build // the directory in which CMake works
		if len(i.args) > 1 && i.args[1] == inSource {
			base = ""
		}
		r.path(p, i, "looks for", &r.uses.Exists, base)
	case globs, recurses:
		r.path(p, i, "lists", &r.uses.Globs, "")
	case copies:
		r.path(p, i, "copies", &r.uses.Copies, "")
	case includes:
		if file.Origin == Script {
			r.script(p, i)
		}
		r.follow(p, i, &r.uses.Files)
	case adds:
		r.follow(p, i, &r.uses.Adds)
	case makes:
		r.outputs = append(r.outputs, output{p, i})
	case finds:
		r.searched = append(r.searched, search{p, i})
	case runs:
		if file.Origin != Module {
			program := i.args[0]
			if values, ok := r.expand(p, program); ok && len(values) == 1 {
				program = strings.TrimSuffix(filepath.Base(values[0]), ".exe")
			}
			r.unknown(p, i, "runs "+program)
		} else if !strings.Contains(i.args[0], "$") && !filepath.IsAbs(i.args[0]) {
			r.uses.Path = true
		}
	case unknowable:
		// The functions that CMake's modules define are named by those that call them.
		if file.Origin != Module {
			r.unknown(p, i, i.args[0])
		}
	}
}

// path adds the paths in the argument of an item to a list. A relative one begins in base, or in the
// source directory of the code if base is empty.
func (r *resolver) path(p place, i item, verb string, list *[]string, base string) {
	values, ok := r.expand(p, i.args[0])
	bases, known := []string{base}, true
	if base == "" {
		bases, known = r.dirs(p, false)
	}
	for _, value := range values {
		if value == "" {
			continue
		}
		if filepath.IsAbs(value) {
			r.pathOnce(i.kind, filepath.Clean(value), list)
			continue
		}
		ok = ok && known
		for _, dir := range bases {
			r.pathOnce(i.kind, filepath.Join(dir, value), list)
		}
	}
	// A package looks for its own files by variables that only CMake can follow. Those who install it
	// replace its CMake files, too.
	if origin := r.files[p.file].Origin; !ok && origin != Module && origin != Package {
		r.unknown(p, i, verb+" "+i.args[0])
	}
}

// script adds a file that a Script includes.
func (r *resolver) script(p place, i item) {
	values, ok := r.expand(p, i.args[0])
	for _, value := range values {
		if ok = ok && filepath.IsAbs(value); ok {
			r.once("script", filepath.Clean(value), &r.uses.Scripts)
		}
	}
	if !ok {
		r.unknown(p, i, "includes "+i.args[0])
	}
}

// follow adds the known paths in the argument of an item to a list.
func (r *resolver) follow(p place, i item, list *[]string) {
	if !r.Follow {
		return
	}
	values, _ := r.expand(p, i.args[0])
	bases, known := r.dirs(p, false)
	if !known || len(bases) > maxBases {
		return
	}
	for _, value := range values {
		for _, base := range bases {
			r.once(fmt.Sprint(i.kind), fsutil.Absolute(value, base), list)
		}
	}
}

func (r *resolver) pathOnce(k kind, path string, list *[]string) {
	if k == recurses {
		path = filepath.Join(filepath.Dir(path), "**", filepath.Base(path))
	}
	r.once(fmt.Sprint(k), path, list)
}

// once adds a text to a list unless it is in it.
func (r *resolver) once(kind, value string, list *[]string) {
	if r.seen[kind+"\x00"+value] {
		return
	}
	r.seen[kind+"\x00"+value] = true
	if len(*list) >= maxUses {
		r.uses.Unknown = "depends on more than " + text.Count(maxUses, "file")
		return
	}
	*list = append(*list, value)
}

// unknown notes a reason, if it is the first.
func (r *resolver) unknown(p place, i item, reason string) {
	if r.uses.Unknown == "" {
		r.uses.Unknown = reason + r.at(p, i)
	}
}

// at returns the place of an item for a message.
func (r *resolver) at(p place, i item) string {
	name := r.files[p.file].Path
	if rel, ok := fsutil.Within(name, r.Source); ok {
		name = filepath.ToSlash(rel)
	}
	return fmt.Sprintf(" (%s:%d)", name, i.line)
}

// dirs returns the source directories, or build directories, in which a part may be executed.
func (r *resolver) dirs(p place, build bool) ([]string, bool) {
	dir := filepath.Dir(r.files[p.file].Path)
	binary, known := r.Dirs[dir]
	if p.part == 0 && known && filepath.Base(r.files[p.file].Path) == listFile && !includesLists(r.files) {
		if build {
			dir = binary
		}
		return []string{dir}, true
	}
	var list []string
	for _, source := range text.SortedKeys(r.Dirs) {
		if build {
			source = r.Dirs[source]
		}
		list = append(list, source)
	}
	return list, 0 < len(list) && len(list) <= maxValues
}

const listFile = "CMakeLists.txt"

// includesLists reports whether a CMakeLists.txt is included in another directory.
func includesLists(files []File) bool { return Includes(files, listFile) }

// Includes reports whether code in files includes a file of this name, in any directory.
func Includes(files []File, name string) bool {
	return slices.ContainsFunc(files, func(f File) bool { return slices.Contains(f.included, name) })
}

// listDirs returns the directories that CMAKE_CURRENT_LIST_DIR may be in a part: in a function it is
// that of the caller.
func (r *resolver) listDirs(p place) ([]string, bool) {
	own := filepath.Dir(r.files[p.file].Path)
	if p.part == 0 || r.files[p.file].Origin == Package {
		return []string{own}, true
	}
	var list []string
	for _, f := range r.files {
		if dir := filepath.Dir(f.Path); f.Origin == Own && !slices.Contains(list, dir) {
			list = append(list, dir)
		}
	}
	return list, len(list) <= maxValues
}
