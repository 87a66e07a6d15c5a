package record

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// differs compares what was asked for then and now.
func (r *Record) differs(in Intent, files *Files) Decision {
	if d := r.environChanged(in.Env); d.Action != Nothing {
		return d
	}
	d := Decision{}
	damaged := !eachStamp(r.Settings, func(s Stamp) bool {
		if !files.Same(s) {
			d = Decision{Action: Fresh, Reason: r.show(s.Path) + changedHow(files, s)}
		}
		return d.Action == Nothing
	})
	if damaged {
		return Decision{Action: Rerun, Reason: "the record of the last configure is damaged"}
	}
	if d.Action != Nothing {
		return d
	}
	if d := argsChanged(r.Args, in.Args); d.Action != Nothing {
		return d
	}
	was := first(r.CMake)
	switch {
	case r.Version != in.Version:
		return Decision{Action: Rerun, Reason: fmt.Sprintf("CMake was %s, is %s", r.Version, in.Version)}
	case was.Path != in.CMake.Path:
		return Decision{Action: Rerun, Reason: fmt.Sprintf("CMake was %s, is %s", was.Path, in.CMake.Path)}
	case was != in.CMake:
		return Decision{Action: Rerun, Reason: in.CMake.Path + " was replaced"}
	case !slices.Equal(r.Path, in.Path):
		return Decision{Action: Rerun, Reason: pathChanged(r.Path, in.Path)}
	}
	return Decision{}
}

// environChanged compares the environment. CMake looks at most of these
// variables only when a tree is new, so a change needs a fresh start; those
// that only say where to search do not.
func (r *Record) environChanged(now map[string]string) Decision {
	now = r.sealed(now)
	names := slices.Sorted(maps.Keys(r.Env))
	for name := range now {
		if _, ok := r.Env[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		was, is := r.Env[name], now[name]
		if was == is {
			continue
		}
		action := Fresh
		if strings.HasPrefix(name, "PKG_CONFIG") || strings.HasSuffix(name, "_ROOT") || strings.HasSuffix(name, "_DIR") {
			action = Rerun
		}
		switch {
		case shown(name):
			return Decision{Action: action, Reason: fmt.Sprintf("%s was %s, is %s", name, orUnset(was), orUnset(is))}
		case was == "":
			return Decision{Action: action, Reason: name + " is now set"}
		case is == "":
			return Decision{Action: action, Reason: name + " is no longer set"}
		default:
			return Decision{Action: action, Reason: name + " changed"}
		}
	}
	return Decision{}
}

func orUnset(s string) string {
	if s == "" {
		return "unset"
	}
	return s
}

func pathChanged(was, is []string) string {
	var diff []string
	for _, d := range is {
		if !slices.Contains(was, d) {
			diff = append(diff, "+"+d)
		}
	}
	for _, d := range was {
		if !slices.Contains(is, d) {
			diff = append(diff, "-"+d)
		}
	}
	if len(diff) == 0 {
		return "PATH changed its order"
	}
	const some = 2
	if more := len(diff) - some; more > 1 {
		diff = append(diff[:some:some], fmt.Sprintf("and %d more", more))
	}
	return "PATH changed: " + strings.Join(diff, ", ")
}

// definition splits an argument of the form -DNAME[:TYPE]=VALUE.
func definition(arg string) (name, value string, ok bool) {
	arg, ok = strings.CutPrefix(arg, "-D")
	if !ok {
		return "", "", false
	}
	name, value, ok = strings.Cut(arg, "=")
	name, _, _ = strings.Cut(name, ":")
	return name, value, ok
}

// argsChanged compares two lists of arguments. A definition may come, go or
// change its value; anything else that differs needs a fresh start, for what
// an argument like --preset or -C has left in the cache nobody can tell.
func argsChanged(was, is []string) Decision {
	wasDefs, wasRest := split(was)
	isDefs, isRest := split(is)
	var changed, undefine []string
	fresh := !slices.Equal(wasRest, isRest)
	for _, name := range slices.Sorted(maps.Keys(isDefs)) {
		if old, ok := wasDefs[name]; !ok || old != isDefs[name] {
			changed = append(changed, "-D"+name)
			fresh = fresh || firstOnly(name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(wasDefs)) {
		if _, ok := isDefs[name]; !ok {
			changed = append(changed, "-D"+name)
			undefine = append(undefine, name)
			fresh = fresh || firstOnly(name)
		}
	}
	for _, arg := range isRest {
		if !slices.Contains(wasRest, arg) {
			changed = append(changed, arg)
		}
	}
	for _, arg := range wasRest {
		if !slices.Contains(isRest, arg) {
			changed = append(changed, arg)
		}
	}
	switch {
	case len(changed) == 0 && !fresh:
		return Decision{}
	case len(changed) == 0:
		changed = isRest // only their order differs
	}
	d := Decision{Action: Rerun, Undefine: undefine}
	if fresh {
		d = Decision{Action: Fresh}
	}
	d.Reason = "option changed: " + changed[0]
	if len(changed) > 1 {
		d.Reason = fmt.Sprintf("%d options changed: %s", len(changed), strings.Join(changed, ", "))
	}
	return d
}

// firstOnly says whether CMake looks at a variable only while a tree is new,
// and would silently keep the old answer or wipe half of the cache.
func firstOnly(name string) bool {
	return strings.HasSuffix(name, "_COMPILER") || strings.HasSuffix(name, "_COMPILER_TARGET") ||
		strings.HasSuffix(name, "_FLAGS_INIT") ||
		slices.Contains([]string{
			"CMAKE_TOOLCHAIN_FILE", "CMAKE_SYSTEM_NAME", "CMAKE_SYSTEM_PROCESSOR",
			"CMAKE_SYSROOT", "CMAKE_OSX_SYSROOT", "CMAKE_OSX_ARCHITECTURES", "CMAKE_MAKE_PROGRAM",
		}, name)
}

func split(args []string) (defs map[string]string, rest []string) {
	defs = map[string]string{}
	for _, arg := range args {
		if name, value, ok := definition(arg); ok {
			defs[name] = value
		} else {
			rest = append(rest, arg)
		}
	}
	return defs, rest
}
