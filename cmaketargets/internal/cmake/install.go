package cmake

import (
	"bytes"
	"cmp"
	"crypto/md5"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// InstallPrefix is the cache entry of the install prefix.
const InstallPrefix = "CMAKE_INSTALL_PREFIX"

// prefixLine matches the line of cmake_install.cmake with the prefix of an install step without
// --prefix.
var prefixLine = text.Regexp(`(?m)^\s*set\(CMAKE_INSTALL_PREFIX ("(?:[^"\\]|\\.)*")\)`)

// Prefix returns the install prefix of a configured build tree, which the project can have set in
// other ways than by the cache. It returns "" where there are no install rules.
func Prefix(buildDir string) string {
	file, err := fsutil.Open(filepath.Join(buildDir, "cmake_install.cmake"))
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	head, err := io.ReadAll(io.LimitReader(file, 64<<10)) // it is in the first lines
	found := prefixLine().FindSubmatch(head)
	if err != nil || found == nil {
		return ""
	}
	return strings.Join(quotedWords(string(found[1])), "")
}

// SystemPrefix reports whether dir is the install prefix that CMake takes where neither the user
// nor the project names one: a directory of the system (CMakeGenericSystem.cmake), or its root where
// the environment variable of that name is empty (CMake 3.29).
func SystemPrefix(dir string) bool {
	if dir == "" {
		return true
	}
	if runtime.GOOS == "windows" {
		return strings.Contains(dir, "Program Files")
	}
	return dir == "/usr/local"
}

// maxManifest bounds an install manifest, in bytes.
const maxManifest = 64 << 20

// InstallManifest returns the path of the list of files that the last install step of a component wrote, of all with "".
func InstallManifest(buildDir, component string) string {
	if component == "" {
		return filepath.Join(buildDir, "install_manifest.txt")
	}
	if !plainComponent().MatchString(component) {
		// CMake 3.25 takes any name as it is; later ones say in the script that they hash some.
		script, _, _ := fsutil.Read(filepath.Join(buildDir, "cmake_install.cmake"), maxManifest)
		if bytes.Contains(script, []byte("string(MD5 CMAKE_INST_COMP_HASH ")) {
			component = fmt.Sprintf("%x", md5.Sum([]byte(component)))
		}
	}
	return filepath.Join(buildDir, "install_manifest_"+component+".txt")
}

// plainComponent matches the names of components that every CMake takes as they are for that of a list of files.
var plainComponent = text.Regexp(`^[a-zA-Z0-9_.+-]+$`)

// Installed returns the files that the last install step of a build tree wrote, without DESTDIR.
func Installed(buildDir, component string) []string {
	data, _, err := fsutil.Read(InstallManifest(buildDir, component), maxManifest)
	if err != nil {
		return nil
	}
	var files []string
	for line := range strings.SplitSeq(string(data), "\n") {
		if line = strings.TrimSuffix(line, "\r"); line != "" {
			files = append(files, filepath.Clean(line))
		}
	}
	return files
}

// installRule matches the call that installs files, with its options and the files.
var installRule = text.Regexp(`file\(INSTALL DESTINATION ("(?:[^"\\]|\\.)*") TYPE \w+((?:\s+[A-Z_]+|\s+"(?:[^"\\]|\\.)*")*?)\s+FILES((?:\s+"(?:[^"\\]|\\.)*")+)`)

// installOther matches the script of another directory, and the new name of an installed file.
var (
	installOther  = text.Regexp(`(?m)^\s*include\(("(?:[^"\\]|\\.)*")\)`)
	installRename = text.Regexp(`RENAME ("(?:[^"\\]|\\.)*")`)
)

// InstallSources returns the files that the install rules of a build tree install under a name, in
// whichever directory.
func InstallSources(buildDir, name string) []string { return installRules(buildDir)[name] }

// InstallNames returns the names of the files that the install rules of a build tree install, with those in
// the directories that they install, as far as these exist.
func InstallNames(buildDir string) map[string]bool {
	names := map[string]bool{}
	for name, sources := range installRules(buildDir) {
		names[name] = true
		for _, source := range sources {
			if !isDir(source) {
				continue
			}
			_ = filepath.WalkDir(source, func(path string, _ fs.DirEntry, err error) error {
				if len(names) > maxNames {
					return fs.SkipAll
				}
				names[filepath.Base(path)] = true
				return nil // names in an unreadable directory are unknown
			})
		}
	}
	return names
}

// maxNames bounds the files of installed directories that InstallNames looks at.
const maxNames = 100_000

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// installRules returns the files that the install rules of a build tree install, by their new names.
func installRules(buildDir string) map[string][]string {
	sources := map[string][]string{}
	for _, data := range InstallScripts(buildDir) {
		for _, rule := range installRule().FindAllSubmatch(data, -1) {
			for _, file := range quotedWords(string(rule[3])) {
				name := cmp.Or(newName(rule[2]), filepath.Base(file))
				sources[name] = append(sources[name], file)
			}
		}
	}
	return sources
}

// newName returns the name that a rule with these options gives to its file, "" for its own.
func newName(options []byte) string {
	if found := installRename().FindSubmatch(options); found != nil {
		return strings.Join(quotedWords(string(found[1])), "")
	}
	return ""
}

// InstallScripts returns the texts of the scripts that install from a build tree, one for each directory.
func InstallScripts(buildDir string) (texts [][]byte) {
	_, texts = installScripts(buildDir)
	return texts
}

// installScripts returns the scripts that install from a build tree, one for each directory, with their texts.
func installScripts(buildDir string) (paths []string, texts [][]byte) {
	seen := map[string]bool{}
	for queue := []string{filepath.Join(buildDir, "cmake_install.cmake")}; len(queue) > 0; queue = queue[1:] {
		script := queue[0]
		data, _, err := fsutil.Read(script, maxManifest)
		if err != nil || seen[script] {
			continue
		}
		seen[script] = true
		paths, texts = append(paths, script), append(texts, data)
		if !bytes.Contains(data, []byte("include(")) {
			continue // as most have none, and expressions are slow
		}
		for _, other := range installOther().FindAllSubmatch(data, -1) {
			queue = append(queue, quotedWords(string(other[1]))...)
		}
	}
	return paths, texts
}

// Copies are the files of the install rules of a build tree, all absolute.
type Copies struct {
	Reads  []string // its scripts and the files that they copy, with those in directories
	Writes []string // without DESTDIR
	Into   []string // directories in the prefix, for the contents of others or for none, which other projects may share
	Makes  []string // directories below these, as those that are copied have them
	// Elsewhere reports that it may write other files, too.
	Elsewhere bool
}

// ReadCopies returns the files of an install step to a prefix. ok is false where it may read others.
func ReadCopies(buildDir, prefix string) (c Copies, ok bool) {
	var texts [][]byte
	c.Reads, texts = installScripts(buildDir)
	for _, data := range texts {
		rules := installRule().FindAllSubmatch(data, -1)
		if len(rules) != bytes.Count(data, []byte("file(INSTALL ")) {
			return c, false
		}
		for _, rule := range rules {
			to := strings.Replace(string(bytes.Trim(rule[1], `"`)), "${CMAKE_INSTALL_PREFIX}", prefix, 1)
			unclear := strings.ContainsAny(to, "$\\")
			c.Elsewhere = c.Elsewhere || unclear
			if strings.Contains(to, "$ENV{") {
				return c, false
			}
			for _, from := range quotedWords(string(rule[3])) {
				if strings.Contains(from, "$") || from == "" && unclear {
					return c, false
				}
				if from == "" { // install(DIRECTORY DESTINATION dir), which has no contents
					c.Into = append(c.Into, to)
					continue
				}
				if !isDir(from) {
					c.Reads = append(c.Reads, filepath.Clean(from))
					c.Writes = append(c.Writes, filepath.Join(to, cmp.Or(newName(rule[2]), filepath.Base(from))))
					continue
				}
				if err := c.add(from, to); err != nil || len(c.Reads) > maxNames || unclear {
					return c, false
				}
			}
		}
	}
	return c, len(texts) > 0
}

// add adds a directory that is copied into another one, or whose contents are, where its name ends in a slash.
func (c *Copies) add(from, to string) error {
	if c.Reads = append(c.Reads, filepath.Clean(from)); !strings.HasSuffix(from, "/") {
		to = filepath.Join(to, filepath.Base(from))
	}
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if c.Reads = append(c.Reads, path); len(c.Reads) > maxNames {
			return fs.SkipAll
		}
		rel, _ := filepath.Rel(from, path)
		switch {
		case d == nil || !d.IsDir():
			c.Writes = append(c.Writes, filepath.Join(to, rel))
		case rel == ".":
			c.Into = append(c.Into, to)
		default:
			c.Makes = append(c.Makes, filepath.Join(to, rel))
		}
		return err
	})
}

// InstalledSince reports whether the last install step of a build tree wrote to a prefix, came after a
// time, and its files are there, as old as those that they were made from: CMake keeps that time.
func InstalledSince(buildDir, prefix string, at time.Time, destDir string) bool {
	manifest, err := os.Stat(filepath.Join(buildDir, "install_manifest.txt"))
	if err != nil || manifest.ModTime().Before(at) {
		return false
	}
	rules := installRules(buildDir)
	inside := len(rules) == 0 && manifest.Size() == 0 // it installs nothing
	for _, file := range Installed(buildDir, "") {
		inside = inside || fsutil.Inside(file, filepath.Clean(prefix))
		installed, err := os.Stat(filepath.Join(destDir, file))
		if err != nil {
			return false
		}
		sources := rules[filepath.Base(file)]
		if len(sources) != 1 {
			continue // not known
		}
		if source, err := os.Stat(sources[0]); err != nil || !source.ModTime().Truncate(time.Second).Equal(installed.ModTime().Truncate(time.Second)) {
			return false
		}
	}
	return inside
}
