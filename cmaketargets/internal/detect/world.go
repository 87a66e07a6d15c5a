package detect

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// world gathers the paths, with the kinds of their probes, that the answers of a session depend on:
// the compilers and their tools, and all files in which they search for headers and libraries,
// whether they have found them or not.
type world struct {
	session  *Session
	paths    map[string]string
	contexts map[string]*context // by hash; nil for one whose answers cannot be stored
}

// context is the value of all of CMake's variables at a try_compile.
type context struct {
	variables map[string]string
	roots     []string // directories whose files are probed
}

// flagVariable matches the names of variables whose values become arguments of a compiler or linker.
// Rules of CMake's modules with placeholders for arguments are not among them.
var flagVariable = text.Regexp(`FLAGS(_[A-Z0-9_]+)?$|_COMPILER_(ARG1|EXTERNAL_TOOLCHAIN|TARGET)$|_STANDARD_(LIBRARIES|INCLUDE_DIRECTORIES)$`)

// add adds the dependencies of a call in a context, and reports whether they are known.
func (w *world) add(hash string, a call) bool {
	c, ok := w.contexts[hash]
	if !ok {
		c = w.context(hash)
		if w.contexts == nil {
			w.contexts = map[string]*context{}
		}
		w.contexts[hash] = c
	}
	return c != nil && !a.includesByPlace() && w.addArguments(c, a.arguments)
}

// context reads the context with a hash and adds its dependencies. It returns nil where they are
// not known.
func (w *world) context(hash string) *context {
	c := &context{variables: map[string]string{}}
	for item := range strings.SplitSeq(string(unixLines(read(filepath.Join(w.session.dir, "context-"+hash)))), separator) {
		if name, value, ok := strings.Cut(item, "="); ok && variableName().MatchString(name) {
			c.variables[name] = value // of a cache entry and an ordinary variable the latter, which comes later
		} else if item != "" {
			return nil // a value contains the separator
		}
	}
	for _, name := range []string{
		"CMAKE_TOOLCHAIN_FILE", "CMAKE_SYSROOT", "CMAKE_SYSROOT_COMPILE", "CMAKE_SYSROOT_LINK",
		"CMAKE_USER_MAKE_RULES_OVERRIDE", "CMAKE_TRY_COMPILE_PLATFORM_VARIABLES",
	} {
		if c.variables[name] != "" {
			return nil
		}
	}
	if runtime.GOOS != "linux" || c.variables["CMAKE_SYSTEM_NAME"] != "Linux" {
		return nil // the directories of the SDK are not known
	}
	known := false
	for _, name := range text.SortedKeys(c.variables) {
		value := c.variables[name]
		items := strings.Split(value, ";")
		switch {
		case strings.HasSuffix(name, "_COMPILER_ID") && value != "":
			if value != "GNU" && value != "Clang" {
				return nil
			}
		case strings.HasSuffix(name, "_IMPLICIT_INCLUDE_DIRECTORIES"):
			for _, dir := range items {
				known = known || dir != ""
				w.addRoot(c, dir, probeTree)
				if filepath.Base(filepath.Dir(filepath.Dir(dir))) == "clang" {
					w.addRoot(c, filepath.Dir(dir), probeTree) // its libraries are beside its headers
				}
			}
		case strings.HasSuffix(name, "_IMPLICIT_LINK_DIRECTORIES"):
			for _, dir := range items {
				kind := probeFlat
				if ofCompiler(dir) {
					kind = probeTree
				}
				w.addRoot(c, dir, kind)
			}
		default:
			for _, item := range items {
				if !filepath.IsAbs(item) || !isFile(item) {
					continue
				}
				addTool(w.paths, item, w.search())
				if real, err := filepath.EvalSymlinks(item); err == nil && strings.HasSuffix(name, "_COMPILER") {
					w.addRoot(c, filepath.Join(filepath.Dir(real), "..", "lib"), probeFlat) // of Clang's own libraries
				}
			}
		}
	}
	if !known {
		return nil
	}
	architectures := []string{"", c.variables["CMAKE_LIBRARY_ARCHITECTURE"]}
	for dir := range w.paths { // GCC's own programs, where they are not beside its libraries
		if before, after, ok := strings.Cut(dir, "/lib/gcc/"); ok && w.paths[dir] == probeTree {
			w.addRoot(c, before+"/libexec/gcc/"+after, probeTree)
			architecture, _, _ := strings.Cut(after, "/")
			architectures = append(architectures, architecture)
		}
	}
	for _, architecture := range architectures { // what the linker searches by itself, after the compiler's directories
		for _, dir := range []string{"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64"} {
			w.addRoot(c, filepath.Join(dir, architecture), probeFlat)
		}
		w.addRoot(c, filepath.Join("/usr", architecture, "lib"), probeFlat)
		w.addRoot(c, filepath.Join("/usr", architecture, "lib64"), probeFlat)
	}
	for _, dir := range w.search() {
		for _, tool := range []string{"as", "ld", "ld.bfd", "ld.gold", "ld.lld", "ld.mold", "collect2"} {
			w.paths[filepath.Join(dir, tool)] = probeFile
		}
	}
	for _, path := range []string{
		"/etc/ld.so.conf", "/etc/ld.so.cache", "/var/lib/dpkg/status", "/lib/apk/db/installed",
		"/var/lib/rpm/rpmdb.sqlite", "/var/lib/rpm/Packages", "/usr/lib/sysimage/rpm/rpmdb.sqlite",
	} {
		w.paths[path] = probeFile
	}
	w.paths["/etc/ld.so.conf.d"] = probeTree
	w.paths["/var/lib/pacman/local"] = probeDir
	for _, name := range text.SortedKeys(c.variables) {
		if flagVariable().MatchString(name) && !strings.Contains(name, "_COMPILER_ID_") && !w.addArguments(c, c.variables[name]) {
			return nil
		}
	}
	return c
}

var variableName = text.Regexp(`^_?CMAKE_[A-Za-z0-9_.+/-]*$`)

func (w *world) search() []string {
	return filepath.SplitList(fsutil.Getenv(w.session.tree.Env, "PATH"))
}

func (w *world) addRoot(c *context, dir, kind string) {
	if !filepath.IsAbs(dir) {
		return
	}
	dir = filepath.Clean(dir)
	c.roots = append(c.roots, dir)
	if w.paths[dir] != probeTree {
		w.paths[dir] = kind
	}
}

// elsewhere matches arguments whose effect depends on more than files that are named.
var elsewhere = text.Regexp(`(^|[\s;,=])(@|-f(profile|auto-profile|plugin|ltrans|module|dump|working)|-specs|-wrapper|--config|-iplugindir|` +
	`-save-temps|-dump|-m\w*=native|-m(16|32|64|x32|abi|arm|thumb|musl|uclibc|glibc|bionic|float-abi|sysroot)|-?-target|-stdlib|-?-gcc-|-resource-dir|-rtlib|-unwindlib|-nostdinc\+\+|-cxx-isystem|-fuse-ld=/|--sysroot[^\s;]*/|-isysroot|-iwithsysroot|-ivfsoverlay|-include-p)|(^|[\s;])-B|\.\.(/|$)`)

// addArguments adds the files and directories that arguments name, and reports whether all they
// depend on is known.
func (w *world) addArguments(c *context, arguments string) bool {
	if elsewhere().MatchString(arguments) {
		return false
	}
	for _, word := range strings.FieldsFunc(arguments, func(r rune) bool { return strings.ContainsRune(" \t\r\n;,", r) }) {
		at := strings.Index(word, "/")
		switch {
		case strings.HasPrefix(word, "-D") || strings.HasPrefix(word, "<") || at < 0:
			continue
		case !filepath.IsAbs(word) && !strings.HasPrefix(word, "-") || strings.ContainsAny(word, `'"\`):
			return false // a path below the directory of the program, or in quotes
		}
		path := filepath.Clean(word[at:])
		if path == "/" || fsutil.Inside(path, w.session.tree.SourceDir) || fsutil.Inside(path, w.session.tree.BuildDir) {
			return false
		}
		switch {
		case slices.ContainsFunc(c.roots, func(root string) bool { return w.paths[root] == probeTree && fsutil.Inside(path, root) }):
		case isDir(path):
			if w.paths[path] != probeTree {
				w.paths[path] = probeTree
			}
		case w.paths[path] == "":
			w.paths[path] = probeFile
			w.addRoot(c, filepath.Dir(path), probeFlat) // where a linker script or a library may lead
		}
	}
	return true
}
