package inputs

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// argumentsChanged compares two lists of arguments. A rerun can add, change and remove a
// definition. Any other difference needs a fresh start, because the effect of an argument like
// --preset or -C on the cache is unknown.
func argumentsChanged(was, is []string) Decision {
	wasDefs, wasRest := splitDefinitions(was)
	isDefs, isRest := splitDefinitions(is)
	var options, undefine []string
	needsFresh := !slices.Equal(wasRest, isRest)
	for _, name := range allKeys(wasDefs, isDefs) {
		old, had := wasDefs[name]
		value, has := isDefs[name]
		if had == has && old == value {
			continue
		}
		options = append(options, "-D"+name)
		needsFresh = needsFresh || onlyInNewTree(name)
		if !has {
			undefine = append(undefine, name)
		}
	}
	options = append(options, missingFrom(wasRest, isRest, "")...)
	options = append(options, missingFrom(isRest, wasRest, "")...)
	switch {
	case len(options) == 0 && !needsFresh:
		return Decision{}
	case len(options) == 0:
		options = isRest // only their order differs
	}
	d := rerun("option changed: %s", options[0])
	if len(options) > 1 {
		d = rerun("%s changed: %s", text.Count(len(options), "option"), strings.Join(options, ", "))
	}
	d.Undefine = undefine
	if needsFresh {
		d.Action, d.Undefine = Fresh, nil
	}
	return d
}

// allKeys returns the keys of both maps, sorted.
func allKeys(a, b map[string]string) []string {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	sort.Strings(keys)
	return slices.Compact(keys)
}

// splitDefinitions separates arguments of the form -DNAME[:TYPE]=VALUE from others.
func splitDefinitions(args []string) (defs map[string]string, rest []string) {
	defs = map[string]string{}
	for _, arg := range args {
		definition, ok := strings.CutPrefix(arg, "-D")
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

// onlyInNewTree reports whether CMake reads a variable only in a new tree. In another one it would
// ignore the change, or discard half of its cache.
func onlyInNewTree(name string) bool {
	switch name {
	case "CMAKE_TOOLCHAIN_FILE", "CMAKE_SYSTEM_NAME", "CMAKE_SYSTEM_PROCESSOR", "CMAKE_MAKE_PROGRAM",
		"CMAKE_SYSROOT", "CMAKE_OSX_SYSROOT", "CMAKE_OSX_ARCHITECTURES":
		return true
	}
	return strings.HasSuffix(name, "_COMPILER") || strings.HasSuffix(name, "_COMPILER_TARGET") ||
		strings.HasSuffix(name, "_FLAGS_INIT")
}
