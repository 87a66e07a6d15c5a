package cmake

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Examined lists the files that Ninja examines before it decides that there is nothing to do.
type Examined struct {
	// Read are the files whose content it reads, absolute: the build files and its logs. A log that is
	// missing is among them.
	Read []string
	// Times are the files whose modification times it compares, and Present those that have to be there,
	// relative to the build tree or absolute.
	Times, Present []string
	// Sources are those of Times that no command makes.
	Sources map[string]bool
}

// maxNinjaFile bounds a build file of Ninja, in bytes: about 10,000 commands, for which starting Ninja costs little
// beside its work.
const maxNinjaFile = 8 << 20

// maxNinjaFiles bounds the build files, which could include each other.
const maxNinjaFiles = 200

// errUndecided is the cause of an error about a build tree in which only Ninja can decide.
var errUndecided = errors.New("only Ninja can decide")

// ReadExamined returns the files that Ninja examines in a build tree, to build targets in a configuration of a
// multi-config tree or "", the default targets where there are none. The error is the reason why the files are unknown.
func ReadExamined(buildDir, config string, targets []string) (Examined, error) {
	m := newManifest(buildDir)
	name := NinjaFile(buildDir, config)
	if err := m.read(name, map[string]string{}); err != nil {
		return Examined{}, err
	}
	deps, err := ReadNinjaDeps(buildDir)
	if err != nil {
		return Examined{}, err
	}
	for output, list := range deps {
		if n := m.nodes[filepath.Clean(output)]; n != nil {
			for _, path := range list {
				n.inputs = append(n.inputs, m.node(path))
			}
		}
	}
	if len(targets) == 0 {
		targets = m.defaults
	}
	if len(targets) == 0 {
		return Examined{}, fmt.Errorf("%s has no default target: %w", name, errUndecided)
	}
	for _, target := range append([]string{name}, targets...) {
		n := m.nodes[target]
		if n == nil {
			return Examined{}, fmt.Errorf("%s has no target %s: %w", name, target, errUndecided)
		}
		n.compared = true
		m.visit(n)
	}
	if m.unlogged != "" {
		return Examined{}, fmt.Errorf("%s: what %s depends on is not in %s: %w", name, m.unlogged, ninjaDeps, errUndecided)
	}
	m.found.Sources = map[string]bool{}
	for _, n := range m.order {
		switch {
		case n.compared || n.made:
			m.found.Times = append(m.found.Times, n.path)
			if !n.made {
				m.found.Sources[n.path] = true
			}
		default:
			m.found.Present = append(m.found.Present, n.path)
		}
	}
	for _, log := range []string{NinjaLogFile, ninjaDeps} {
		m.found.Read = append(m.found.Read, filepath.Join(buildDir, log))
	}
	return m.found, nil
}

// NinjaFile returns the name of the file that Ninja reads first to build a configuration, "" for a tree
// of one.
func NinjaFile(buildDir, config string) string {
	if config != "" && NinjaMultiConfig(buildDir) {
		return "build-" + config + ".ninja"
	}
	return defaultNinjaFile
}

const defaultNinjaFile = "build.ninja"

// node is a path in a build file.
type node struct {
	path      string
	made      bool // by a command
	unlogged  bool // Ninja's log lacks the inputs of that command
	inputs    []*node
	orderOnly []*node
	visited   bool
	compared  bool // with another: it is not only to be there
	command   bool // it stands for the command that makes it
	chain     int  // see longest
}

// manifest is a build file with all that it includes.
// https://ninja-build.org/manual.html#ref_ninja_file
type manifest struct {
	dir      string
	nodes    map[string]*node
	rules    map[string]dependencies
	defaults []string
	order    []*node // visited
	unlogged string  // one of those
	found    Examined
}

// dependencies is the way in which a command reports the files that it has read.
type dependencies struct{ depfile, deps, dyndep bool }

// logged reports whether Ninja has it in its log.
func (d dependencies) logged() bool { return !d.dyndep && (!d.depfile || d.deps) }

func (m *manifest) node(path string) *node {
	path = filepath.Clean(path)
	n := m.nodes[path]
	if n == nil {
		n = &node{path: path}
		m.nodes[path] = n
	}
	return n
}

func (m *manifest) visit(n *node) {
	if n.visited {
		return
	}
	n.visited = true
	if n.unlogged {
		m.unlogged = n.path
	}
	m.order = append(m.order, n)
	for _, in := range n.inputs {
		in.compared = true
		m.visit(in)
	}
	for _, in := range n.orderOnly {
		m.visit(in)
	}
}

// read reads a build file. vars are the variables of the file that includes it.
func (m *manifest) read(name string, vars map[string]string) error {
	path := fsutil.Absolute(name, m.dir)
	data, _, err := fsutil.Read(path, maxNinjaFile)
	if err != nil {
		return err
	}
	if m.found.Read = append(m.found.Read, path); len(m.found.Read) > maxNinjaFiles {
		return fmt.Errorf("%s: more than %d files: %w", name, maxNinjaFiles, errUndecided)
	}
	var block *dependencies // of the rule or build statement above
	var outputs []*node
	rule, ruleName := dependencies{}, ""
	finish := func() {
		switch {
		case ruleName != "":
			m.rules[ruleName] = *block
		case block != nil:
			outputs[0].unlogged = outputs[0].unlogged || !block.logged()
		}
		block, ruleName = nil, ""
	}
	for len(data) > 0 {
		var line []byte
		line, data = logicalLine(data)
		word, rest := cutWord(line)
		switch {
		case word == "" || word[0] == '#':
			continue
		case line[0] == ' ':
			if block == nil {
				continue
			}
			switch name, value, _ := binding(line); {
			case value == "":
			case name == "depfile":
				block.depfile = true
			case name == "deps":
				block.deps = true
			case name == "dyndep":
				block.dyndep = true
			}
			continue
		}
		finish()
		switch word {
		case "rule":
			rule = dependencies{}
			block, ruleName = &rule, string(bytes.TrimSpace(rest))
		case "pool":
		case "build":
			var of string
			if outputs, of, err = m.statement(rest, vars); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			own := m.rules[of]
			block = &own
		case "default":
			m.defaults = append(m.defaults, paths(rest, vars)...)
		case "include", "subninja":
			words, scope := paths(rest, vars), vars
			if len(words) != 1 {
				return fmt.Errorf("%s: %s: %w", name, bytes.TrimSpace(line), errUndecided)
			}
			if word == "subninja" {
				scope = maps.Clone(vars)
			}
			if err := m.read(words[0], scope); err != nil {
				return err
			}
		default:
			key, value, ok := binding(line)
			if !ok || key == "builddir" { // the logs are elsewhere
				return fmt.Errorf("%s: %s: %w", name, bytes.TrimSpace(line), errUndecided)
			}
			vars[key] = evaluate(value, vars)
		}
	}
	finish()
	return nil
}

// statement adds a build statement without its first word, and returns its outputs and its rule.
func (m *manifest) statement(text []byte, vars map[string]string) (outputs []*node, rule string, err error) {
	words := paths(text, vars)
	var inputs, orderOnly []*node
	list, colon := &outputs, false
	for i := 0; i < len(words); i++ {
		switch word := words[i]; {
		case word == sign+":":
			if colon || i+1 == len(words) || len(outputs) == 0 {
				return nil, "", fmt.Errorf("build %s: %w", text, errUndecided)
			}
			colon, list = true, &inputs
			i++
			rule = words[i]
		case word == sign+"|" || word == sign+"|@":
		case word == sign+"||":
			list = &orderOnly
		default:
			*list = append(*list, m.node(word))
		}
		if words[i] == sign+"|@" { // validations are built, too
			list = &orderOnly
		}
	}
	if !colon {
		return nil, "", fmt.Errorf("build %s: %w", text, errUndecided)
	}
	if rule == "phony" && len(inputs)+len(orderOnly) == 0 {
		return outputs, rule, nil // nothing makes them
	}
	outputs[0].command = rule != "phony"
	for i, out := range outputs {
		out.made = true
		out.inputs, out.orderOnly = append(out.inputs, inputs...), append(out.orderOnly, orderOnly...)
		if i > 0 { // one is examined with all
			out.inputs = append(out.inputs, outputs[0])
			outputs[0].inputs = append(outputs[0].inputs, out)
		}
	}
	return outputs, rule, nil
}

// sign is in front of a word that is no path, which has no zero byte.
const sign = "\x00"

// logicalLine cuts the first line from a text. A "$" at its end continues it.
func logicalLine(text []byte) (line, rest []byte) {
	comment := bytes.HasPrefix(bytes.TrimLeft(text, " "), []byte("#"))
	for end := 0; ; {
		n := bytes.IndexByte(text[end:], '\n')
		if n < 0 {
			return text, nil
		}
		end += n
		escapes := 0
		for !comment && escapes < end && text[end-1-escapes] == '$' {
			escapes++
		}
		if escapes%2 == 0 {
			return text[:end], text[end+1:]
		}
		end++
	}
}

// cutWord returns the first word of a line and the rest of the line.
func cutWord(line []byte) (word string, rest []byte) {
	line = bytes.TrimLeft(line, " ")
	end := bytes.IndexAny(line, " =\r")
	if end < 0 {
		end = len(line)
	}
	return string(line[:end]), line[end:]
}

// binding parses "name = value".
func binding(line []byte) (name, value string, ok bool) {
	before, after, ok := bytes.Cut(line, []byte("="))
	return string(bytes.TrimSpace(before)), string(bytes.TrimSpace(after)), ok
}

// paths splits a line at its blanks and signs, and replaces escapes and variables.
func paths(line []byte, vars map[string]string) (words []string) {
	var word []byte
	in := false
	end := func() {
		if in {
			words = append(words, string(word))
		}
		word, in = word[:0], false
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ', '\r':
			end()
		case ':':
			end()
			words = append(words, sign+":")
		case '|':
			end()
			n := 1
			if i+1 < len(line) && (line[i+1] == '|' || line[i+1] == '@') {
				n++
			}
			words = append(words, sign+string(line[i:i+n]))
			i += n - 1
		case '$':
			text, n := escape(line[i+1:], vars)
			word, in = append(word, text...), in || text != ""
			i += n
		default:
			word, in = append(word, c), true
		}
	}
	end()
	return words
}

// evaluate replaces the escapes and variables in a value.
func evaluate(value string, vars map[string]string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(value, "$")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		text, n := escape([]byte(after), vars)
		b.WriteString(text)
		value = after[n:]
	}
}

// escape returns the value and the length of the escape at the beginning of text, after its "$".
// A variable that is not set is empty.
func escape(text []byte, vars map[string]string) (value string, n int) {
	if len(text) == 0 {
		return "", 0
	}
	switch c := text[0]; {
	case strings.IndexByte("$ :|", c) >= 0:
		return string(c), 1
	case c == '\n':
		for n = 1; n < len(text) && text[n] == ' '; {
			n++
		}
		return "", n
	case c == '{':
		n = bytes.IndexByte(text, '}') + 1
	default:
		for n < len(text) && (text[n] == '_' || text[n] == '-' || '0' <= text[n] && text[n] <= '9' || 'a' <= text[n]|0x20 && text[n]|0x20 <= 'z') {
			n++
		}
	}
	return vars[strings.Trim(string(text[:n]), "{}")], n
}
