package cmakelang

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// changesNothing matches commands that change no variable that an argument names, or only one in the
// cache.
var changesNothing = text.Regexp(`^(?:message|mark_as_advanced|option|project|install|include|include_directories|` +
	`add_\w+|target_\w+|find_\w+|set_\w*propert\w+|link_\w+|cmake_minimum_required|cmake_policy|enable_\w+|source_group|` +
	`write_basic_package_version_file|configure_package_config_file|configure_file|feature_summary|export)$`)

// names reads which variables a command may change.
func (r *reader) names(c Command) {
	switch {
	case c.Name == "set":
		r.set(c)
		return
	case c.Name == "foreach":
		r.foreach(c)
		return
	case c.Name == "get_filename_component" && r.component(c):
		return
	case changesNothing().MatchString(c.Name):
	default:
		appends := c.Name == "list" && len(c.Args) > 1 && c.Args[0].Text == "APPEND"
		if appends && isName(c.Args[1]) {
			r.assign(c.Args[1].Text, c.Args[2:], assignment{list: true})
		}
		// patterns has the variable of a glob.
		followed := appends || c.Name == "file" && len(c.Args) > 1 && strings.HasPrefix(c.Args[0].Text, "GLOB")
		for i, arg := range c.Args {
			if isName(arg) && !(followed && i == 1) {
				r.code.words[arg.Text] = true
			}
		}
	}
	if len(c.Args) == 0 {
		return
	}
	switch first := c.Args[0].Text; c.Name {
	case "cmake_parse_arguments":
		keywords(r, c.Args)
	case "pkg_check_modules", "pkg_search_module":
		r.code.prefixes = append(r.code.prefixes, first+"_")
	case "list", "string", "get_filename_component", "math":
		for _, arg := range c.Args {
			r.computed(arg)
		}
	}
}

// computed notes the name of a variable that is computed in part.
func (r *reader) computed(name Arg) {
	if i := strings.Index(name.Text, "${"); i > 0 {
		r.code.prefixes = append(r.code.prefixes, name.Text[:i])
	} else if j := strings.LastIndex(name.Text, "}"); i == 0 && j+1 < len(name.Text) {
		r.code.suffixes = append(r.code.suffixes, name.Text[j+1:])
	}
}

// assign notes the values that a variable may get.
func (r *reader) assign(name string, values []Arg, a assignment) {
	a.part = r.current()
	for _, v := range values {
		if v.Bracket || strings.Contains(v.Text, ";") {
			r.code.words[name] = true
			return
		}
		a.values = append(a.values, v.Text)
	}
	r.code.sets[name] = append(r.code.sets[name], a)
}

// foreach reads the items of a loop.
func (r *reader) foreach(c Command) {
	if len(c.Args) == 0 {
		return
	}
	name, items := c.Args[0], c.Args[1:]
	list := false
	var values []Arg
	for i, item := range items {
		switch {
		case item.Text == "RANGE" || item.Text == "ZIP_LISTS" || !isName(name):
			r.code.words[name.Text] = true
			return
		case i == 0 && item.Text == "IN":
		case item.Text == "LISTS" || item.Text == "ITEMS":
			list = item.Text == "LISTS"
		case list:
			item.Text = "${" + item.Text + "}"
			values = append(values, item)
		default:
			// Its items may be names of variables, or of functions.
			r.code.words[item.Text] = true
			values = append(values, item)
		}
	}
	r.assign(name.Text, values, assignment{loop: true})
}

// set reads set().
func (r *reader) set(c Command) {
	if len(c.Args) == 0 {
		return
	}
	name, values := c.Args[0], c.Args[1:]
	if n := len(values); n > 0 && values[n-1].Text == "PARENT_SCOPE" {
		values = values[:n-1]
	}
	cached := slices.ContainsFunc(values, func(a Arg) bool { return a.Text == "CACHE" && !a.Quoted })
	if name.Text == "CMAKE_MODULE_PATH" {
		r.modulePath(values)
	}
	for _, v := range values {
		if isName(v) && !cached {
			r.code.words[v.Text] = true
		}
	}
	switch {
	case cached: // the cache has it
	case strings.HasPrefix(name.Text, "ENV{"):
		r.code.words[name.Text] = true
		r.computed(name)
	case !isName(name):
		r.computed(name)
	case len(values) == 0:
		r.assign(name.Text, []Arg{{}}, assignment{})
	default:
		r.assign(name.Text, values, assignment{list: len(values) > 1})
	}
}

// component reads get_filename_component(), and reports whether it gives a variable a path that is known
// where its argument is, or a name.
func (r *reader) component(c Command) bool {
	if len(c.Args) != 3 || !isName(c.Args[0]) {
		return false
	}
	mode := map[string]mode{
		"ABSOLUTE": absolute, "DIRECTORY": above, "PATH": above, "NAME": lastElement,
		"NAME_WE": partOfLast, "NAME_WLE": partOfLast, "EXT": partOfLast, "LAST_EXT": partOfLast,
	}[c.Args[2].Text]
	if mode == asWritten {
		return false
	}
	r.assign(c.Args[0].Text, c.Args[1:2], assignment{mode: mode})
	return true
}

// mode is the change that an assignment makes to its values.
type mode int

const (
	asWritten   mode = iota
	absolute         // without "." and ".."
	above            // the directory above
	lastElement      // the name of the file
	partOfLast       // a part of that, which is not followed
)

// of returns a value as the mode changes it. ok is false for a relative path, whose base only CMake determines, for
// one whose end only CMake resolves, and for a part of a name.
func (m mode) of(value string) (path string, ok bool) {
	switch m {
	case asWritten:
		return value, true
	case lastElement:
		_, name := filepath.Split(value)
		return name, true
	case partOfLast:
		return "", false
	}
	clean := filepath.Clean(value)
	if !filepath.IsAbs(value) || m == above && clean != value {
		return "", false
	}
	if m == above {
		clean = filepath.Dir(clean)
	}
	return clean, true
}

// modulePath reads directories in which include() and find_package() look for modules.
func (r *reader) modulePath(dirs []Arg) {
	for _, dir := range dirs {
		if dir.Text != "${CMAKE_MODULE_PATH}" && !slices.Contains([]string{"CACHE", ""}, dir.Text) {
			dir.Text += "/*.cmake"
			r.use(globs, dir)
		}
	}
}
