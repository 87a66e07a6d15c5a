package affected

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"maps"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// maxFile bounds a generated file. The build.ninja of LLVM has 60 MiB.
const maxFile = 1 << 30

// scanner collects the names in generated files that lie below root.
type scanner struct {
	root, build string
	seen        map[string]bool // absolute, clean
	installed   map[string]bool // those of them that install rules name
}

// tree scans everything in a build tree that names what the build reads. It returns an error if the
// build system is not there, or cannot be read.
func (s *scanner) tree() error {
	for _, data := range cmake.InstallScripts(s.build) {
		for line := range bytes.Lines(data) {
			if line[0] != '#' { // the comment that names the source directory
				s.words(line)
			}
		}
	}
	s.installed = maps.Clone(s.seen)
	if err := s.text("build.ninja"); err == nil {
		_ = s.text("CMakeFiles/rules.ninja")
		return s.ninjaDeps()
	} else if !isMissing(err) {
		return err
	}
	if err := s.text("CMakeFiles/Makefile.cmake"); err != nil {
		return err
	}
	return filepath.WalkDir(s.build, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir():
			return nil
		}
		switch filepath.Base(path) {
		case "build.make", "flags.make", "link.txt", "compiler_depend.make", "depend.make", "compiler_depend.internal", "depend.internal":
			rel, _ := filepath.Rel(s.build, path)
			return s.text(rel)
		}
		return nil
	})
}

// text scans a file of words.
func (s *scanner) text(name string) error {
	data, _, err := fsutil.Read(filepath.Join(s.build, name), maxFile)
	if err == nil {
		s.words(data)
	}
	return err
}

// words scans a text.
func (s *scanner) words(data []byte) {
	for _, start := range []string{s.root, ".." + string(filepath.Separator)} {
		for rest := data; ; {
			at := bytes.Index(rest, []byte(start))
			if at < 0 {
				break
			}
			before := byte(' ')
			if at > 0 {
				before = rest[at-1]
			}
			rest = rest[at:]
			word, n := cutWord(rest, before == '"')
			if before != '.' && before != '/' { // else the end of a longer path
				s.add(word)
			}
			rest = rest[n:]
		}
	}
}

// cutWord returns the path that text begins with, without the escapes of Ninja and Make, and its length
// in text. One in quotes ends with a quote.
func cutWord(text []byte, quoted bool) (word string, n int) {
	var b strings.Builder
	for n < len(text) {
		switch c := text[n]; c {
		case '$', '\\':
			if n+1 < len(text) && strings.IndexByte(" $:#\\", text[n+1]) >= 0 {
				n++
				c = text[n]
			}
			b.WriteByte(c)
		case '\n', '"', 0:
			return b.String(), n
		case ' ', '\t', '\r', '\'', ';', ':', '|', '>', '<', '&', ')':
			if !quoted {
				return b.String(), n
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
		n++
	}
	return b.String(), n
}

// add records a name.
func (s *scanner) add(name string) {
	if path := fsutil.Absolute(name, s.build); fsutil.Inside(path, s.root) && !fsutil.Inside(path, s.build) {
		s.seen[path] = true
	}
}

// ninjaDeps scans .ninja_deps, Ninja's log of the files that compilers read. Its format is that of
// versions 3 and 4; records of paths and of dependencies take turns.
// https://github.com/ninja-build/ninja/blob/master/src/deps_log.h
func (s *scanner) ninjaDeps() error {
	data, _, err := fsutil.Read(filepath.Join(s.build, ".ninja_deps"), maxFile)
	if isMissing(err) {
		return nil // no compiler ran
	}
	if err != nil {
		return err
	}
	const header = "# ninjadeps\n"
	rest, ok := bytes.CutPrefix(data, []byte(header))
	if !ok || len(rest) < 4 {
		return &fs.PathError{Op: "read", Path: filepath.Join(s.build, ".ninja_deps"), Err: errFormat}
	}
	if version := binary.LittleEndian.Uint32(rest); version != 3 && version != 4 {
		return &fs.PathError{Op: "read", Path: filepath.Join(s.build, ".ninja_deps"), Err: errFormat}
	}
	for rest = rest[4:]; len(rest) >= 4; {
		const ofDependencies = 1 << 31
		size := binary.LittleEndian.Uint32(rest)
		rest = rest[4:]
		n := int(size &^ ofDependencies)
		if n < 4 || n > len(rest) {
			return nil // the last record of a build that was killed
		}
		if size&ofDependencies == 0 {
			s.add(string(bytes.TrimRight(rest[:n-4], "\x00")))
		}
		rest = rest[n:]
	}
	return nil
}
