package record

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Action is what a configure step has to do for a tree.
type Action int

// The actions, from nothing to all.
const (
	Nothing Action = iota // the tree is what CMake would make of it
	Rerun                 // CMake brings the tree up to date by itself
	Fresh                 // CMake would keep what no longer holds; its cache has to go
)

// Decision is the answer about a tree.
type Decision struct {
	Action Action
	// Reason is one line that names the thing.
	Reason string
	// Undefine are the cache entries of options that are no longer given.
	// A Rerun removes them, or CMake would keep their last value for ever.
	Undefine []string
	// Refreshed says that CMake was run in the tree by something else, a
	// build for one, and left it as we would have: the record should be
	// written again from the newest file API reply.
	Refreshed bool
}

// Tree is what Check needs to know of a tree and cannot find out itself,
// because it would have to know CMake. Each is asked only when it matters.
type Tree interface {
	// Cached returns the value of a cache entry.
	Cached(name string) (value string, ok bool)
	// Reply returns the name of the newest file API index file and the
	// time, in nanoseconds since 1970, at which it was written.
	Reply() (name string, at int64)
	// Inputs returns what the newest file API reply says CMake read.
	Inputs() ([]string, error)
}

// Check decides what a configure step has to do for the tree that rec, nil if
// there is none, tells of. Its cost is a look at each file that CMake read.
func Check(rec *Record, in Intent, tree Tree, files *Files) Decision {
	cache := statFresh(cacheFile(in.Build))
	if cache.Size < 0 {
		if rec == nil {
			return Decision{Action: Fresh, Reason: "never configured"}
		}
		if rec.State == Running {
			return Decision{Action: Fresh, Reason: "the last configure did not finish"}
		}
		if rec.State == Failed {
			return Decision{Action: Fresh, Reason: "the last configure failed"}
		}
		return Decision{Action: Fresh, Reason: "CMakeCache.txt is gone"}
	}
	if rec == nil || rec.State != Done || cache != first(rec.Cache) {
		if d := cacheUsable(in, tree, files); d.Action != Nothing {
			return d
		}
	} else if d := rec.placeChanged(in); d.Action != Nothing {
		return d
	}
	if rec == nil {
		return Decision{Action: Rerun, Reason: "configured by something else"}
	}
	if d := rec.differs(in, files); d.Action != Nothing {
		return d
	}
	switch rec.State {
	case Running:
		if rec.First {
			return Decision{Action: Fresh, Reason: "the last configure did not finish"}
		}
		return Decision{Action: Rerun, Reason: "the last configure did not finish"}
	case Failed:
		if rec.First {
			return Decision{Action: Fresh, Reason: "the last configure failed"}
		}
		return Decision{Action: Rerun, Reason: "the last configure failed"}
	}
	if reason := rec.compilersChanged(files); reason != "" {
		return Decision{Action: Fresh, Reason: reason}
	}
	return rec.inputsChanged(cache, in, tree, files)
}

// cacheUsable looks into a cache that is not the one we left: CMake refuses
// to run where another source, place or generator is named.
func cacheUsable(in Intent, tree Tree, files *Files) Decision {
	home, ok := tree.Cached("CMAKE_HOME_DIRECTORY")
	if !ok {
		return Decision{Action: Fresh, Reason: "CMakeCache.txt is damaged"}
	}
	if files.Real(home) != files.Real(in.Source) {
		return Decision{Action: Fresh, Reason: fmt.Sprintf("source directory was %s, is %s", home, in.Source)}
	}
	if at, ok := tree.Cached("CMAKE_CACHEFILE_DIR"); ok && files.Real(at) != files.Real(in.Build) {
		return Decision{Action: Fresh, Reason: fmt.Sprintf("build tree was %s, is %s", at, in.Build)}
	}
	was, _ := tree.Cached("CMAKE_GENERATOR")
	return generatorChanged(was, in.Generator)
}

// placeChanged is cacheUsable for the cache that we left, without reading it.
func (r *Record) placeChanged(in Intent) Decision {
	if r.Source != in.Source {
		return Decision{Action: Fresh, Reason: fmt.Sprintf("source directory was %s, is %s", r.Source, in.Source)}
	}
	return generatorChanged(r.Actual, in.Generator)
}

func generatorChanged(was, is string) Decision {
	if was == "" || is == "" || was == is {
		return Decision{}
	}
	return Decision{Action: Fresh, Reason: fmt.Sprintf("generator was %s, is %s", was, is)}
}

// differs compares what was asked for then and now.
func (r *Record) differs(in Intent, files *Files) Decision {
	if d := r.environChanged(in.Env); d.Action != Nothing {
		return d
	}
	d := Decision{}
	damaged := !eachStamp(r.Settings, func(s Stamp) bool {
		if !slices.Contains(in.Files, s.Path) {
			return true // the arguments tell
		}
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
	return "PATH changed: " + strings.Join(diff, ", ")
}

// show shortens a path below the source directory for a reader.
func (r *Record) show(path string) string {
	if rel, err := filepath.Rel(r.Source, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return path
}

func changedHow(files *Files, s Stamp) string {
	switch {
	case files.Stat(s.Path).Size < 0:
		return " is gone"
	case s.Size < 0:
		return " is new"
	case s.ModTime == 0:
		return " changed during the last configure"
	default:
		return " changed"
	}
}

// compilersChanged says which of the tree's compilers is another file now.
func (r *Record) compilersChanged(files *Files) string {
	reason := ""
	ok := eachStamp(r.Compilers, func(s Stamp) bool {
		link, isLink := strings.CutPrefix(s.Hash, "link:")
		s.Hash = ""
		switch now := files.Stat(s.Path); {
		case now.Size < 0:
			reason = "compiler " + s.Path + " is gone"
		case now.Size != s.Size || now.ModTime != s.ModTime:
			reason = "compiler " + s.Path + " was replaced"
		case isLink:
			if to, _ := os.Readlink(s.Path); fmt.Sprintf("%q", to) != link {
				reason = "compiler " + s.Path + " is linked elsewhere"
			}
		}
		return reason == ""
	})
	if !ok {
		return "the record of the last configure is damaged"
	}
	return reason
}

// inputsChanged looks at everything that CMake read, and at its cache.
func (r *Record) inputsChanged(cache Stamp, in Intent, tree Tree, files *Files) Decision {
	name, at := tree.Reply()
	if name == "" {
		return Decision{Action: Rerun, Reason: "the file API's reply is gone"}
	}
	if name != r.Reply || cache != first(r.Cache) {
		return r.ranElsewhere(cache, at, in, tree, files)
	}
	d := Decision{Reason: "up to date"}
	ok := eachStamp(r.Inputs, func(s Stamp) bool {
		if !files.Same(s) {
			d = Decision{Action: Rerun, Reason: r.show(s.Path) + changedHow(files, s)}
		}
		return d.Action == Nothing
	}) && (d.Action != Nothing || eachStamp(r.Dirs, func(s Stamp) bool {
		if !files.SameDir(s) {
			d = Decision{Action: Rerun, Reason: "files were added to or removed from " + r.show(s.Path)}
		}
		return d.Action == Nothing
	}))
	if !ok {
		return Decision{Action: Rerun, Reason: "the record of the last configure is damaged"}
	}
	return d
}

// ranElsewhere judges a tree whose cache or reply is not the one we left:
// CMake was run in it by a build, an IDE or a person, or the cache was edited.
// CMake writes its reply last, so a reply that is not older than the cache
// tells of a complete run; what it read must not have changed since.
func (r *Record) ranElsewhere(cache Stamp, replied int64, in Intent, tree Tree, files *Files) Decision {
	if cache.ModTime > replied {
		return Decision{Action: Rerun, Reason: "CMakeCache.txt was edited"}
	}
	for _, arg := range in.Args {
		name, value, ok := definition(arg)
		if !ok {
			continue
		}
		if now, ok := tree.Cached(name); ok && now != value {
			return Decision{Action: Rerun, Reason: fmt.Sprintf("%s was set to %s by something else", name, now)}
		}
	}
	inputs, err := tree.Inputs()
	if err != nil {
		return Decision{Action: Rerun, Reason: err.Error()}
	}
	for _, path := range inputs {
		s := files.Stat(path)
		if s.Size < 0 || s.ModTime > replied-int64(racy) && !within(path, r.Build) {
			return Decision{Action: Rerun, Reason: r.show(path) + changedHow(files, s)}
		}
	}
	return Decision{Reason: "up to date", Refreshed: true}
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
