package fakecmake

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
)

// build is cmake --build.
func (c *call) build() int {
	l := optionList{c.Args[1:]}
	dir, _ := l.next()
	dir = c.abs(dir)
	e := Event{Step: "build", Build: dir, Jobs: -1}
	unknown, targets := "", []string(nil)
	for word, more := l.next(); more; word, more = l.next() {
		if word == "--" { // options of the native tool; of these only -j matters here
			for word, more = l.next(); more; word, more = l.next() {
				if _, value, ok := l.valueOf(word, "-j"); ok {
					e.Jobs, _ = atoi(value)
				}
			}
			break
		}
		if word == "--verbose" || word == "-v" || word == "--clean-first" {
			continue
		}
		if attached, ok := jobsWord(word); ok {
			if e.Jobs, ok = l.jobs(attached); !ok {
				unknown = word
			}
			continue
		}
		name, value, ok := l.valueOf(word, "--config", "--target", "-t")
		switch {
		case !ok:
			unknown = word
		case name == "--config":
			c.config = value
		default:
			targets = append(targets, value)
		}
	}
	values, err := readCache(dir)
	e.Source = values.value("CMAKE_HOME_DIRECTORY")
	c.config = cmp.Or(c.config, values.value("CMAKE_BUILD_TYPE"))
	e.Jobs = c.jobs(e.Jobs, values.value("CMAKE_GENERATOR"))
	return c.logged(e, func() int {
		switch {
		case unknown != "":
			fmt.Fprintf(c.Stderr, "Unknown argument %s\nUsage: cmake --build <dir>             [options] [-- [native-options]]\n", unknown)
			return 1
		case !exists(dir):
			fmt.Fprintf(c.Stderr, "Error: %s is not a directory\n", dir)
			return 1
		case err != nil || values == nil:
			fmt.Fprintln(c.Stderr, "Error: could not load cache")
			return 1
		}
		return c.buildTree(dir, values, targets)
	})
}

// buildTree does the directives and makes the artifacts.
func (c *call) buildTree(dir string, values cache, targets []string) int {
	if err := c.load(values.value("CMAKE_HOME_DIRECTORY")); err != nil {
		return c.broken(err)
	}
	ninja := strings.HasPrefix(values.value("CMAKE_GENERATOR"), "Ninja")
	switch {
	case ninja && !exists(filepath.Join(dir, "build.ninja")):
		fmt.Fprintln(c.Stderr, "ninja: error: loading 'build.ninja': No such file or directory")
		return 1
	case !ninja && !exists(filepath.Join(dir, "Makefile")):
		fmt.Fprintln(c.Stderr, "gmake: Makefile: No such file or directory\ngmake: *** No rule to make target 'Makefile'.  Stop.")
		return 2
	}
	if status, done := c.perform("build"); done {
		return status
	}
	all := c.targets(values.value("CMAKE_PROJECT_NAME"))
	for _, name := range targets {
		if !wanted(all, name) {
			fmt.Fprintf(c.Stderr, "ninja: error: unknown target '%s'\n", name)
			return 1
		}
	}
	made := 0
	for _, t := range all {
		path := filepath.Join(dir, t.artifact())
		if t.artifact() == "" || exists(path) {
			continue
		}
		if err := touch(path); err != nil {
			return c.broken(err)
		}
		made++
		fmt.Fprintf(c.Stdout, "[%d/%d] Linking %s\n", made, len(all), t.artifact())
	}
	if made == 0 && ninja {
		fmt.Fprintln(c.Stdout, "ninja: no work to do.")
	}
	return 0
}

// wanted reports whether name may be asked for with --target.
func wanted(all []target, name string) bool {
	for _, t := range all {
		if t.name == name {
			return true
		}
	}
	return name == "all" || name == "clean" || name == "install" || name == "help"
}
