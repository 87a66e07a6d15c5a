package fakecmake

import (
	"fmt"
	"os"
	"strings"
)

// generators are those that this fake can be asked for, the default first.
var generators = []string{"Unix Makefiles", "Ninja", "Ninja Multi-Config"}

// cmake dispatches on the first argument.
func (c *call) cmake() int {
	first := ""
	if len(c.Args) > 0 {
		first = c.Args[0]
	}
	switch {
	case first == "--build":
		return c.build()
	case first == "--install" && c.supports(first):
		return c.install()
	case first == "--install":
		return 1
	case first == "-E" && len(c.Args) > 3 && c.Args[1] == childFlag:
		return c.child(c.Args[2:])
	case first == "-E" || first == "--help" || first == "-P":
		return c.logged(Event{Step: "other"}, c.help)
	}
	return c.configure()
}

// A configuration is what cmake -S -B was asked for.
type configuration struct {
	source, build string
	generator     string
	preset        string
	fresh         bool
	define        []definition
}

// A definition is one -D, or one -U, whose name is a pattern.
type definition struct {
	name, kind, value string
	undefine          bool
}

// configure is cmake -S -B.
func (c *call) configure() int {
	o, ok := c.parseConfigure()
	e := Event{Step: "configure", Source: o.source, Build: o.build, Jobs: 1}
	return c.logged(e, func() int {
		if !ok {
			return 1
		}
		return c.configureTree(o)
	})
}

// parseConfigure reads the arguments; where they are wrong it has said so.
func (c *call) parseConfigure() (o configuration, ok bool) {
	l := optionList{c.Args}
	for word, more := l.next(); more; word, more = l.next() {
		if word == "--fresh" {
			o.fresh = true
			if !c.supports(word) {
				return o, false
			}
			continue
		}
		if ignoredFlag(word) {
			continue
		}
		name, value, ok := l.valueOf(word, "-S", "-B", "-G", "-D", "-U", "-C", "--preset", "--toolchain", "--install-prefix")
		switch {
		case ok && !c.supports(name):
			return o, false
		case ok && value == "":
			fmt.Fprintf(c.Stderr, "CMake Error: No value specified for %s\n", name)
			return o, false
		case ok && !o.set(c, name, value):
			fmt.Fprintf(c.Stderr, "CMake Error: Parse error in command line argument: %s\n Should be: VAR:type=value\n\n", value)
			return o, false
		case ok:
		case strings.HasPrefix(word, "-"):
			fmt.Fprintf(c.Stderr, "CMake Error: Unknown argument %s\nCMake Error: Run 'cmake --help' for all supported options.\n", word)
			return o, false
		default:
			o.source = c.abs(word)
		}
	}
	if o.source == "" {
		o.source = c.Dir
	}
	return o, o.usePreset(c)
}

// ignoredFlag reports whether word is a flag that changes only what CMake says.
func ignoredFlag(word string) bool {
	return word == "-Wdev" || strings.HasPrefix(word, "-Wno-") || strings.HasPrefix(word, "--log-level=") ||
		word == "--no-warn-unused-cli" || word == "--debug-output" || strings.HasPrefix(word, "--profiling-")
}

// set takes one option; it returns false where a definition is not NAME=VALUE.
func (o *configuration) set(c *call, name, value string) bool {
	switch name {
	case "-S":
		o.source = c.abs(value)
	case "-B":
		o.build = c.abs(value)
	case "-G":
		o.generator = value
	case "-C":
		o.define = append(o.define, initialCache(c.abs(value))...)
	case "--preset":
		o.preset = value
	case "--toolchain":
		o.define = append(o.define, definition{name: "CMAKE_TOOLCHAIN_FILE", kind: "FILEPATH", value: value})
	case "--install-prefix":
		o.define = append(o.define, definition{name: "CMAKE_INSTALL_PREFIX", kind: "PATH", value: value})
	case "-U":
		o.define = append(o.define, definition{name: value, undefine: true})
	case "-D":
		left, value, ok := strings.Cut(value, "=")
		if !ok {
			return false
		}
		name, kind, _ := strings.Cut(left, ":")
		o.define = append(o.define, definition{name: name, kind: kind, value: value})
	}
	return true
}

// initialCache reads the set(NAME VALUE CACHE TYPE ...) commands of a -C script that stand on one line each.
func initialCache(path string) []definition {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	var all []definition
	for line := range strings.Lines(string(text)) {
		inner, ok := strings.CutPrefix(strings.TrimSpace(line), "set(")
		words := strings.Fields(strings.TrimSuffix(inner, ")"))
		if ok && len(words) >= 4 && words[2] == "CACHE" {
			all = append(all, definition{name: words[0], kind: words[3], value: strings.Trim(words[1], `"`)})
		}
	}
	return all
}
