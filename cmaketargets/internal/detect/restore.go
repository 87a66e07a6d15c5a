package detect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// assignment matches a set() command of CMake<LANG>Compiler.cmake.
var assignment = text.Regexp(`(?m)^\s*set\(([A-Za-z0-9_.+-]+)(?: "([^"]*)"| ([^")\s]*))?`)

// restorable lists the types of cache entries that set() can make.
var restorable = []string{"BOOL", "FILEPATH", "INTERNAL", "PATH", "STRING", "UNINITIALIZED"}

// bulk is the suffix of variables that hold a whole file of CMake's while a compiler is identified.
// No later command reads them, and restoring them would take longer than all the rest.
const bulk = "_COMPILER_ID_PLATFORM_CONTENT"

// restoreScript returns the commands that change the state of a cmake run from before to after. They
// run in a function that is called where detection would have run. Variables that compiler, the
// language's file, sets are left out, because the file did not have its last form when the state
// was written. A reason means that there is no such script.
func restoreScript(before, after state, compiler string) (script, reason string) {
	own := map[string]bool{}
	for _, m := range assignment().FindAllStringSubmatch(compiler, -1) {
		own[m[1]] = true
	}
	var b strings.Builder
	fail := func(format string, args ...any) (string, string) { return "", fmt.Sprintf(format, args...) }

	for _, name := range text.SortedKeys(after.cache) {
		entry := after.cache[name]
		if old, had := before.cache[name]; had && old == entry {
			continue
		}
		if _, had := before.cache[name]; !had && entry.kind == "UNINITIALIZED" && entry.value == "" {
			// Marked as advanced and never set: an entry that CMake does not save, unless CMP0102 is NEW.
			if entry.advanced && plainName().MatchString(name) {
				fmt.Fprintf(&b, "cmake_policy(PUSH)\ncmake_policy(VERSION 3.16)\nmark_as_advanced(FORCE %s)\ncmake_policy(POP)\n", name)
			}
			continue
		}
		if !plainName().MatchString(name) || !slices.Contains(restorable, entry.kind) {
			return fail("cache entry %s of type %s cannot be written as a command", name, entry.kind)
		}
		fmt.Fprintf(&b, "set(%s %s CACHE %s %s FORCE)\n", name, quote(entry.value), entry.kind, quote(entry.help))
		if entry.advanced != before.cache[name].advanced {
			fmt.Fprintf(&b, "set_property(CACHE %s PROPERTY ADVANCED %s)\n", name, map[bool]string{false: "0", true: "1"}[entry.advanced])
		}
	}
	for name := range before.cache {
		if _, has := after.cache[name]; !has {
			return fail("detection removes the cache entry %s", name)
		}
	}

	for _, name := range text.SortedKeys(after.variables) {
		value := after.variables[name]
		if old, had := before.variables[name]; own[name] || had && old == value || strings.HasSuffix(name, bulk) {
			continue
		}
		if !plainName().MatchString(name) {
			return fail("variable %s cannot be written as a command", name)
		}
		fmt.Fprintf(&b, "set(%s %s PARENT_SCOPE)\n", name, quote(value))
	}
	for _, name := range text.SortedKeys(before.variables) {
		if _, has := after.variables[name]; !has && !own[name] && plainName().MatchString(name) {
			fmt.Fprintf(&b, "unset(%s PARENT_SCOPE)\n", name)
		}
	}

	for _, name := range text.SortedKeys(after.env) {
		value := after.env[name]
		if old, had := before.env[name]; had && old == value {
			continue
		}
		if !slices.Contains(known, name) {
			return fail("detection sets the environment variable %s", name)
		}
		if value == "" {
			// CMake can only empty a variable that has a value.
			fmt.Fprintf(&b, "set(ENV{%s} x)\n", name)
		}
		fmt.Fprintf(&b, "set(ENV{%s} %s)\n", name, quote(value))
	}
	for _, name := range text.SortedKeys(before.env) {
		if _, has := after.env[name]; !has {
			if !nameInCMake().MatchString(name) {
				return fail("environment variable %s cannot be written as a command", name)
			}
			fmt.Fprintf(&b, "unset(ENV{%s})\n", name)
		}
	}
	b.WriteString("# end\n")
	return b.String(), ""
}

// plainName matches names of variables that need no quotes.
var plainName = text.Regexp(`^[A-Za-z0-9_.+/-]+$`)
