package inputs

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Uses are the dependencies of a project's CMake code beside the files that CMake lists. Paths are
// absolute and clean, and may not exist.
type Uses struct {
	Env    []string // names of variables
	Reads  []string // files whose content or time matters; like Exists and Copies they may be patterns of Globs
	Exists []string // files and directories whose existence and type matters
	Globs  []string // see expandGlobs
	Copies []string // files, or directories with everything in them
	Makes  []string // see madeOutside
	// Programs are patterns of the names of programs that were not found. Path reports that PATH may
	// decide more than whether these are found.
	Programs []string
	Path     bool
	// Unknown is why the code depends on something that cannot be checked, "" if it does not.
	Unknown string
}

// used is the part of a snapshot about Uses. Stamps are lists; see FormatStamps.
type used struct {
	Env    map[string]string `json:",omitempty"` // see hashValues; one that is not set is missing
	Names  []string          `json:",omitempty"` // of all variables in question
	Files  string            `json:",omitempty"`
	Exists string            `json:",omitempty"` // see stampExists
	Listed string            `json:",omitempty"` // see stampNames
	// Written holds the files and directories in the build tree that configure steps made.
	Written string `json:",omitempty"`
	// Those of Uses.
	Programs []string `json:",omitempty"`
	Path     bool     `json:",omitempty"`
	Unknown  string   `json:",omitempty"`
}

// setUsed sets Used for a step with these uses.
func (s *Snapshot) setUsed(u Uses) {
	for _, list := range []*[]string{&u.Reads, &u.Exists, &u.Copies} {
		*list = expandNames(*list)
	}
	files, copied, unknown := expandCopies(&u)
	globs, unlisted := expandGlobs(u.Globs)
	for _, reason := range []string{unknown, unlisted} {
		if u.Unknown == "" {
			u.Unknown = reason
		}
	}
	s.Used = used{
		Env: s.hashValues(valuesOf(s.environ, u.Env)), Names: u.Env, Programs: u.Programs, Path: u.Path, Unknown: u.Unknown,
		Files:  stampAll(files, s.usedFile),
		Exists: stampAll(u.Exists, func(path string) Stamp { return s.baseline.existence(path, s.Build) }),
		Listed: stampAll(append(globs, copied...), s.baseline.names),
	}
}

// usedFile returns the stamp of a file that the step may have read.
func (s *Snapshot) usedFile(path string) Stamp {
	if now := stat(path); now.Size < 0 && fsutil.Inside(path, s.Build) {
		return now // nothing but the step may have removed it
	}
	return s.baseline.withContent(s.baseline.file(path))
}

// valuesOf returns the values of those of the named variables that are set in env.
func valuesOf(env, names []string) map[string]string {
	values := make(map[string]string, len(names))
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		for _, wanted := range names {
			if name == wanted || runtime.GOOS == "windows" && strings.EqualFold(name, wanted) {
				values[wanted] = value
			}
		}
	}
	return values
}

// useCheck compares the uses in a snapshot with the present.
type useCheck struct {
	of    *Snapshot
	files *Files
}

// changed compares everything in Used.
func (c useCheck) changed(env []string) Decision {
	return firstOf(
		func() Decision { return changed(c.of.Used.Written, c.written) },
		func() Decision { return c.named(env) },
		func() Decision {
			return changed(c.of.Used.Files, func(was Stamp) Decision {
				if c.files.Same(was) {
					return Decision{}
				}
				return rerun("%s", c.of.show(was.Path)+c.files.change(was))
			})
		},
		func() Decision { return changed(c.of.Used.Exists, c.existence) },
		func() Decision { return changed(c.of.Used.Listed, c.names) },
		func() Decision { return when(c.of.Used.Unknown != "", c.of.Used.Unknown) },
	)
}

// named compares the variables that the code names.
func (c useCheck) named(env []string) Decision {
	if len(c.of.Used.Names) == 0 {
		return Decision{}
	}
	now := c.of.hashValues(valuesOf(env, c.of.Used.Names))
	for _, name := range c.of.Used.Names {
		was, had := c.of.Used.Env[name]
		is, has := now[name]
		switch {
		case had && !has:
			return rerun("%s is no longer set", name)
		case !had && has:
			return rerun("%s is now set", name)
		case was != is:
			return rerun("%s changed", name)
		}
	}
	return Decision{}
}

// Types of stampExists.
const (
	isMissing = -1
	isFile    = 0
	isDir     = 1
)

// stampExists returns the stamp of the existence of a file: Size is its type, Hash depends on the
// target if it is a link, and on the real path if that is another one.
func stampExists(path string, real func(path string) string) Stamp {
	s := Stamp{Path: path, Size: isMissing}
	if info, err := os.Stat(path); err == nil {
		s.Size = isFile
		if info.IsDir() {
			s.Size = isDir
		}
	}
	links, _ := os.Readlink(path)
	if s.Size != isMissing { // CMake does not resolve a path that is
		resolved := filepath.Join(real(filepath.Dir(path)), filepath.Base(path)) // many have one directory
		if links != "" {
			resolved = real(path)
		}
		if resolved != path && !strings.HasPrefix(resolved, "/proc/") { // that has the number of the process
			links += "\n" + resolved
		}
	}
	if links != "" {
		s.Hash = fsutil.Hash(links)[:16]
	}
	return s
}

// existence returns the stamp of the existence of a file for which the step may have looked, with
// noTime if it may have appeared or gone since the step began.
func (b *baseline) existence(path, build string) Stamp {
	s := stampExists(path, realPath)
	switch was, known := b.exists[path]; {
	case known:
		if was != s {
			s.ModTime = noTime
		}
	case s.Size == isMissing && fsutil.Inside(path, build):
		// Nothing else works in the build tree.
	case !b.precedes(stat(path)):
		s.ModTime = noTime
	}
	return s
}

// existence compares the existence of a file.
func (c useCheck) existence(was Stamp) Decision {
	now := c.files.existence(was.Path)
	switch path := c.of.show(was.Path); {
	case was.ModTime == noTime:
		return rerun("%s may have changed during the last configure", path)
	case now == was:
		return Decision{}
	case now.Size == isMissing:
		return rerun("%s is gone", path)
	case was.Size == isMissing:
		return rerun("%s is new", path)
	default:
		return rerun("%s changed", path)
	}
}

// Bounds on the work for one project.
const (
	maxListed = 5000 // directories
	maxCopied = 2000 // files
)

// expandNames adds the files that match the patterns in a list. A path that looks like one may be that of a file all the
// same, below a directory such as foo[1].
func expandNames(paths []string) (files []string) {
	for _, path := range paths {
		files = append(files, path)
		if strings.ContainsAny(path, "*?[") {
			found, _ := filepath.Glob(path)
			files = append(files, found...)
		}
	}
	return files
}

// expandCopies returns the files that uses read, and those in directories that they copy, with the listings of these, as
// expandGlobs returns them.
func expandCopies(u *Uses) (files, listed []string, unknown string) {
	files = u.Reads
	for _, path := range u.Copies {
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			files = append(files, path)
			continue
		}
		root := path + string(filepath.Separator) // behind a link, too
		_ = filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
			switch {
			case len(files) > maxCopied || len(listed) > maxListed:
				unknown = "copies too many files to compare them"
				return filepath.SkipAll
			case err != nil:
			case entry.IsDir():
				listed = append(listed, filepath.Join(path, "*"))
			default:
				files = append(files, path)
			}
			return nil
		})
	}
	return files, listed, unknown
}

// addUses stamps the uses of the step before.
func (b *baseline) addUses(old *Snapshot) {
	b.exists, b.listed = map[string]Stamp{}, map[string]Stamp{}
	EachStamp(old.Used.Exists, func(was Stamp) bool { b.exists[was.Path] = stampExists(was.Path, realPath); return true })
	EachStamp(old.Used.Listed, func(was Stamp) bool {
		if !sameDirectory(was, stat(listedDir(was.Path))) {
			was = stampNames(was.Path)
		}
		b.listed[was.Path] = was
		return true
	})
}

// names returns the stamp of a listing. If names may have changed since the step began, it matches
// nothing.
func (b *baseline) names(pattern string) Stamp {
	s := stampNames(pattern)
	was, known := b.listed[pattern]
	switch {
	case known && (was.Size != s.Size || was.Hash != s.Hash), !known && !b.precedesNames(pattern):
		s.Hash, s.ModTime = unknownNames, noTime
	case time.Since(time.Unix(0, s.ModTime)) < ClockResolution:
		s.ModTime = noTime // makes Check compare the names
	}
	return s
}
