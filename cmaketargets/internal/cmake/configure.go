package cmake

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Configure is one `cmake -S -B`. Empty fields are left to CMake.
type Configure struct {
	Source, Build string // directories; absolute, so that none looks like a flag
	Preset        string // configure preset of Source
	Generator     string // -G
	Platform      string // -A
	Toolset       string // -T
	Toolchain     string // toolchain file
	BuildType     string // CMAKE_BUILD_TYPE; dropped for a generator of many configurations
	InstallPrefix string // CMAKE_INSTALL_PREFIX

	// Defines are cache entries, "NAME" or "NAME:TYPE" to value. They come
	// after the fields above, in the order of their keys, so they win.
	Defines map[string]string

	// Args are handed on as they are, last, so they win over Defines. Those
	// that would make CMake do something else, or elsewhere, are refused.
	Args []string

	Fresh bool // forget the existing cache
}

// entryTypes are the types that a cache entry can be given with -D.
var entryTypes = []string{"BOOL", "FILEPATH", "INTERNAL", "PATH", "STATIC", "STRING", "UNINITIALIZED"}

// foreign are arguments that would turn a configure into something else or
// move it to another directory, behind the back of whoever keeps the books.
var foreign = []string{
	"-N", "--build", "--find-package", "--help", "--install", "--list-presets", "--open", "--preset", "--system-information", "--version", "--workflow",
}

// CommandLine returns the arguments for cmake of version v. It fails with an
// [*UnsupportedError] when v is too old for what is asked, and for arguments
// and definitions that could not mean what they say.
func (c Configure) CommandLine(v Version) ([]string, error) {
	args := []string{"-S", c.Source, "-B", c.Build}
	if c.Preset != "" {
		if err := v.Require(PresetFlag); err != nil {
			return nil, err
		}
		args = append(args, "--preset", c.Preset)
	}
	if c.Fresh {
		if err := v.Require(FreshFlag); err != nil {
			return nil, err
		}
		args = append(args, "--fresh")
	}
	for _, option := range []struct{ flag, value string }{{"-G", c.Generator}, {"-A", c.Platform}, {"-T", c.Toolset}} {
		if option.value != "" {
			args = append(args, option.flag, option.value)
		}
	}
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
	if c.InstallPrefix != "" {
		args = append(args, "-DCMAKE_INSTALL_PREFIX:PATH="+c.InstallPrefix)
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	defines, _ := c.defines()
	return append(append(args, defines...), c.Args...), nil
}

// Check reports what is wrong with Defines and Args, whatever the CMake.
func (c Configure) Check() error {
	if _, err := c.defines(); err != nil {
		return err
	}
	return checkArgs(c.Args)
}

// defines returns the -D arguments of Defines.
func (c Configure) defines() ([]string, error) {
	var args []string
	for _, key := range slices.Sorted(maps.Keys(c.Defines)) {
		value := c.Defines[key]
		name, kind, typed := strings.Cut(key, ":")
		switch {
		case name == "" || strings.ContainsAny(key, "=\n\x00") || strings.ContainsAny(value, "\n\x00"):
			// The value may be a secret.
			return nil, fmt.Errorf("define %q: it must be NAME or NAME:TYPE, without =, and its value one line of text", key)
		case typed && !slices.Contains(entryTypes, kind):
			return nil, fmt.Errorf("define %q: type %q is none of %s", key, kind, strings.Join(entryTypes, ", "))
		}
		args = append(args, "-D"+key+"="+value)
	}
	return args, nil
}

// checkArgs refuses arguments that do not belong to a configure.
func checkArgs(args []string) error {
	for i, arg := range args {
		if i > 0 && slices.Contains([]string{"-D", "-U", "-C", "-G", "-A", "-T"}, args[i-1]) {
			continue // A value of the argument before.
		}
		name, _, _ := strings.Cut(arg, "=")
		short := len(arg) >= 2 && strings.Contains("-B -S -H -E -P", arg[:2])
		if arg == "" || strings.ContainsRune(arg, 0) {
			return fmt.Errorf("configure with argument %q: it is not an argument of a program", arg)
		}
		if short || slices.Contains(foreign, name) {
			return fmt.Errorf("configure with argument %q: it would change what is configured, or where", arg)
		}
	}
	return nil
}

// MultiConfig reports whether a generator, by its name, makes build trees that
// hold several configurations, whose choice comes at build time.
func MultiConfig(generator string) bool {
	return generator == "Ninja Multi-Config" || generator == "Xcode" || strings.HasPrefix(generator, "Visual Studio ")
}
