package fakecmake

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// multiConfigTypes are the build types of a multi-config tree.
const multiConfigTypes = "Debug;Release;MinSizeRel;RelWithDebInfo"

// configureTree checks, acts, and writes the build tree, in cmake's order.
func (c *call) configureTree(o configuration) int {
	fail := func(format string, args ...any) int {
		fmt.Fprintf(c.Stderr, "CMake Error: "+format+"\n", args...)
		return 1
	}
	const usage = "\nSpecify --help for usage, or press the help button on the CMake GUI."
	if !exists(o.source) {
		return fail("The source directory %q does not exist."+usage, o.source)
	}
	if !exists(filepath.Join(o.source, "CMakeLists.txt")) {
		return fail("The source directory %q does not appear to contain CMakeLists.txt."+usage, o.source)
	}
	o.build = cmp.Or(o.build, c.Dir)
	if err := c.load(o.source); err != nil {
		return c.broken(err)
	}
	if o.fresh {
		_ = os.Remove(filepath.Join(o.build, "CMakeCache.txt"))
		_ = os.RemoveAll(filepath.Join(o.build, "CMakeFiles"))
	}
	values, err := readCache(o.build)
	if err != nil {
		return fail("%v", err)
	}
	if home := values.value("CMAKE_HOME_DIRECTORY"); home != "" && filepath.Clean(home) != o.source {
		return fail("The source %q does not match the source %q used to generate cache.  "+
			"Re-run cmake with a different source directory.",
			filepath.ToSlash(o.source)+"/CMakeLists.txt", home+"/CMakeLists.txt")
	}
	used := values.value("CMAKE_GENERATOR")
	o.generator = cmp.Or(o.generator, used, c.Getenv("CMAKE_GENERATOR"), generators[0])
	if used != "" && used != o.generator {
		return fail("Error: generator : %s\nDoes not match the generator used previously: %s\n"+
			"Either remove the CMakeCache.txt file and CMakeFiles directory or choose a different binary directory.", o.generator, used)
	}
	if !slices.Contains(generators, o.generator) {
		return fail("Could not create named generator %s\n\nGenerators\n%s", o.generator, generatorList())
	}
	if values == nil {
		values = cache{}
	}
	c.fill(values, o)
	return c.generate(values, o)
}

// fill writes into values what cmake itself and the command line put there.
func (c *call) fill(values cache, o configuration) {
	name := projectName(o.source)
	first := func(key, kind, env, other string) {
		if _, ok := values[key]; !ok {
			values.set(key, kind, cmp.Or(c.Getenv(env), other))
		}
	}
	for _, d := range o.define {
		if d.undefine {
			maps.DeleteFunc(values, func(name string, _ entry) bool {
				ok, _ := path.Match(d.name, name)
				return ok
			})
			continue
		}
		values.set(d.name, d.kind, d.value)
	}
	if strings.Contains(o.generator, "Multi-Config") {
		first("CMAKE_CONFIGURATION_TYPES", "STRING", "CMAKE_CONFIGURATION_TYPES", multiConfigTypes)
	} else {
		first("CMAKE_BUILD_TYPE", "STRING", "CMAKE_BUILD_TYPE", "")
		values["CMAKE_BUILD_TYPE"] = entry{"STRING", values.value("CMAKE_BUILD_TYPE")}
	}
	if file := c.Getenv("CMAKE_TOOLCHAIN_FILE"); file != "" {
		first("CMAKE_TOOLCHAIN_FILE", "FILEPATH", "CMAKE_TOOLCHAIN_FILE", "")
	}
	if atLeast(c.version, "3.17") {
		first(exportVariable, "BOOL", exportVariable, "")
	}
	first("CMAKE_INSTALL_PREFIX", "PATH", "CMAKE_INSTALL_PREFIX", "/usr/local")
	first("CMAKE_C_COMPILER", "FILEPATH", "CC", "/usr/bin/cc")
	values["CMAKE_PROJECT_NAME"] = entry{"STATIC", name}
	values[name+"_SOURCE_DIR"] = entry{"STATIC", filepath.ToSlash(o.source)}
	values[name+"_BINARY_DIR"] = entry{"STATIC", filepath.ToSlash(o.build)}
	version := numbers(c.version)
	for key, value := range map[string]string{
		"CMAKE_HOME_DIRECTORY":      filepath.ToSlash(o.source),
		"CMAKE_CACHEFILE_DIR":       filepath.ToSlash(o.build),
		"CMAKE_COMMAND":             filepath.ToSlash(self()),
		"CMAKE_GENERATOR":           o.generator,
		"CMAKE_CACHE_MAJOR_VERSION": fmt.Sprint(version[0]),
		"CMAKE_CACHE_MINOR_VERSION": fmt.Sprint(version[1]),
		"CMAKE_CACHE_PATCH_VERSION": fmt.Sprint(version[2]),
	} {
		values[key] = entry{"INTERNAL", value}
	}
	c.config = values.value("CMAKE_BUILD_TYPE")
}

// generate does the directives and writes the files.
func (c *call) generate(values cache, o configuration) int {
	if err := os.MkdirAll(filepath.Join(o.build, "CMakeFiles", c.version), 0o777); err != nil {
		return c.broken(err)
	}
	status, done := c.toolchain(values, o)
	if !done {
		status, done = c.perform("configure")
	}
	if done && status >= 124 {
		return status
	}
	if len(c.of("no-cache")) == 0 {
		if err := values.write(o.build, self()); err != nil {
			return c.broken(err)
		}
	}
	if done && status != 0 {
		fmt.Fprintln(c.Stdout, "-- Configuring incomplete, errors occurred!")
		return status
	}
	fmt.Fprintln(c.Stdout, "-- Configuring done\n-- Generating done")
	p := c.project(values, o)
	for name, text := range p.files() {
		if err := os.WriteFile(filepath.Join(o.build, name), []byte(text), 0o666); err != nil {
			return c.broken(err)
		}
	}
	if err := p.writeCommands(isOn(values.value(exportVariable))); err != nil {
		return c.broken(err)
	}
	if err := errors.Join(p.reply(), c.damage(o.build)); err != nil {
		return c.broken(err)
	}
	fmt.Fprintf(c.Stdout, "-- Build files have been written to: %s\n", filepath.ToSlash(o.build))
	return 0
}

// toolchain ends the command if there is no such toolchain file. A relative one is looked for in the build tree, then
// in the source directory, and is absolute in the cache once it is found.
func (c *call) toolchain(values cache, o configuration) (status int, done bool) {
	file := values.value("CMAKE_TOOLCHAIN_FILE")
	if file == "" || filepath.IsAbs(file) && exists(file) {
		return 0, false
	}
	for _, dir := range []string{o.build, o.source} {
		if found := filepath.Join(dir, file); !filepath.IsAbs(file) && exists(found) {
			values.set("CMAKE_TOOLCHAIN_FILE", "FILEPATH", filepath.ToSlash(found))
			return 0, false
		}
	}
	fmt.Fprintf(c.Stderr, "CMake Error at /usr/share/cmake/Modules/CMakeDetermineSystem.cmake:130 (message):\n"+
		"  Could not find toolchain file: %s\nCall Stack (most recent call first):\n  CMakeLists.txt:1 (project)\n\n\n", file)
	return 1, true
}

// generatorList is the list that cmake --help and a wrong -G show.
func generatorList() string {
	var b strings.Builder
	for i, g := range generators {
		mark := " "
		if i == 0 {
			mark = "*"
		}
		fmt.Fprintf(&b, "%s %-29s= Generates files of the fake.\n", mark, g)
	}
	return b.String()
}

// self is the path of the running command.
func self() string {
	path, err := os.Executable()
	if err != nil {
		return "cmake"
	}
	return path
}
