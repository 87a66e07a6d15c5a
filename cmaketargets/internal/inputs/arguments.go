package inputs

import (
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// argumentsChanged compares the arguments. A re-run can add, change and remove a definition. A
// fresh start is needed where CMake would keep the old value or fail: for variables that count only
// in a new tree, another platform or toolset of the generator, and another initial cache (-C),
// whose entries do not replace existing ones.
func argumentsChanged(s *Snapshot, in Intent) Decision {
	if slices.Equal(s.Args, in.Args) {
		return Decision{}
	}
	wasDefs, wasRest := splitDefinitions(s.Args)
	isDefs, isRest := splitDefinitions(in.Args)
	var options, undefine []string
	detect, initial := false, false
	for _, name := range allKeys(wasDefs, isDefs) {
		old, had := wasDefs[name]
		value, has := isDefs[name]
		if had == has && old == value {
			continue
		}
		option := "-D" + name
		if strings.HasSuffix(name, "_COMPILER_LAUNCHER") {
			option = "-DCMAKE_<LANG>_COMPILER_LAUNCHER" // of all languages at once
		}
		if !slices.Contains(options, option) {
			options = append(options, option)
		}
		detect = detect || onlyInNewTree(name)
		if _, preset := in.Preset[name]; !has && !preset {
			undefine = append(undefine, name)
		}
	}
	rest := append(missingFrom(wasRest, isRest, ""), missingFrom(isRest, wasRest, "")...)
	for _, option := range rest {
		switch option[:min(2, len(option))] {
		case "-A", "-T", "-G":
			detect = true
		case "-C":
			initial = true
		}
	}
	options = append(options, rest...)
	switch {
	case len(options) == 0 && slices.Equal(wasRest, isRest):
		return Decision{}
	case len(options) == 0:
		options = isRest // only their order differs
	}
	d := rerun("option changed: %s", options[0])
	if len(options) > 1 {
		d = rerun("%s changed: %s", text.Count(len(options), "option"), strings.Join(options, ", "))
	}
	d.Undefine = undefine
	if detect || initial {
		d.Action, d.Detect, d.Undefine = Fresh, detect, nil
	}
	return d
}

// allKeys returns the keys of both maps, sorted.
func allKeys(a, b map[string]string) []string {
	keys := make([]string, 0, len(a)+len(b))
	for name := range a {
		keys = append(keys, name)
	}
	for name := range b {
		keys = append(keys, name)
	}
	return text.Unique(keys)
}

// splitDefinitions separates arguments that define a cache entry, as -DNAME[:TYPE]=VALUE and in
// other forms, from all others. A value in an argument of its own is joined to its option.
func splitDefinitions(args []string) (defs map[string]string, rest []string) {
	defs = map[string]string{}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if i+1 < len(args) {
			switch arg {
			case "--toolchain", "--install-prefix":
				i++
				arg += "=" + args[i]
			case "-D", "-U", "-C", "-G", "-A", "-T":
				i++
				arg += args[i]
			}
		}
		definition, ok := strings.CutPrefix(arg, "-D")
		for _, short := range [][2]string{{"--toolchain=", "CMAKE_TOOLCHAIN_FILE="}, {"--install-prefix=", "CMAKE_INSTALL_PREFIX="}} {
			if value, is := strings.CutPrefix(arg, short[0]); is {
				definition, ok = short[1]+value, true
			}
		}
		name, value, hasValue := strings.Cut(definition, "=")
		name, _, _ = strings.Cut(name, ":")
		if ok && hasValue {
			defs[name] = value
		} else {
			rest = append(rest, arg)
		}
	}
	return defs, rest
}

// Defines returns the names of the cache entries that the arguments and the preset set.
func (in Intent) Defines() map[string]string {
	defs, _ := splitDefinitions(in.Args)
	for name, value := range in.Preset {
		defs[name] = value
	}
	return defs
}

// onlyInNewTree reports whether CMake reads a variable only in a new tree. In another one it would
// ignore the change, or discard its cache.
func onlyInNewTree(name string) bool {
	name, ok := strings.CutPrefix(name, "CMAKE_")
	if !ok {
		return false
	}
	switch name {
	case "TOOLCHAIN_FILE", "SYSTEM_NAME", "SYSTEM_PROCESSOR", "SYSROOT", "OSX_SYSROOT", "OSX_ARCHITECTURES",
		"GENERATOR_PLATFORM", "GENERATOR_TOOLSET", "GENERATOR_INSTANCE":
		return true
	}
	return strings.HasSuffix(name, "_COMPILER") || strings.HasSuffix(name, "_COMPILER_TARGET") ||
		strings.HasSuffix(name, "_EXTERNAL_TOOLCHAIN") || strings.Contains(name, "_FLAGS") && strings.HasSuffix(name, "_INIT")
}
