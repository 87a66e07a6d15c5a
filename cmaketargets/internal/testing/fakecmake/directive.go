package fakecmake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// marker starts a directive in a CMakeLists.txt.
const marker = "# fake:"

// A directive is one line of a script: a step or a thing, and its options in the order written.
type directive struct {
	noun    string
	options []option
}

// An option is key=value; value is empty where only the key was written.
type option struct{ key, value string }

// value returns the last value of key, or other where it is not set.
func (d directive) value(key, other string) string {
	for _, o := range slices.Backward(d.options) {
		if o.key == key {
			return o.value
		}
	}
	return other
}

// actions are the options that every step understands.
var actions = []string{
	"print", "warn", "lines", "bytes", "env", "sleep", "touch", "remove", "wait-file", "if-file", "unless-file", "if-type",
	"ignore", "spawn", "signal", "exit",
}

// nouns says, for each noun, whether it takes actions and which options of its own it has.
var nouns = map[string]struct {
	step bool
	own  []string
}{
	"configure": {step: true},
	"build":     {step: true},
	"install":   {step: true, own: []string{"file"}},
	"ctest":     {step: true},
	"test":      {step: true, own: []string{"name"}},
	"version":   {step: true},
	"testing":   {},
	"no-cache":  {},
	"garbage":   {},
	"input":     {own: []string{"path"}},
	"target":    {own: []string{"name", "type", "source"}},
	"reply":     {own: []string{"object", "from", "to", "text", "size", "turn"}},
}

// parseProject reads the directives in the comments of a CMakeLists.txt. Errors name the line.
func parseProject(text string) ([]directive, error) {
	var all []directive
	n := 0
	for line := range strings.Lines(text) {
		n++
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), marker)
		if !ok {
			continue
		}
		d, err := parseDirective(rest)
		if err != nil {
			return nil, fmt.Errorf("CMakeLists.txt:%d: %w", n, err)
		}
		all = append(all, d)
	}
	return all, nil
}

// parseScript reads directives that stand alone, one a line; empty lines are passed over.
func parseScript(text string) ([]directive, error) {
	var all []directive
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		d, err := parseDirective(line)
		if err != nil {
			return nil, fmt.Errorf("FAKECMAKE_SCRIPT: %w", err)
		}
		all = append(all, d)
	}
	return all, nil
}

// parseDirective reads what follows the marker.
func parseDirective(text string) (directive, error) {
	text = strings.TrimSpace(text)
	noun, rest, _ := strings.Cut(text, " ")
	known, ok := nouns[noun]
	if !ok {
		return directive{}, fmt.Errorf("read directive %q: unknown word %q", text, noun)
	}
	d := directive{noun: noun}
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		o, tail, err := parseOption(rest)
		if err != nil {
			return directive{}, fmt.Errorf("read directive %q: %w", text, err)
		}
		if !slices.Contains(known.own, o.key) && !(known.step && slices.Contains(actions, o.key)) {
			return directive{}, fmt.Errorf("read directive %q: %s has no option %q", text, noun, o.key)
		}
		d.options, rest = append(d.options, o), tail
	}
	if noun == "test" && d.value("name", "") == "" || noun == "target" && d.value("name", "") == "" {
		return directive{}, fmt.Errorf("read directive %q: name is missing", text)
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
	if err != nil {
		return option{}, "", fmt.Errorf("value of %s: %w", key, err)
	}
	return option{key, value}, tail[len(quoted):], nil
}

// firstWord returns text up to its first space or tab.
func firstWord(text string) string {
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		return text[:i]
	}
	return text
}
