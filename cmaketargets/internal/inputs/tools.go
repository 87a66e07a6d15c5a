package inputs

import (
	"os"
	"strconv"
	"strings"
)

// cmakeChanged compares the executable of CMake.
func (s *Snapshot) cmakeChanged(in Intent) Decision {
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
	return fresh("generator changed from %s to %s", was, is)
}

// stampCompiler returns the stamp of a compiler: the file behind its name, which a package may
// replace, and as the hash the target of a link, which may be changed.
func stampCompiler(path string) Stamp {
	s := stat(path)
	if link, err := os.Readlink(path); err == nil {
		s.Hash = "link:" + strconv.Quote(link)
	}
	return s
}

// compilersChanged compares the compilers, which CMake detects only in a new tree.
func (s *Snapshot) compilersChanged(files *Files) Decision {
	return changed(s.Compilers, func(was Stamp) Decision {
		link, isLink := strings.CutPrefix(was.Hash, "link:")
		switch now := files.stat(was.Path); {
		case now.Size < 0:
			return fresh("compiler %s is gone", was.Path)
		case was.ModTime == noTime:
			return fresh("compiler %s may have been replaced during the last configure", was.Path)
		case now.Size != was.Size || now.ModTime != was.ModTime:
			return fresh("compiler %s was replaced", was.Path)
		case isLink:
			if to, _ := os.Readlink(was.Path); strconv.Quote(to) != link {
				return fresh("compiler %s links to another file", was.Path)
			}
		}
		return Decision{}
	})
}
