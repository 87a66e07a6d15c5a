package cmake

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Configure is one `cmake -S -B`. Empty fields are left to CMake.
type Configure struct {
	Source, Build string // directories; absolute, so that none looks like a flag
	Preset        string // configure preset of Source
	Generator     string // -G
	Toolchain     string // toolchain file
	BuildType     string // CMAKE_BUILD_TYPE; dropped for a multi-config generator
	Prefix        string // CMAKE_INSTALL_PREFIX, absolute

	// Defines maps cache entries, "NAME" or "NAME:TYPE", to values. They follow the fields above
	// in the order of their keys, so they win.
	Defines map[string]string

	// Args come last and win over Defines. Arguments that would make CMake do something else, or
	// in another directory, are errors.
	Args []string
}

// CommandLine returns the arguments for cmake of version v. It returns an error when v lacks a
// feature that is asked for, and those of [Configure.Check].
func (c Configure) CommandLine(v Version) ([]string, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	args := []string{"-S", c.Source, "-B", c.Build}
	if c.Preset != "" {
		if err := v.Require(PresetFlag); err != nil {
			return nil, err
		}
		args = append(args, "--preset", c.Preset)
	}
	args = appendOption(args, "-G", c.Generator)
	switch {
	case c.Toolchain == "":
	case v.Has(ToolchainFlag):
		args = append(args, "--toolchain", c.Toolchain)
	default:
		args = append(args, "-DCMAKE_TOOLCHAIN_FILE:FILEPATH="+c.Toolchain)
	}
	if c.BuildType != "" && !MultiConfig(c.Generator) {
		args = append(args, "-DCMAKE_BUILD_TYPE:STRING="+c.BuildType)
	}
	if c.Prefix != "" {
		args = append(args, "-D"+InstallPrefix+":PATH="+c.Prefix)
	}
	for _, key := range text.SortedKeys(c.Defines) {
		args = append(args, "-D"+key+"="+c.Defines[key])
	}
	return append(args, c.Args...), nil
}

// Defined returns the value that Defines or Args give to a cache entry, the last one of several, and
// whether they do.
func (c Configure) Defined(name string) (value string, ok bool) {
	for key, v := range c.Defines {
		if key, _, _ = strings.Cut(key, ":"); key == name {
			value, ok = v, true
		}
	}
	for i, arg := range c.Args {
		definition, isDefinition := strings.CutPrefix(arg, "-D")
		if isDefinition && definition == "" && i+1 < len(c.Args) {
			definition = c.Args[i+1]
		}
		key, v, _ := strings.Cut(definition, "=")
		if key, _, _ = strings.Cut(key, ":"); isDefinition && key == name {
			value, ok = v, true
		}
	}
	return value, ok
}

// entryTypes are the types that -D can give a cache entry.
var entryTypes = []string{"BOOL", "FILEPATH", "INTERNAL", "PATH", "STATIC", "STRING", "UNINITIALIZED"}

// Arguments that turn a configure into something else or move it to another directory. The short
// ones can have their value in the same argument.
var (
	otherModes = []string{
		"-N", "--build", "--find-package", "--help", "--install", "--list-presets", "--open", "--preset",
		"--system-information", "--version", "--workflow",
	}
	otherModesShort = []string{"-B", "-S", "-H", "-E", "-P"}
	valueFollows    = []string{"-D", "-U", "-C", "-G", "-A", "-T"}
)

// Check returns an error for Defines and Args that no CMake accepts, or that do not configure.
func (c Configure) Check() error {
	for _, key := range text.SortedKeys(c.Defines) {
		value := c.Defines[key]
		name, kind, typed := strings.Cut(key, ":")
		switch {
		case name == "" || strings.ContainsAny(key, "=\n\x00") || strings.ContainsAny(value, "\n\x00"):
			// Without the value, which may be a secret.
			return fmt.Errorf("define %q: it must be NAME or NAME:TYPE, without =, and its value one line of text", key)
		case typed && !slices.Contains(entryTypes, kind):
			return fmt.Errorf("define %q: type %q is none of %s", key, kind, strings.Join(entryTypes, ", "))
		}
	}
	for i, arg := range c.Args {
		if i > 0 && slices.Contains(valueFollows, c.Args[i-1]) {
			continue
		}
		if slices.Contains(otherModesShort, arg[:min(2, len(arg))]) {
			return otherMode(model.Configure, arg)
		}
		if err := checkArg(model.Configure, arg, otherModes); err != nil {
			return err
		}
	}
	return nil
}

// MultiConfig reports whether build trees of the named generator hold several configurations, one
// of which is chosen at build time.
func MultiConfig(generator string) bool {
	return generator == "Ninja Multi-Config" || generator == "Xcode" || strings.HasPrefix(generator, "Visual Studio ")
}

// appendOption appends a flag and its value, nothing when the value is empty.
func appendOption(args []string, flag, value string) []string {
	if value == "" {
		return args
	}
	return append(args, flag, value)
}

// checkArg returns an error for an extra argument of a step that cannot be passed to a program, or
// is one of others, "--flag" or "--flag=value", which would make the step something else.
func checkArg(step model.Step, arg string, others []string) error {
	if arg == "" || strings.ContainsRune(arg, 0) {
		return fmt.Errorf("%s with argument %q: it is not an argument of a program", step, arg)
	}
	if name, _, _ := strings.Cut(arg, "="); slices.Contains(others, name) {
		return otherMode(step, arg)
	}
	return nil
}

func otherMode(step model.Step, arg string) error {
	return fmt.Errorf("%s with argument %q: it would change what is %s, or where", step, arg, step.Past())
}

// isName reports whether text can be the value of a flag. A text that begins with "-" is the next
// flag, for ctest since CMake 4.0.
func isName(text string) bool {
	return !strings.HasPrefix(text, "-") && !strings.ContainsRune(text, 0)
}
