package cmakelang

import (
	"slices"
	"strings"
)

// file reads file().
func (r *reader) file(c Command) {
	if len(c.Args) < 2 {
		return
	}
	op, args := c.Args[0].Text, c.Args[1:]
	switch op {
	case "READ", "STRINGS", "MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA3_224", "SHA3_256", "SHA3_384", "SHA3_512",
		"TIMESTAMP", "SIZE", "COPY_FILE", "RENAME":
		r.use(reads, args[0])
	case "READ_SYMLINK":
		r.use(exists, args[0])
	case "REAL_PATH":
		r.use(exists, args[0], inSource)
	case "GLOB", "GLOB_RECURSE":
		k := globs
		if op == "GLOB_RECURSE" {
			k = recurses
		}
		r.patterns(k, args[0], args[1:])
	case "COPY", "INSTALL":
		for _, arg := range args {
			if arg.Text == "DESTINATION" || arg.Text == "TYPE" {
				break
			}
			if arg.Text != "FILES" {
				r.use(copies, arg)
			}
		}
	case "ARCHIVE_EXTRACT":
		if i := index(args, "INPUT"); i >= 0 && i+1 < len(args) {
			r.use(reads, args[i+1])
		}
	case "GENERATE": // CMake lists its input
	case "WRITE", "APPEND", "TOUCH", "TOUCH_NOCREATE", "CONFIGURE", "MAKE_DIRECTORY", "REMOVE", "REMOVE_RECURSE", "CREATE_LINK",
		"CHMOD", "CHMOD_RECURSE", "RELATIVE_PATH", "TO_CMAKE_PATH", "TO_NATIVE_PATH":
	case "DOWNLOAD", "UPLOAD":
		r.add(unknowable, c.Line, "runs file("+op+")")
	default: // DIFFERENT, LOCK, ARCHIVE_CREATE, GET_RUNTIME_DEPENDENCIES, those of later versions, a computed one
		r.add(unknowable, c.Line, "runs file("+op+")")
	}
}

// patterns reads the arguments of file(GLOB). As a value of its variable, a pattern stands for the
// names that match.
func (r *reader) patterns(k kind, variable Arg, args []Arg) {
	found, followed := []Arg{}, k == globs && isName(variable)
	defer func() {
		if followed {
			r.assign(variable.Text, found, assignment{list: true})
		} else {
			r.code.words[variable.Text] = true
		}
	}()
	for i := 0; i < len(args); i++ {
		switch arg := args[i]; arg.Text {
		case "LIST_DIRECTORIES":
			i++
		case "RELATIVE":
			followed = false
			i++
		case "CONFIGURE_DEPENDS":
		case "FOLLOW_SYMLINKS":
			r.add(unknowable, arg.Line, "lists files behind links")
		default:
			r.use(k, arg)
			if !strings.HasPrefix(arg.Text, "/") && !strings.HasPrefix(arg.Text, "$") {
				arg.Text = "${CMAKE_CURRENT_SOURCE_DIR}/" + arg.Text
			}
			found = append(found, arg)
		}
	}
}

// string reads string().
func (r *reader) string(c Command) {
	if len(c.Args) == 0 {
		return
	}
	if op := c.Args[0].Text; op == "TIMESTAMP" || op == "RANDOM" || strings.Contains(op, "$") {
		r.add(unknowable, c.Line, "runs string("+op+")")
	}
}

// harmless are the commands of "cmake -E" whose result is always the same.
var harmless = []string{"make_directory", "create_symlink", "rm", "remove", "remove_directory", "echo", "echo_append", "sleep", "true", "false"}

// process reads execute_process().
func (r *reader) process(c Command) {
	args := c.Args
	if c.Name == "execute_process" {
		args = args[index(args, "COMMAND")+1:]
	}
	if len(args) == 0 {
		return
	}
	if len(args) > 2 && args[0].Text == "${CMAKE_COMMAND}" && args[1].Text == "-E" && slices.Contains(harmless, args[2].Text) && index(args, "COMMAND") < 0 {
		return
	}
	r.use(runs, args[0])
}

// language reads cmake_language().
func (r *reader) language(c Command) {
	if len(c.Args) == 0 {
		return
	}
	switch op := c.Args[0].Text; op {
	case "CALL", "DEFER":
		i := index(c.Args, "CALL")
		if i < 0 || i+1 >= len(c.Args) {
			return // it cancels or asks for calls
		}
		name, ok := c.Args[i+1].Literal()
		if !ok {
			r.add(unknowable, c.Line, "calls a command whose name is computed")
			return
		}
		r.command(Command{name, c.Line, slices.Clone(c.Args[i+2:])})
	case "EVAL":
		var code strings.Builder
		for _, arg := range c.Args[min(2, len(c.Args)):] {
			value, ok := arg.Literal()
			if !ok {
				r.add(unknowable, c.Line, "evaluates code that is computed")
				return
			}
			code.WriteString(value)
		}
		Commands([]byte(code.String()), func(inner Command) bool {
			inner.Line = c.Line
			r.command(inner)
			return true
		})
	case "EXIT", "GET_MESSAGE_LOG_LEVEL", "SET_DEPENDENCY_PROVIDER", "TRACE":
	default:
		r.add(unknowable, c.Line, "runs cmake_language("+op+")")
	}
}

// other reads a command that is not one of those above.
func (r *reader) other(c Command) {
	first := Arg{}
	if len(c.Args) > 0 {
		first = c.Args[0]
	}
	switch c.Name {
	case "find_program", "find_library", "find_path", "find_file", "find_package", "find_dependency":
		if index(c.Args, "NO_CACHE") >= 0 {
			r.add(unknowable, c.Line, "searches for "+first.Text+" without the cache")
			return
		}
		args := []string{first.Text, c.Name}
		for _, arg := range c.Args[min(1, len(c.Args)):] {
			args = append(args, arg.Text)
		}
		r.add(finds, c.Line, args...)
	case "try_run", "try_compile", "cmake_host_system_information", "site_name", "build_name", "load_cache", "load_command",
		"fetchcontent_makeavailable", "fetchcontent_populate", "externaldata_expand_arguments", "externaldata_add_test",
		"externaldata_add_target", "pkg_get_variable", "cmake_pkg_config":
		r.add(unknowable, c.Line, "runs "+c.Name)
	case "include":
		r.include(c)
	case "add_subdirectory":
		r.use(adds, first)
		r.add(calls, c.Line, c.Name) // a project may have one of its own
	case "list":
		if len(c.Args) > 2 && c.Args[1].Text == "CMAKE_MODULE_PATH" && slices.Contains([]string{"APPEND", "PREPEND", "INSERT"}, first.Text) {
			dirs := c.Args[2:]
			if first.Text == "INSERT" {
				dirs = dirs[1:] // after the place
			}
			r.modulePath(dirs)
		}
	case "unset":
		if isName(first) && index(c.Args, "CACHE") < 0 {
			r.assign(first.Text, []Arg{{}}, assignment{})
		} else if len(c.Args) > 1 {
			r.code.uncached = append(r.code.uncached, first.Text)
		}
	case "aux_source_directory":
		if first.Text != "" {
			first.Text += "/*"
			r.use(globs, first)
		}
	case "get_filename_component":
		switch {
		case index(c.Args, "REALPATH") >= 0 && len(c.Args) > 1:
			r.use(exists, c.Args[1], inSource)
		case index(c.Args, "PROGRAM") >= 0:
			r.add(unknowable, c.Line, "searches for a program")
		}
	default:
		args := []string{c.Name}
		for _, arg := range c.Args {
			args = append(args, arg.Text)
		}
		r.add(calls, c.Line, args...)
	}
}

// include reads include(). CMake lists the file if it exists.
func (r *reader) include(c Command) {
	if len(c.Args) == 0 {
		return
	}
	file := c.Args[0]
	r.code.included = append(r.code.included, file.Text[strings.LastIndexByte(file.Text, '/')+1:])
	if !strings.ContainsAny(file.Text, "/.$") {
		return // a module; see modulePath
	}
	r.use(includes, file)
	if index(c.Args, "OPTIONAL") >= 0 {
		r.use(exists, file, inSource)
	}
}

// index returns the place of an argument that is a keyword, or -1.
func index(args []Arg, keyword string) int {
	return slices.IndexFunc(args, func(a Arg) bool { return a.Text == keyword && !a.Quoted && !a.Bracket })
}
