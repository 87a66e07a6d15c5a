package fakecmake

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// marker begins a directive in a CMakeLists.txt.
const marker = "# fake:"

// A directive is one line: its first word, and its options in the order written.
type directive struct {
	noun    string
	options []option
}

// An option is key=value; value is empty where only the key was written.
type option struct{ key, value string }

// actions are the options of every step.
var actions = []string{
	"print", "warn", "lines", "bytes", "sleep", "touch", "remove", "wait-file", "unless-file", "ignore", "spawn", "signal", "exit",
}

// nouns holds the options of each first word.
var nouns = map[string][]string{
	"configure": actions, "build": actions, "install": actions, "test": actions, "version": actions,
	"no-cache": nil,
	"reply":    {"object", "from", "to", "text", "size", "turn"},
}

// load returns the directives of the environment, and of the project in a source directory if there is one.
func load(source string) ([]directive, error) {
	all, err := parse("FAKECMAKE_SCRIPT", os.Getenv("FAKECMAKE_SCRIPT"), "")
	if err != nil || source == "" {
		return all, err
	}
	text, _ := os.ReadFile(filepath.Join(source, "CMakeLists.txt")) // the real cmake complains
	own, err := parse("CMakeLists.txt", string(text), marker)
	return append(all, own...), err
}

// parse reads the directives in the lines that begin with a prefix. Errors name the file and the line.
func parse(name, text, prefix string) ([]directive, error) {
	var all []directive
	n := 0
	for line := range strings.Lines(text) {
		n++
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), prefix)
		if !ok || prefix == "" && rest == "" {
			continue
		}
		d, err := parseDirective(rest)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: read directive %q: %w", name, n, strings.TrimSpace(rest), err)
		}
		all = append(all, d)
	}
	return all, nil
}

// parseDirective parses the text after the marker.
func parseDirective(text string) (directive, error) {
	noun, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	known, ok := nouns[noun]
	if !ok {
		return directive{}, fmt.Errorf("unknown word %q", noun)
	}
	d := directive{noun: noun}
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		o, tail, err := parseOption(rest)
		if err == nil && !slices.Contains(known, o.key) {
			err = fmt.Errorf("%s has no option %q", noun, o.key)
		}
		if err != nil {
			return directive{}, err
		}
		d.options, rest = append(d.options, o), tail
	}
	return d, nil
}

// parseOption cuts the first key=value off text, which starts with no space.
func parseOption(text string) (o option, rest string, err error) {
	key, tail, ok := strings.Cut(text, "=")
	if !ok || strings.ContainsAny(key, " \t") {
		return option{}, "", fmt.Errorf("%q is not key=value", firstWord(text))
	}
	if !strings.HasPrefix(tail, `"`) {
		value := firstWord(tail)
		return option{key, value}, tail[len(value):], nil
	}
	quoted, err := strconv.QuotedPrefix(tail)
	if err != nil {
		return option{}, "", fmt.Errorf("value of %s: unfinished quotes", key)
	}
	value, err := strconv.Unquote(quoted)
	return option{key, value}, tail[len(quoted):], err
}

// firstWord returns text up to its first space or tab.
func firstWord(text string) string {
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		return text[:i]
	}
	return text
}
