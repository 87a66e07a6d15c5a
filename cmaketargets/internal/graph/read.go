package graph

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmakelang"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Bounds on the static read of one project.
const (
	maxFile  = 1 << 20 // bytes of a file
	maxFiles = 500
	maxSteps = 50_000 // commands that are executed
	maxDepth = 32     // of files, functions and loops
)

// need is a package that a project needs.
type need struct {
	keys     []key  // any of them answers it, best first
	name     string // that the code looks for, "" in package.xml
	optional bool
	site     model.Site
}

// reading is everything that the static read of a project finds.
type reading struct {
	top      string   // its CMakeLists.txt
	names    []string // of its project() calls
	needs    []need
	exports  []need // of its configuration files: its users need these
	provides map[key]model.Site
	known    bool         // its configured build trees have shown which packages it provides
	shown    map[key]bool // these
}

// function is the body of a function or a macro.
type function struct {
	parameters []string
	body       []cmakelang.Command
	file       string
}

// reader executes the code of a project as far as its text determines it: variables have all values
// that are known to be possible, and both branches of an unknown condition are executed.
type reader struct {
	reading
	root      string
	file      string // that is read
	vars      map[string][]string
	functions map[string]function
	seen      map[string]bool // files
	steps     int
	depth     int
	// conditional is the number of conditions around that are not known, config whether the file is a
	// configuration file for other projects.
	conditional int
	config      bool
}

// read reads a project; text is that of its CMakeLists.txt if it is known.
func read(p model.Project, text []byte, manifest bool) reading {
	nowhere := filepath.Join(p.Dir, "CMakeFiles") // no build tree is known
	r := reader{root: p.Dir, vars: map[string][]string{}, functions: map[string]function{}, seen: map[string]bool{}}
	r.top, r.provides = filepath.Join(p.Dir, "CMakeLists.txt"), map[key]model.Site{}
	for _, scope := range []string{"CMAKE_", "CMAKE_CURRENT_", "PROJECT_"} {
		r.vars[scope+"SOURCE_DIR"], r.vars[scope+"BINARY_DIR"] = []string{p.Dir}, []string{nowhere}
	}
	r.include(r.top, text)
	if manifest {
		r.manifest(filepath.Join(p.Dir, "package.xml"))
	}
	return r.reading
}

// include executes a file once; its text is read if it is nil.
func (r *reader) include(file string, text []byte) {
	if r.seen[file] || len(r.seen) == maxFiles || r.depth == maxDepth {
		return
	}
	r.seen[file] = true
	if text == nil {
		var err error
		if text, _, err = fsutil.Read(file, maxFile); err != nil {
			return
		}
	}
	outer, dir := r.file, r.vars["CMAKE_CURRENT_LIST_DIR"]
	r.file, r.vars["CMAKE_CURRENT_LIST_DIR"] = file, []string{filepath.Dir(file)}
	r.execute(parse(text, r.config))
	r.file, r.vars["CMAKE_CURRENT_LIST_DIR"] = outer, dir
}

// parse returns the commands of a file. In a template @NAME@ is a reference to a variable.
func parse(data []byte, template bool) []cmakelang.Command {
	var commands []cmakelang.Command
	cmakelang.Commands(data, func(c cmakelang.Command) bool {
		c.Name = strings.ToLower(c.Name)
		switch c.Name {
		case "add_library", "add_executable", "add_test", "add_custom_command", "add_custom_target", "add_compile_options", "add_definitions",
			"target_link_libraries", "target_sources", "target_include_directories", "target_compile_definitions", "target_compile_options",
			"set_target_properties", "set_property", "message":
			return true // most commands, which change nothing here
		}
		c.Args = slices.Clone(c.Args)
		for i, arg := range c.Args {
			if parts := strings.Split(arg.Text, "@"); template && len(parts) == 3 {
				c.Args[i].Text = parts[0] + "${" + parts[1] + "}" + parts[2]
			}
		}
		commands = append(commands, c)
		return true
	})
	return commands
}

// subdirectory executes the code of a directory, whose variables are its own.
func (r *reader) subdirectory(dir string) {
	outer := r.vars
	r.vars = maps.Clone(outer)
	r.vars["CMAKE_CURRENT_SOURCE_DIR"] = []string{dir}
	r.include(filepath.Join(dir, "CMakeLists.txt"), nil)
	r.vars = outer
}

// execute executes commands.
func (r *reader) execute(commands []cmakelang.Command) {
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > maxDepth {
		return
	}
	for i := 0; i < len(commands); i++ {
		if r.steps++; r.steps > maxSteps {
			return
		}
		c := commands[i]
		end := i
		switch c.Name {
		case "if":
			end = r.branches(commands, i)
		case "while":
			end = closing(commands, i, "while")
			r.conditional++
			r.execute(commands[i+1 : end])
			r.conditional--
		case "foreach":
			end = closing(commands, i, "foreach")
			r.loop(c.Args, commands[i+1:end])
		case "function", "macro":
			end = closing(commands, i, c.Name)
			if len(c.Args) > 0 {
				f := function{body: commands[i+1 : end], file: r.file}
				for _, arg := range c.Args[1:] {
					f.parameters = append(f.parameters, arg.Text)
				}
				r.functions[strings.ToLower(c.Args[0].Text)] = f
			}
		default:
			r.command(c)
		}
		i = end
	}
}

// closing returns the index of the command that closes the block which a command opens.
func closing(commands []cmakelang.Command, open int, name string) int {
	depth := 0
	for i := open; i < len(commands); i++ {
		switch commands[i].Name {
		case name:
			depth++
		case "end" + name:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(commands)
}

// branches executes those branches of an if() that may happen, and returns the index of its end.
func (r *reader) branches(commands []cmakelang.Command, open int) int {
	end := closing(commands, open, "if")
	before, over := false, false // an earlier branch may have happened, or has
	for start := open; start < end && !over; {
		next := nextBranch(commands, start, end)
		truth := holds
		if commands[start].Name != "else" {
			truth = r.condition(commands[start].Args)
		}
		if before = before || truth == unknown; truth != fails {
			outer := r.conditional
			if before {
				r.conditional++
			}
			r.execute(commands[start+1 : next])
			r.conditional = outer
		}
		over, start = truth == holds, next
	}
	return end
}

// nextBranch returns the index of the else() or elseif() that ends a branch, or end.
func nextBranch(commands []cmakelang.Command, start, end int) int {
	depth := 0
	for i := start + 1; i < end; i++ {
		switch name := commands[i].Name; {
		case name == "if":
			depth++
		case name == "endif":
			depth--
		case depth == 0 && (name == "else" || name == "elseif"):
			return i
		}
	}
	return end
}

// The values of a condition.
type truth int

const (
	unknown truth = iota
	holds
	fails
)

// condition returns the value of a condition, as far as it is the same for every user: constants,
// and whether the project is the one that is configured.
func (r *reader) condition(args []cmakelang.Arg) truth {
	if len(args) > 1 && args[0].Text == "NOT" && !args[0].Quoted {
		return map[truth]truth{holds: fails, fails: holds}[r.condition(args[1:])]
	}
	word := func(i int) string { return strings.Trim(args[i].Text, "${}") }
	switch {
	case len(args) == 1 && slices.Contains([]string{"TRUE", "ON", "YES", "Y", "1", "PROJECT_IS_TOP_LEVEL"}, strings.ToUpper(args[0].Text)):
		return holds
	case len(args) == 1 && slices.Contains([]string{"FALSE", "OFF", "NO", "N", "0"}, strings.ToUpper(args[0].Text)):
		return fails
	case len(args) == 3 && args[1].Text == "STREQUAL":
		a, b := r.vars[word(0)], r.vars[word(2)]
		if strings.HasSuffix(word(0), "SOURCE_DIR") && len(a) == 1 && len(b) == 1 {
			if a[0] == b[0] {
				return holds
			}
			return fails
		}
	}
	return unknown
}

// loop executes the body of a foreach() for each value that is known.
func (r *reader) loop(args []cmakelang.Arg, body []cmakelang.Command) {
	if len(args) == 0 {
		return
	}
	name, items := args[0].Text, args[1:]
	var values []string
	if len(items) > 1 && items[0].Text == "IN" {
		lists := false
		for _, item := range items[1:] {
			switch item.Text {
			case "LISTS", "ZIP_LISTS":
				lists = true
			case "ITEMS":
				lists = false
			default:
				if lists {
					values = append(values, r.vars[item.Text]...)
				} else {
					values = append(values, r.expand(item)...)
				}
			}
		}
	} else if len(items) > 0 && items[0].Text != "RANGE" {
		values = r.expandAll(items)
	}
	if len(values) == 0 {
		values = []string{""}
		r.conditional++
		defer func() { r.conditional-- }()
	}
	outer := r.vars[name]
	for _, value := range values {
		r.vars[name] = []string{value}
		r.execute(body)
	}
	r.vars[name] = outer
}

// call executes a function or a macro.
func (r *reader) call(f function, args []cmakelang.Arg) {
	values := r.expandAll(args)
	outer, file := map[string][]string{}, r.file
	set := func(name string, value []string) {
		outer[name], r.vars[name] = r.vars[name], value
	}
	for i, name := range f.parameters {
		if i < len(values) {
			set(name, values[i:i+1])
		}
	}
	set("ARGV", values)
	set("ARGN", values[min(len(f.parameters), len(values)):])
	r.file = f.file
	r.execute(f.body)
	r.file = file
	for name, value := range outer {
		r.vars[name] = value
	}
}
