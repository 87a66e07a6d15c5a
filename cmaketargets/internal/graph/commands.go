package graph

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmakelang"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// command executes a command that opens no block.
func (r *reader) command(c cmakelang.Command) {
	if f, ok := r.functions[c.Name]; ok {
		r.call(f, c.Args)
		return
	}
	switch c.Name {
	case "project":
		r.project(c)
	case "set", "list", "string", "file":
		r.assign(c)
	case "add_subdirectory":
		for _, dir := range r.paths(c.Args[:min(1, len(c.Args))]) {
			r.subdirectory(dir)
		}
	case "include":
		if len(c.Args) > 0 {
			r.module(c.Args[0])
		}
	case "find_package", "find_dependency":
		r.findPackage(c)
	case "pkg_check_modules", "pkg_search_module":
		r.pkgConfig(c)
	case "fetchcontent_declare":
		if len(c.Args) > 0 && has(c.Args, "FIND_PACKAGE_ARGS") {
			for _, name := range r.expand(c.Args[0]) {
				r.need(c, name, keysOf(name), false)
			}
		}
	case "install", "export", "configure_file", "configure_package_config_file", "write_basic_package_version_file", "write_basic_config_version_file":
		r.provide(c)
	case "ament_package", "catkin_package", "ament_auto_package":
		for _, name := range r.vars["PROJECT_NAME"] {
			r.provides[key(name)] = r.site(c, name)
		}
	}
}

func (r *reader) project(c cmakelang.Command) {
	if len(c.Args) == 0 {
		return
	}
	names := r.expand(c.Args[0])
	r.vars["PROJECT_NAME"], r.vars["PROJECT_SOURCE_DIR"] = names, r.vars["CMAKE_CURRENT_SOURCE_DIR"]
	if r.vars["CMAKE_PROJECT_NAME"] == nil {
		r.vars["CMAKE_PROJECT_NAME"] = names
	}
	for _, name := range names {
		r.names = append(r.names, name)
		r.vars[name+"_SOURCE_DIR"] = r.vars["CMAKE_CURRENT_SOURCE_DIR"]
	}
}

// module executes an included file: a path, or a module of the project's own.
func (r *reader) module(name cmakelang.Arg) {
	if strings.ContainsAny(name.Text, "/.$") {
		for _, file := range r.paths([]cmakelang.Arg{name}) {
			r.include(file, nil)
		}
		return
	}
	for _, dir := range r.vars["CMAKE_MODULE_PATH"] {
		if file := filepath.Join(r.absolute(dir), name.Text+".cmake"); fsutil.Exists(file) {
			r.include(file, nil)
			return
		}
	}
}

// endOfNames are the keywords that follow NAMES in find_package().
var endOfNames = []string{
	"CONFIGS", "HINTS", "PATHS", "PATH_SUFFIXES", "REGISTRY_VIEW", "COMPONENTS", "OPTIONAL_COMPONENTS", "REQUIRED", "QUIET",
	"CONFIG", "NO_MODULE", "MODULE", "GLOBAL", "EXACT", "NO_POLICY_SCOPE",
}

func (r *reader) findPackage(c cmakelang.Command) {
	if len(c.Args) == 0 {
		return
	}
	// The configuration file of a package fails with its dependencies.
	required := has(c.Args, "REQUIRED") || c.Name == "find_dependency"
	var other []key // the names of NAMES
	named := false
	for _, arg := range c.Args[1:] {
		switch text := arg.Text; {
		case text == "NAMES":
			named = true
		case slices.Contains(endOfNames, text) || strings.HasPrefix(text, "NO_"):
			named = false
		case named:
			for _, name := range r.expand(arg) {
				other = append(other, keysOf(name)...)
			}
		}
	}
	for _, name := range r.expand(c.Args[0]) {
		if name == "" {
			continue
		}
		keys := keysOf(name)
		if other != nil {
			keys = other
		}
		r.need(c, name, keys, required)
		if name == "catkin" {
			for _, component := range r.expandAll(c.Args[1:]) {
				r.need(c, component, keysOf(component), required)
			}
		}
		r.findModule(name, required)
	}
}

// findModule executes the find module of the project itself.
func (r *reader) findModule(name string, required bool) {
	if !required {
		r.conditional++
		defer func() { r.conditional-- }()
	}
	r.module(cmakelang.Arg{Text: "Find" + name})
}

// pkgConfig reads pkg_check_modules(PREFIX [options] module>=1.0 ...).
func (r *reader) pkgConfig(c cmakelang.Command) {
	options := []string{"REQUIRED", "QUIET", "NO_CMAKE_PATH", "NO_CMAKE_ENVIRONMENT_PATH", "IMPORTED_TARGET", "GLOBAL"}
	for _, spec := range r.expandAll(c.Args[min(1, len(c.Args)):]) {
		module := strings.TrimSpace(spec)
		if i := strings.IndexAny(module, "<>= "); i >= 0 {
			module = module[:i]
		}
		if module != "" && !slices.Contains(options, module) {
			// Of the modules of pkg_search_module() one is enough.
			r.need(c, module, []key{pkgConfig(module)}, has(c.Args, "REQUIRED") && c.Name == "pkg_check_modules")
		}
	}
}

// need records that a command needs a package.
func (r *reader) need(c cmakelang.Command, name string, keys []key, required bool) {
	n := need{keys: keys, name: name, optional: !required || r.conditional > 0, site: r.site(c, name)}
	if r.config {
		r.exports = append(r.exports, n)
	} else {
		r.needs = append(r.needs, n)
	}
}

func (r *reader) site(c cmakelang.Command, name string) model.Site {
	return model.Site{File: r.file, Line: c.Line, Text: fmt.Sprintf("%s(%s)", c.Name, name)}
}

func has(args []cmakelang.Arg, keyword string) bool {
	return slices.ContainsFunc(args, func(a cmakelang.Arg) bool { return a.Text == keyword && !a.Quoted && !a.Bracket })
}

// provide reads a command that installs or makes files, among which may be those of a package.
func (r *reader) provide(c cmakelang.Command) {
	if r.config || len(c.Args) < 2 {
		return
	}
	kind := c.Args[0].Text
	switch {
	case kind == "PACKAGE_INFO" || kind == "PACKAGE": // of install() and of export()
		for _, name := range r.expand(c.Args[1]) {
			r.answer(c, key(name), name)
		}
	case kind == "EXPORT" && c.Name == "install" && !has(c.Args, "FILE"):
		for _, name := range r.expand(c.Args[1]) {
			r.answer(c, provided(name+".cmake"), "EXPORT "+name)
		}
	case kind == "DIRECTORY":
		for _, dir := range r.paths(c.Args[1:]) {
			for _, entry := range list(dir) {
				r.answer(c, provided(entry), entry)
			}
		}
	}
	for _, arg := range c.Args {
		// The directory is often not known, and does not matter.
		arg.Text = arg.Text[strings.LastIndexByte(arg.Text, '/')+1:]
		values := r.expand(arg)
		if len(values) == 0 && provided(arg.Text) != "" {
			for _, name := range r.names {
				r.answer(c, guessed(name), arg.Text)
			}
		}
		for _, value := range values {
			r.answer(c, provided(value), filepath.Base(value))
		}
	}
	r.configurations(c)
}

// answer records that a command provides a package.
func (r *reader) answer(c cmakelang.Command, k key, file string) {
	if k == "" {
		return
	}
	if _, known := r.provides[k]; !known {
		r.provides[k] = r.site(c, file)
	}
}

// configurations reads the configuration files that a command installs or makes from a template: the
// users of the project need their packages.
func (r *reader) configurations(c cmakelang.Command) {
	if c.Name == "export" || c.Name == "install" && c.Args[0].Text != "FILES" {
		return
	}
	makes := slices.ContainsFunc(r.expandAll(c.Args), func(s string) bool { return provided(s) != "" && !strings.HasSuffix(s, ".pc") })
	if !makes {
		return
	}
	for _, file := range r.paths(c.Args) {
		if base := filepath.Base(file); strings.HasSuffix(base, ".cmake") || strings.HasSuffix(base, ".in") {
			outer, conditional := r.config, r.conditional
			r.config, r.conditional = true, 0
			r.include(file, nil)
			r.config, r.conditional = outer, conditional
		}
	}
}

// list returns the names of the files in a directory.
func list(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}
