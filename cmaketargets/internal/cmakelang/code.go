package cmakelang

import (
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// kind is the way in which an item of code depends on something.
type kind int

const (
	calls      kind = iota // a command that is not CMake's own: args[0] is its name, its arguments follow
	env                    // reads the environment variable args[0]
	reads                  // reads the file args[0], or compares its time
	exists                 // looks whether args[0] exists, and of which type it is
	globs                  // lists the names that match args[0]
	recurses               // the same in all directories below
	copies                 // copies the file or directory args[0]
	finds                  // searches for args[0], a cache entry, with the command args[1]
	runs                   // runs the program args[0]
	unknowable             // args[0] is the reason why it depends on something unknown
	includes               // reads the CMake code args[0]
	adds                   // adds the directory args[0]
	makes                  // makes the path args[0]; see output
)

// item is one use or call in code.
type item struct {
	kind   kind
	line   int
	args   []string // as written; see Arg
	guards []string // variables that are true where this is reached, those with "!" false
}

// part is the code of a file outside of all functions, or that of one function or macro.
type part struct {
	function   string // in lower case, "" outside
	parameters []string
	keywords   map[string]string // those of one value, by the variable that cmake_parse_arguments() gives it
	items      []item
}

// assignment is a command that gives a variable one of these values, or all of them as a list.
type assignment struct {
	values []string // as written
	list   bool
	loop   bool // one element of the values at a time
	mode   mode
	part   int
}

// Code is the content of a CMake file as far as Resolve needs it.
type Code struct {
	parts []part
	sets  map[string][]assignment
	// words are the arguments that may name a variable which a command changes, or a function that
	// it calls.
	words map[string]bool
	// parameters are those of all functions, and the variables of cmake_parse_arguments().
	parameters map[string]bool
	// parts of the names of variables that commands change: beginnings and ends.
	prefixes, suffixes []string
	uncached           []string // cache entries that unset() removes
	included           []string // last elements of the paths in include()
}

// reader collects the Code of a file.
type reader struct {
	code   *Code
	open   []int   // parts, innermost last
	blocks []block // if() and its like, innermost last
}

// block is an open if() or another block.
type block struct {
	command string
	guards  []string // of the current branch
	negated []string // of the branches after it
}

// Read returns the Code in a CMake file with this content.
func Read(src []byte) *Code {
	r := reader{code: &Code{parts: []part{{}}, sets: map[string][]assignment{}, words: map[string]bool{}, parameters: map[string]bool{}}, open: []int{0}}
	Commands(src, func(c Command) bool {
		r.command(c)
		return true
	})
	return r.code
}

// current is the index of the part that is read.
func (r *reader) current() int { return r.open[len(r.open)-1] }

func (r *reader) add(k kind, line int, args ...string) {
	i := item{kind: k, line: line, args: args}
	for _, b := range r.blocks {
		i.guards = append(i.guards, b.guards...)
	}
	p := &r.code.parts[r.current()]
	p.items = append(p.items, i)
}

// command reads one command.
func (r *reader) command(c Command) {
	c.Name = strings.ToLower(c.Name)
	r.environment(c)
	if r.structure(c) {
		return
	}
	r.names(c)
	switch c.Name {
	case "file":
		r.file(c)
	case "string":
		r.string(c)
	case "execute_process", "exec_program":
		r.process(c)
	case "cmake_language":
		r.language(c)
	default:
		r.other(c)
	}
	outputs(r, c)
}

// environment reads the variables of the environment in the arguments of a command.
func (r *reader) environment(c Command) {
	for i, arg := range c.Args {
		if arg.Bracket {
			continue
		}
		EachEnvironment(arg.Text, func(name string) { r.env(arg.Line, name) })
		// DEFINED ENV{NAME}; set(ENV{NAME}) and unset(ENV{NAME}) change it.
		if name, ok := strings.CutPrefix(arg.Text, "ENV{"); ok && (i > 0 || c.Name != "set" && c.Name != "unset") {
			r.env(arg.Line, strings.TrimSuffix(name, "}"))
		}
	}
}

func (r *reader) env(line int, name string) {
	name, ok := literal(name)
	if !ok || strings.ContainsAny(name, "${@") {
		r.add(unknowable, line, "reads a variable of the environment whose name is computed")
		return
	}
	r.add(env, line, name)
}

// EachEnvironment calls visit for each reference $ENV{NAME} in a text. A name with references in it
// is cut off at the end of the first.
func EachEnvironment(text string, visit func(name string)) {
	for {
		_, rest, ok := strings.Cut(text, "$ENV{")
		if !ok {
			return
		}
		name, after, _ := strings.Cut(rest, "}")
		visit(name)
		text = after
		if strings.Contains(name, "$") {
			text = rest
		}
	}
}

// structure reads the commands that open and close blocks, and conditions.
func (r *reader) structure(c Command) bool {
	switch c.Name {
	case "function", "macro":
		var p part
		if len(c.Args) > 0 {
			p.function = strings.ToLower(c.Args[0].Text)
		}
		for _, parameter := range c.Args[min(1, len(c.Args)):] {
			p.parameters = append(p.parameters, parameter.Text)
			r.code.parameters[parameter.Text] = true
		}
		r.code.parts = append(r.code.parts, p)
		r.open = append(r.open, len(r.code.parts)-1)
		// The guards of the definition are not those of a call.
		r.blocks = append(r.blocks, block{command: c.Name})
	case "endfunction", "endmacro":
		if len(r.open) > 1 {
			r.open = r.open[:len(r.open)-1]
		}
		r.close("function", "macro")
	case "if", "while":
		b := block{command: c.Name}
		b.guards, b.negated = condition(c.Args)
		r.conditions(c)
		r.blocks = append(r.blocks, b)
	case "elseif", "else":
		if n := len(r.blocks); n > 0 && r.blocks[n-1].command == "if" {
			args := c.Args
			if c.Name == "else" {
				args = nil // CMake ignores them: else(WIN32) belongs to if(WIN32)
			}
			guards, negated := condition(args)
			b := &r.blocks[n-1]
			b.guards = slices.Concat(b.negated, guards)
			b.negated = slices.Concat(b.negated, negated)
		}
		r.conditions(c)
	case "endif":
		r.close("if")
	case "endwhile":
		r.close("while")
	default:
		return false
	}
	return true
}

// close ends the innermost block if one of these commands opened it.
func (r *reader) close(commands ...string) {
	if n := len(r.blocks); n > 0 && slices.Contains(commands, r.blocks[n-1].command) {
		r.blocks = r.blocks[:n-1]
	}
}

// condition returns the variables that are true where the condition of an if() holds, and where it does not.
func condition(args []Arg) (guards, negated []string) {
	clauses := [][]Arg{{}}
	for _, arg := range args {
		switch {
		case arg.Quoted || arg.Bracket:
		case arg.Text == "OR" || arg.Text == "(" || arg.Text == ")":
			return nil, nil
		case arg.Text == "AND":
			clauses = append(clauses, nil)
			continue
		}
		last := &clauses[len(clauses)-1]
		*last = append(*last, arg)
	}
	for _, clause := range clauses {
		positive, negative := "", "!"
		if len(clause) > 1 && !clause[0].Quoted && clause[0].Text == "NOT" {
			positive, negative, clause = "!", "", clause[1:]
		}
		if len(clause) != 1 || !isName(clause[0]) {
			continue
		}
		guards = append(guards, positive+clause[0].Text)
		if len(clauses) == 1 {
			negated = []string{negative + clause[0].Text}
		}
	}
	return guards, negated
}

// conditions reads the tests of files in the condition of an if().
func (r *reader) conditions(c Command) {
	for i, arg := range c.Args {
		if arg.Quoted || arg.Bracket || i+1 == len(c.Args) {
			continue
		}
		next := c.Args[i+1]
		switch arg.Text {
		case "EXISTS", "IS_DIRECTORY", "IS_SYMLINK":
			r.use(exists, next)
		case "IS_NEWER_THAN":
			r.use(reads, next)
			if i > 0 {
				r.use(reads, c.Args[i-1])
			}
		case "IS_READABLE", "IS_WRITABLE", "IS_EXECUTABLE":
			r.add(unknowable, arg.Line, "checks permissions")
		}
	}
}

// use adds an item about the path in an argument. An item of the kind exists has a base, as in makes, where that is not
// the directory in which CMake works.
func (r *reader) use(k kind, arg Arg, base ...string) {
	path := arg.Text
	if arg.Bracket {
		path = strings.NewReplacer(`\`, `\\`, `$`, `\$`).Replace(path)
	}
	r.add(k, arg.Line, append([]string{path}, base...)...)
}

var nameOfVariable = text.Regexp(`^[A-Za-z_][A-Za-z0-9_.+-]*$`)

// isName reports whether an argument can be the name of a variable or function, as written.
func isName(arg Arg) bool { return !arg.Bracket && nameOfVariable().MatchString(arg.Text) }
