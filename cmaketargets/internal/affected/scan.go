package affected

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
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
	seen        map[string]bool   // absolute, clean
	installed   map[string]bool   // those of them that install rules name
	starts      map[string]string // beginnings of paths as they are written; see words
}

// tree scans all files in a build tree that name inputs of the build. It returns an error if the
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
		entries, _ := os.ReadDir(filepath.Join(s.build, "CMakeFiles"))
		for _, e := range entries { // rules.ninja, and of several configurations all others
			if filepath.Ext(e.Name()) == ".ninja" && !e.IsDir() {
				if err := s.text("CMakeFiles/" + e.Name()); err != nil {
					return err
				}
			}
		}
		deps, err := cmake.ReadNinjaDeps(s.build)
		for _, files := range deps {
			for _, name := range files {
				s.add(name)
			}
		}
		return err
	} else if !isMissing(err) {
		return err
	}
	if err := s.text("CMakeFiles/Makefile.cmake"); err != nil {
		return err
	}
	return fsutil.WalkDir(s.build, func(path string, e fs.DirEntry, err error) error {
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

// escapes are those of a path in the files of Ninja and Make.
var escapes = []*strings.Replacer{
	strings.NewReplacer(), strings.NewReplacer("$", "$$"), strings.NewReplacer("$", "$$", " ", "$ ", ":", "$:"),
	strings.NewReplacer("$", "$$", " ", `\ `, "#", `\#`),
}

// words scans a text.
func (s *scanner) words(data []byte) {
	if s.starts == nil {
		above := ".." + string(filepath.Separator)
		s.starts = map[string]string{above: above}
		for _, escape := range escapes {
			s.starts[escape.Replace(s.root)] = s.root
		}
	}
	for written, start := range s.starts {
		for rest := data; ; {
			at := bytes.Index(rest, []byte(written))
			if at < 0 {
				break
			}
			before := byte(' ')
			if at > 0 {
				before = rest[at-1]
			}
			rest = rest[at+len(written):]
			word, n := cutWord(rest, before == '"')
			if before != '.' && before != '/' { // else the end of a longer path
				s.add(start + word)
			}
			rest = rest[n:]
		}
	}
}

// cutWord returns the rest of a path that text begins with, without the escapes of Ninja and Make, and its
// length in text. One in quotes ends with a quote.
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
