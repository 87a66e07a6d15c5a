package cmake

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// MakeDecides reports whether GNU Make may do more or less than its files define: its environment has options other
// than those about jobs, output and failures, or names further files.
func MakeDecides(env []string) bool {
	first := true // Make passes the letters of options without values first, with no dash
	for _, list := range []string{fsutil.Getenv(env, "MAKEFLAGS"), fsutil.Getenv(env, "GNUMAKEFLAGS")} {
		for word := range strings.FieldsSeq(list) {
			long, ok := strings.CutPrefix(word, "--")
			name, _, _ := strings.Cut(long, "=")
			letters := strings.TrimRight(strings.TrimPrefix(word, "-"), ".0123456789")
			switch {
			case ok && harmless(name):
			case !ok && (first || word[0] == '-') && strings.Trim(letters, "jklOsw") == "":
			default:
				return true
			}
			first = false
		}
		first = true
	}
	return fsutil.Getenv(env, "MAKEFILES") != ""
}

// harmless reports whether MakeDecides lets a long option pass.
func harmless(name string) bool {
	switch name {
	case "jobs", "jobserver-auth", "jobserver-fds", "jobserver-style", "keep-going", "load-average", "max-load",
		"no-print-directory", "output-sync", "print-directory", "quiet", "silent":
		return true
	}
	return false
}

// ReadMakeExamined returns the files that GNU Make examines in a build tree of the generator Unix Makefiles, to build
// targets, the default one where there are none, and whether something is left to make now. stat returns the
// modification time of a file with an absolute path. The error is the reason why the files are unknown.
func ReadMakeExamined(buildDir string, targets []string, stat func(path string) (at int64, ok bool)) (found Examined, left bool, err error) {
	m := &makeTree{dir: buildDir, stat: stat, found: Examined{Sources: map[string]bool{}}, seen: map[string]bool{}, since: map[string][]string{}}
	if len(targets) == 0 {
		targets = []string{"all"}
	}
	rules := makeRules{}
	if err := m.read("CMakeFiles/Makefile2", rules); err != nil {
		return Examined{}, false, err
	}
	m.reads("Makefile")
	if err := m.regenerates(); err != nil {
		return Examined{}, false, err
	}
	for _, target := range targets {
		if err := m.goal(rules, target); err != nil {
			return Examined{}, false, err
		}
	}
	return m.found, m.left, nil
}

// makeTree reads the files that CMake writes for Make, and decides which are out of date as GNU Make and the commands
// of CMake that it starts do.
type makeTree struct {
	dir   string
	stat  func(path string) (at int64, ok bool)
	found Examined
	seen  map[string]bool     // paths in found
	left  bool                // something is out of date
	since map[string][]string // inputs of an object that its compiler has found, see depend
}

// makeRules are the rules of one Makefile with all that it includes, by target.
type makeRules map[string]*makeRule

type makeRule struct {
	inputs  []string
	recipe  []string // nil where nothing is started
	phony   bool
	entered bool
	done    bool
	at      int64 // the time of the file
	remade  bool  // it counts as newer than all that depends on it
}

func (rules makeRules) at(name string) *makeRule {
	if rules[name] == nil {
		rules[name] = &makeRule{}
	}
	return rules[name]
}

// reads notes a file that is read.
func (m *makeTree) reads(name string) {
	if path := fsutil.Absolute(name, m.dir); !m.seen[path] {
		m.seen[path] = true
		m.found.Read = append(m.found.Read, path)
	}
}

// time notes a file whose time is compared, and returns it.
func (m *makeTree) time(name string, source bool) (at int64, ok bool) {
	if !m.seen[name] {
		m.seen[name] = true
		m.found.Times = append(m.found.Times, name)
		m.found.Sources[name] = source
	}
	return m.stat(fsutil.Absolute(name, m.dir))
}

// content reads a file.
func (m *makeTree) content(name string) ([]byte, error) {
	m.reads(name)
	data, _, err := fsutil.Read(fsutil.Absolute(name, m.dir), maxNinjaFile)
	return data, err
}

// read adds the rules of a file. Those that CMake writes use a small part of the language.
func (m *makeTree) read(name string, rules makeRules) error {
	data, err := m.content(name)
	if err != nil {
		return err
	}
	unknown := func(line string) error { return fmt.Errorf("%s: %q: %w", name, line, errMakeDecides) }
	var current []string // targets of the last rule
	for line := range strings.Lines(strings.ReplaceAll(string(data), "\\\n", " ")) {
		line = strings.TrimSuffix(line, "\n")
		included, include := strings.CutPrefix(line, "include ")
		switch {
		case strings.HasPrefix(line, "\t"):
			for _, target := range current {
				rules[target].recipe = append(rules[target].recipe, strings.TrimPrefix(line[1:], "@"))
			}
			continue
		case strings.TrimSpace(line) == "" || line[0] == '#' || line[0] == '%' || strings.HasPrefix(line, "$(VERBOSE)"):
			continue
		case include:
			if err := m.read(included, rules); err != nil {
				return err
			}
			continue
		case strings.Contains(line, " = ") || strings.HasSuffix(line, " ="): // in names it is $(EQUALS)
			continue
		}
		targets, inputs, ok := makeWords(line)
		if !ok {
			return unknown(line)
		}
		current = nil
		for _, target := range targets {
			switch {
			case target == ".PHONY":
				for _, name := range inputs {
					rules.at(name).phony = true
				}
			case strings.HasPrefix(target, ".") && strings.ToUpper(target) == target && !strings.Contains(target, "/"):
			default:
				r := rules.at(target)
				r.inputs, current = append(r.inputs, inputs...), append(current, target)
			}
		}
	}
	return nil
}

// errMakeDecides is the cause of an error about a build tree in which only Make can decide.
var errMakeDecides = fmt.Errorf("only Make can decide")

// makeWords splits a rule into targets and prerequisites.
func makeWords(line string) (targets, inputs []string, ok bool) {
	var word []byte
	colon := false
	end := func() {
		if len(word) > 0 {
			if name := filepath.Clean(string(word)); colon {
				inputs = append(inputs, name)
			} else {
				targets = append(targets, name)
			}
		}
		word = word[:0]
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && i+1 < len(line) && strings.IndexByte(" #:%\\", line[i+1]) >= 0, strings.HasPrefix(line[i:], "$$"):
			i++
			word = append(word, line[i])
		case strings.HasPrefix(line[i:], "$(EQUALS)"):
			i += len("$(EQUALS)") - 1
			word = append(word, '=')
		case c == ' ' || c == '\t':
			end()
		case c == ':' && !colon:
			end()
			colon = true
		case strings.IndexByte("$:|;%*?[~#", c) >= 0: // variables, order-only prerequisites, commands, patterns
			return nil, nil, false
		default:
			word = append(word, c)
		}
	}
	end()
	return targets, inputs, colon
}

// goal visits a target of CMakeFiles/Makefile2, whose recipes start Make for one target of the project each.
func (m *makeTree) goal(rules makeRules, name string) error {
	r := rules[name]
	if r == nil {
		return fmt.Errorf("CMakeFiles/Makefile2 has no target %s: %w", name, errMakeDecides)
	}
	if r.entered {
		return nil
	}
	r.entered = true
	for _, in := range r.inputs {
		if err := m.goal(rules, in); err != nil {
			return err
		}
	}
	for _, line := range r.recipe {
		if err := m.command(rules, line); err != nil {
			return err
		}
	}
	return nil
}

// command visits the targets that a command of CMakeFiles/Makefile2 makes.
func (m *makeTree) command(rules makeRules, line string) error {
	call, isMake := strings.CutPrefix(line, "$(MAKE) $(MAKESILENT) -f ")
	words, _, _ := makeWords(call + ":")
	switch {
	case strings.HasPrefix(line, "$(CMAKE_COMMAND) -E cmake_echo_color "), strings.HasPrefix(line, "$(CMAKE_COMMAND) -E cmake_progress_start "):
		return nil
	case strings.HasPrefix(line, "$(CMAKE_COMMAND) -S$(CMAKE_SOURCE_DIR) -B$(CMAKE_BINARY_DIR) --check-build-system CMakeFiles/Makefile.cmake "):
		return nil // see regenerates
	case !isMake || len(words) != 2:
	case words[0] == "CMakeFiles/Makefile2":
		return m.goal(rules, words[1])
	case filepath.Base(words[0]) == "build.make" && words[1] == filepath.Join(filepath.Dir(words[0]), "depend"):
		own := makeRules{}
		if err := m.read(words[0], own); err != nil {
			return err
		}
		for _, generated := range own.at(words[1]).inputs { // before compilers may read them
			if _, err := m.make(own, generated); err != nil {
				return err
			}
		}
		return m.depend(filepath.Dir(words[0]))
	case filepath.Base(words[0]) == "build.make" && words[1] == filepath.Join(filepath.Dir(words[0]), "build"):
		own := makeRules{}
		if err := m.read(words[0], own); err != nil {
			return err
		}
		_, err := m.make(own, words[1])
		return err
	}
	return fmt.Errorf("CMakeFiles/Makefile2: %q: %w", line, errMakeDecides)
}

// make decides whether a file, and all that it depends on, is up to date. It returns the rule with the file's time.
func (m *makeTree) make(rules makeRules, name string) (*makeRule, error) {
	r := rules[name]
	if r != nil && r.done {
		return r, nil
	}
	exists := false
	if r == nil || r.entered {
		if r == nil {
			r = rules.at(name)
		}
		if r.at, exists = m.time(name, true); !exists || r.entered {
			return nil, fmt.Errorf("%s is missing, or depends on itself: %w", name, errMakeDecides)
		}
		r.done = true
		return r, nil
	}
	r.entered = true
	if !r.phony {
		r.at, exists = m.time(name, r.recipe == nil)
	}
	newer := false
	for _, path := range slices.Concat(r.inputs, m.since[name]) {
		in, err := m.make(rules, path)
		if err != nil {
			return nil, err
		}
		newer = newer || in.remade || in.at > r.at
	}
	r.done, r.remade = true, newer || !exists
	m.left = m.left || r.remade && r.recipe != nil
	return r, nil
}

// depend adds the dependencies that compilers have found since CMake, which Make starts for each target, put them
// together: cmDependsCompiler::CheckDependencies. That it will do so changes nothing else.
func (m *makeTree) depend(dir string) error {
	info, err := m.content(filepath.Join(dir, "DependInfo.cmake"))
	if err != nil {
		return err
	}
	files, ok := setCommand(info, "CMAKE_DEPENDS_DEPENDENCY_FILES")
	if languages, known := setCommand(info, "CMAKE_DEPENDS_LANGUAGES"); !ok || !known || len(files)%4 != 0 || len(languages) > 0 {
		return fmt.Errorf("%s: %w", dir, errMakeDecides) // CMake looks for dependencies itself
	}
	joined := filepath.Join(dir, "compiler_depend.internal")
	m.reads(joined)
	at, exists := m.stat(filepath.Join(m.dir, joined))
	for i := 0; i < len(files); i += 4 {
		object, list := files[i+1], files[i+3]
		if found, ok := m.time(list, false); !ok || exists && found < at {
			continue
		}
		if files[i+2] != "gcc" {
			return fmt.Errorf("%s: %w", list, errMakeDecides)
		}
		text, _, err := fsutil.Read(fsutil.Absolute(list, m.dir), maxNinjaFile)
		if err != nil {
			return err
		}
		rule, _, _ := strings.Cut(strings.ReplaceAll(string(text), "\\\n", " "), "\n")
		_, inputs, ok := makeWords(strings.TrimSpace(rule))
		if !ok || slices.ContainsFunc(inputs, func(path string) bool { return !filepath.IsAbs(path) }) {
			return fmt.Errorf("%s: %w", list, errMakeDecides)
		}
		for i, path := range inputs {
			if rel, ok := fsutil.Within(path, m.dir); ok { // as the rules name it
				inputs[i] = rel
			}
		}
		m.since[filepath.Clean(object)] = inputs
	}
	return nil
}

// regenerates decides whether Make lets CMake generate everything again: cmake::CheckBuildSystem.
func (m *makeTree) regenerates() error {
	const name = "CMakeFiles/Makefile.cmake"
	text, err := m.content(name)
	if err != nil {
		return err
	}
	depends, ok := setCommand(text, "CMAKE_MAKEFILE_DEPENDS")
	outputs, also := setCommand(text, "CMAKE_MAKEFILE_OUTPUTS")
	products, all := setCommand(text, "CMAKE_MAKEFILE_PRODUCTS")
	if !ok || !also || !all || len(depends) == 0 || len(outputs) == 0 {
		return fmt.Errorf("%s: %w", name, errMakeDecides)
	}
	var newest int64
	for _, path := range depends {
		at, exists := m.time(path, true)
		newest = max(newest, at)
		m.left = m.left || !exists
	}
	for _, path := range outputs {
		at, exists := m.time(path, false)
		m.left = m.left || !exists || at < newest
	}
	for _, path := range products {
		_, exists := m.stat(fsutil.Absolute(path, m.dir))
		m.found.Present, m.left = append(m.found.Present, path), m.left || !exists
	}
	return nil
}

// setCommand returns the values of a variable in a file that CMake has generated, in which each line has some.
func setCommand(text []byte, name string) (values []string, ok bool) {
	_, rest, found := bytes.Cut(text, []byte("set("+name+"\n"))
	list, _, end := bytes.Cut(rest, []byte("\n  )"))
	if bytes.HasPrefix(rest, []byte("  )")) {
		return nil, found
	}
	if !found || !end || bytes.IndexByte(list, '\\') >= 0 || bytes.IndexByte(list, '$') >= 0 {
		return nil, false
	}
	for i, part := range strings.Split(string(list), `"`) {
		if i%2 == 1 {
			values = append(values, part)
		}
	}
	return values, true
}
