package cmakelang

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// search is an item of the kind finds.
type search struct {
	place
	item
}

// notFound adds the searches that CMake repeats because they found nothing.
func (r *resolver) notFound() {
	for _, entry := range text.SortedKeys(r.Cache) {
		if value := r.Cache[entry]; value != "NOTFOUND" && !strings.HasSuffix(value, "-NOTFOUND") {
			continue
		}
		for _, s := range r.searched {
			// Modules name CMake's own entries where they support other systems.
			if s.names(entry) && (r.files[s.file].Origin != Module || !strings.HasPrefix(entry, "CMAKE_")) {
				r.again(s, entry)
			}
		}
	}
	for _, s := range r.searched {
		switch {
		case !slices.ContainsFunc(r.files, func(f File) bool { return slices.Contains(f.uncached, s.args[0]) }):
		case r.files[s.file].Origin == Module:
			r.uses.Path = true
		default:
			r.again(s, s.args[0])
		}
	}
	// pkg_check_modules() keeps only the modules that it has found.
	for _, entry := range text.SortedKeys(r.Cache) {
		if prefix, ok := strings.CutPrefix(entry, "__pkg_config_checked_"); ok && constant(r.Cache[prefix+"_FOUND"]) <= 0 && r.uses.Unknown == "" {
			r.uses.Unknown = "runs pkg-config for " + prefix + ", which it has not found"
		}
	}
}

// names reports whether a search has its result in that cache entry.
func (s search) names(entry string) bool {
	name := s.args[0]
	if s.isPackage() {
		name += "_DIR"
	}
	before, rest, computed := strings.Cut(name, "${")
	if !computed {
		return name == entry
	}
	return strings.HasPrefix(entry, before) && strings.HasSuffix(entry, rest[strings.LastIndexByte(rest, '}')+1:])
}

func (s search) isPackage() bool {
	return s.args[1] == "find_package" || s.args[1] == "find_dependency"
}

// again adds a search that found nothing: the names in the directories in which it looks, if they
// are all known.
func (r *resolver) again(s search, entry string) {
	if s.args[1] != "find_program" || !r.program(s) {
		r.unknown(s.place, s.item, "searches again for "+entry)
	}
}

// program adds the directories in which a find_program() looks. It returns false if it cannot.
func (r *resolver) program(s search) bool {
	// A module of a package looks in the places of the package first.
	module, _ := strings.CutPrefix(strings.TrimSuffix(filepath.Base(r.files[s.file].Path), ".cmake"), "Find")
	for _, root := range []string{module + "_ROOT", strings.ToUpper(module) + "_ROOT"} {
		if r.System != "Linux" || r.Cache[root] != "" || r.Getenv(root) != "" {
			return false
		}
	}
	var names, dirs []string
	places := false
	for _, arg := range s.args[2:] {
		switch {
		case arg == "DOC" || arg == "REQUIRED":
			return r.programs(names, dirs)
		case arg == "NAMES":
		case arg == "PATHS" || arg == "HINTS":
			places = true
		case strings.HasPrefix(arg, "[HKEY_"):
		case arg == strings.ToUpper(arg) && (strings.ContainsRune(arg, '_') || arg == "ENV" || arg == "VALIDATOR"):
			return false // an option, or the name of a variable
		case !places && strings.ContainsAny(arg, `$/*?[;\|`):
			return false
		case places:
			values, ok := r.expand(s.place, arg)
			bases, known := r.dirs(s.place, false)
			for _, value := range values {
				switch {
				case strings.HasPrefix(value, "~") || !known && !filepath.IsAbs(value):
					return false
				case filepath.IsAbs(value):
					dirs = append(dirs, value)
				case value != "":
					for _, base := range bases {
						dirs = append(dirs, filepath.Join(base, value))
					}
				}
			}
			if !ok {
				return false
			}
		default:
			names = append(names, arg)
		}
	}
	return r.programs(names, dirs)
}

// programs adds the places in which CMake looks for programs on a system like Linux, and more; see
// cmake's find_program(). The variables of the environment that name others are inputs themselves.
func (r *resolver) programs(names, dirs []string) bool {
	if len(names) == 0 {
		return false
	}
	for _, variable := range []string{
		"CMAKE_PREFIX_PATH", "CMAKE_PROGRAM_PATH", "CMAKE_SYSTEM_PREFIX_PATH", "CMAKE_SYSTEM_PROGRAM_PATH", "CMAKE_FIND_ROOT_PATH",
	} {
		named := func(f File) bool { return f.Origin != Module && (f.words[variable] || len(f.sets[variable]) > 0) }
		if r.Cache[variable] != "" || r.Getenv(variable) != "" || slices.ContainsFunc(r.files, named) {
			return false
		}
	}
	r.once("name", strings.Join(names, "|"), &r.uses.Programs)
	for _, dir := range programDirs(r.Context, dirs) {
		r.once("program", filepath.Join(dir, strings.Join(names, "|")), &r.uses.Globs)
	}
	return true
}

func programDirs(c Context, dirs []string) []string {
	dirs = append(dirs, strings.Split(c.Getenv("PATH"), ":")...)
	prefixes := []string{"/usr/local", "/usr", "", "/usr/X11R6", "/usr/pkg", "/opt", c.Cache["CMAKE_INSTALL_PREFIX"]}
	// The prefix of CMake itself is one, too.
	if root, _, ok := strings.Cut(c.Cache["CMAKE_COMMAND"], "/bin/"); ok {
		prefixes = append(prefixes, root)
	}
	for _, prefix := range prefixes {
		dirs = append(dirs, prefix+"/bin", prefix+"/sbin")
	}
	// CMAKE_SYSTEM_PROGRAM_PATH
	dirs = append(dirs, "/bin")
	return slices.DeleteFunc(text.Unique(dirs), func(dir string) bool { return !strings.HasPrefix(dir, "/") })
}
