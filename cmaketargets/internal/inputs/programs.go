package inputs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// SearchPath returns the part of PATH in env that decides which programs are found: its existing
// directories, links resolved, without duplicates.
func (f *Files) SearchPath(env []string) []string {
	var list string
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, "PATH="); ok {
			list = v
		}
	}
	var dirs []string
	for _, dir := range filepath.SplitList(list) {
		if !filepath.IsAbs(dir) {
			continue
		}
		dir = f.real(dir)
		if !slices.Contains(dirs, dir) && f.Stat(dir).Size >= 0 && !onlyGo(dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// onlyGo reports whether dir holds nothing but go and gofmt. "go tool mage" puts that directory in
// front of PATH and "mage" does not, and a team uses both on one tree.
func onlyGo(dir string) bool {
	if filepath.Base(dir) != "bin" {
		return false
	}
	file, err := os.Open(dir)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	names, _ := file.Readdirnames(3)
	return len(names) > 0 && len(names) < 3 && !slices.ContainsFunc(names, func(name string) bool {
		name = strings.TrimSuffix(name, ".exe")
		return name != "go" && name != "gofmt"
	})
}

// pathChanged compares two search paths. CMake does not search again for a program that it has found.
func pathChanged(s *Snapshot, is []string, files *Files) Decision {
	was := s.Path
	if slices.Equal(was, is) {
		return Decision{}
	}
	diff := append(missingFrom(was, is, "+"), missingFrom(is, was, "-")...)
	if s.State == Done && !s.Used.Path {
		diff = slices.DeleteFunc(missingFrom(was, is, ""), func(dir string) bool { return !hasAny(dir, s.Used.Programs, files) })
		if len(diff) == 0 {
			return Decision{}
		}
		return rerun("PATH changed: +%s", diff[0])
	}
	if len(diff) == 0 {
		return rerun("the order of PATH changed")
	}
	const shown = 2
	if more := len(diff) - shown; more > 1 {
		diff = append(diff[:shown:shown], fmt.Sprintf("and %d more", more))
	}
	return rerun("PATH changed: %s", strings.Join(diff, ", "))
}

// hasAny reports whether a directory holds a name that matches one of the patterns.
func hasAny(dir string, patterns []string, files *Files) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return files.names(filepath.Join(dir, pattern)).Size > 0 })
}

// missingFrom returns the items that are not in list, each after prefix.
func missingFrom(list, items []string, prefix string) []string {
	var missing []string
	for _, item := range items {
		if !slices.Contains(list, item) {
			missing = append(missing, prefix+item)
		}
	}
	return missing
}

// cmakeChanged compares the executable of CMake.
func cmakeChanged(s *Snapshot, in Intent) Decision {
	was := first(s.CMake)
	switch {
	case s.Version != in.Version:
		return rerun("CMake changed from %s to %s", s.Version, in.Version)
	case was.Path != in.CMake.Path:
		return rerun("CMake changed from %s to %s", was.Path, in.CMake.Path)
	case was != in.CMake:
		return rerun("%s was replaced", in.CMake.Path)
	}
	return Decision{}
}

// generatorChanged compares two generators, each "" if unknown.
func generatorChanged(was, is string) Decision {
	if was == "" || is == "" || was == is {
		return Decision{}
	}
	return rebuild("generator changed from %s to %s", was, is)
}

// compilersChanged compares the compilers, which CMake detects only in a new tree.
func (s *Snapshot) compilersChanged(files *Files) Decision {
	return changed(s.Compilers, func(was Stamp) Decision {
		link, isLink := strings.CutPrefix(was.Hash, "link:")
		switch now := files.Stat(was.Path); {
		case now.Size < 0:
			return detectAgain("compiler %s is gone", was.Path)
		case was.ModTime == noTime:
			return detectAgain("compiler %s may have been replaced during the last configure", was.Path)
		case now.Size != was.Size || now.ModTime != was.ModTime:
			return detectAgain("compiler %s was replaced", was.Path)
		case isLink:
			if to, _ := os.Readlink(was.Path); strconv.Quote(to) != link {
				return detectAgain("compiler %s links to another file", was.Path)
			}
		}
		return Decision{}
	})
}

// programGone checks whether the build program, as one of a virtual environment, still exists. CMake
// fails without it; with its entry removed it looks for another one.
func programGone(s *Snapshot, files *Files) Decision {
	if s.Program == "" || files.Stat(s.Program).Size >= 0 {
		return Decision{}
	}
	d := rerun("build program %s is gone", s.Program)
	d.Undefine = []string{"CMAKE_MAKE_PROGRAM"}
	return d
}
