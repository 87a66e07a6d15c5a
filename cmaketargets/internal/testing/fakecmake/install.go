package fakecmake

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
)

// install is cmake --install.
func (c *call) install() int {
	l := optionList{c.Args[1:]}
	dir, _ := l.next()
	dir = c.abs(dir)
	unknown, prefix := "", ""
	for word, more := l.next(); more; word, more = l.next() {
		name, value, ok := l.valueOf(word, "--prefix", "--config", "--component")
		switch {
		case word == "--strip" || word == "-v" || word == "--verbose":
		case !ok:
			unknown = word
		case name == "--prefix":
			prefix = c.abs(value)
		case name == "--config":
			c.config = value
		}
	}
	values, _ := readCache(dir)
	c.config = cmp.Or(c.config, values.value("CMAKE_BUILD_TYPE"))
	prefix = cmp.Or(prefix, values.value("CMAKE_INSTALL_PREFIX"))
	e := Event{Step: "install", Build: dir, Source: values.value("CMAKE_HOME_DIRECTORY"), Jobs: 1}
	return c.logged(e, func() int {
		switch {
		case unknown != "":
			fmt.Fprintf(c.Stderr, "Unknown argument %s\nUsage: cmake --install <dir> [options]\n", unknown)
			return 1
		case !exists(filepath.Join(dir, "cmake_install.cmake")):
			fmt.Fprintf(c.Stderr, "CMake Error: Error processing file: %s/cmake_install.cmake\n", dir)
			return 1
		}
		return c.installTree(dir, prefix, values)
	})
}

// installTree does the directives and makes the installed files.
func (c *call) installTree(dir, prefix string, values cache) int {
	if err := c.load(values.value("CMAKE_HOME_DIRECTORY")); err != nil {
		return c.broken(err)
	}
	fmt.Fprintf(c.Stdout, "-- Install configuration: %q\n", c.config)
	if status, done := c.perform("install"); done {
		return status
	}
	manifest := ""
	p := c.project(values, configuration{})
	for _, file := range p.installs {
		path := filepath.Join(prefix, file)
		if err := touch(path); err != nil {
			return c.broken(err)
		}
		manifest += path + "\n"
		fmt.Fprintf(c.Stdout, "-- Installing: %s\n", path)
	}
	if err := os.WriteFile(filepath.Join(dir, "install_manifest.txt"), []byte(manifest), 0o666); err != nil {
		return c.broken(err)
	}
	return 0
}
