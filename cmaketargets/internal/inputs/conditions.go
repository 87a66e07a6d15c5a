package inputs

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Conditions are values on which a configure step depends beside the files of a repository, by name: the
// version and the arguments of cmake, the variables that name compilers, and hashes of these compilers. They
// are the same for other copies of the repository.
type Conditions map[string]string

// ConditionsOf returns the conditions of the step of s, in the repository at root. The hash of a
// compiler that was replaced since is empty.
func ConditionsOf(s *Snapshot, root string, files *Files) Conditions {
	env := map[string]string{}
	for name, value := range s.Env {
		if namesCompiler(name) {
			env[name] = value
		}
	}
	all := conditions(root, s.Version, s.Args, env)
	EachStamp(s.Compilers, func(was Stamp) bool {
		all[was.Path] = ""
		if now := files.Stat(was.Path); was.ModTime != noTime && now.Size == was.Size && now.ModTime == was.ModTime {
			all[was.Path] = files.Hash(was.Path)
		}
		return true
	})
	return all
}

// Changed returns the first of the conditions that differ for a step that is intended now, "" if
// none does.
func (was Conditions) Changed(in Intent, root string, files *Files) string {
	now := conditions(root, in.Version, in.Args, in.Env)
	for name := range was {
		if _, ok := now[name]; !ok && strings.ContainsAny(name, `/\`) {
			now[name] = files.Hash(name)
		}
	}
	for _, name := range allKeys(was, now) {
		if was[name] != now[name] || was[name] == "" {
			return name
		}
	}
	return ""
}

func conditions(root, version string, args []string, env map[string]string) Conditions {
	all := Conditions{
		"the version of CMake":   version,
		"the arguments of cmake": fsutil.Hash(strings.ReplaceAll(strings.Join(args, "\x00"), root, "."))[:16],
	}
	for name, value := range env {
		if value != "" && namesCompiler(name) {
			all[name] = strings.ReplaceAll(value, root, ".")
		}
	}
	return all
}
