package detect

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Tree is a build tree about to be configured for the first time.
type Tree struct {
	BuildDir  string // Absolute; need not exist.
	SourceDir string // Absolute.
	StateDir  string // Absolute; a directory "detect" in it is the session's while it lasts.

	CMake   string // The executable to be run, an absolute path.
	Version string // Its version in full, as the first line of cmake --version ends: "3.25.1", "4.4.0-rc1".

	Args []string // The arguments to be given, without those of the session.
	Env  []string // The whole environment to be given, without that of the session, as name=value.
}

// Session accompanies one cmake run of one build tree.
type Session struct {
	store *Store
	tree  Tree
	shelf string // Where this CMake's entries are.
	dir   string // Where the script writes.
	info  string // CMakeFiles/<version>.
	token string
	text  []byte // The script.
	made  []string
	began time.Time
}

// Outcome says what the store did for one cmake run.
type Outcome struct {
	Reused []string // The languages whose detection came from the store, in the order CMake met them.
	Stored []string // The languages whose detection is in the store from now on.
	Reason string   // Why another language was not reused or not stored; empty when there is nothing to say.
}

// Begin prepares for cmake to be run on a tree that has neither CMakeCache.txt nor CMakeFiles/<version>. The session is
// nil when the run is to be a plain one, and reason says why. A caller that wants a fresh configure removes both
// itself instead of giving --fresh, which would take the session's script away as well.
func (s *Store) Begin(t Tree) (session *Session, reason string) {
	if s == nil || s.dir == "" {
		return nil, "no detection store"
	}
	if !atLeast(t.Version, 3, 24) {
		return nil, "cmake " + t.Version + " is older than 3.24"
	}
	for _, arg := range t.Args {
		for _, not := range []string{"--fresh", "--trace", "--debug-output", "--debugger", "--warn-uninitialized", "--profiling"} {
			if strings.HasPrefix(arg, not) {
				return nil, "argument " + arg
			}
		}
	}
	x := &Session{
		store: s, tree: t, began: time.Now(),
		dir:  filepath.Join(t.StateDir, "detect"),
		info: filepath.Join(t.BuildDir, "CMakeFiles", t.Version),
	}
	for _, path := range []string{filepath.Join(t.BuildDir, "CMakeCache.txt"), x.info} {
		if exists(path) {
			return nil, "the tree has " + filepath.Base(path)
		}
	}
	presetSalt, reason := presets(t.Args, t.SourceDir)
	if reason != "" {
		return nil, reason
	}
	identity := newObservations().see(t.CMake, probeFile)
	x.shelf = filepath.Join(s.dir, digestOf([]byte(strings.Join([]string{format, identity, t.Version, hooksDigest()}, "\n")))[:16])
	env := s.surroundings(t.Env)
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return nil, err.Error()
	}
	x.token = hex.EncodeToString(random)
	x.text = script(parameters{
		token:   x.token,
		session: filepath.ToSlash(x.dir),
		salt:    digestOf([]byte(strings.Join([]string{identity, env.digest, strings.Join(env.defined, ","), uname(), presetSalt}, "\n"))),
		env:     env,
		entries: s.valid(x.shelf),
	})
	if err := x.place(); err != nil {
		x.remove()
		return nil, err.Error()
	}
	return x, ""
}

// place makes the session's directories and puts its script where CMake reads it.
func (x *Session) place() error {
	if err := os.RemoveAll(x.dir); err != nil {
		return err
	}
	// The environment is written down there, and is nobody else's business.
	if err := os.MkdirAll(x.dir, 0o700); err != nil {
		return err
	}
	for _, dir := range []string{filepath.Dir(x.info), x.info} {
		if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
			return err
		}
		if err := os.Mkdir(dir, 0o755); err == nil {
			x.made = append(x.made, dir)
		} else if !isDir(dir) {
			return err
		}
	}
	return os.WriteFile(x.script(), x.text, 0o644)
}

func (x *Session) script() string { return filepath.Join(x.info, "CMakeSystem.cmake") }

// Args returns what to append to cmake's command line. CMake throws a tree's detection files away unless its cache says
// that they belong to it, which is what this entry says; CMake itself writes it, the same, in every tree.
func (x *Session) Args() []string { return []string{"-DCMAKE_PLATFORM_INFO_INITIALIZED:INTERNAL=1"} }

// Env returns what to add to cmake's environment.
func (x *Session) Env() []string { return []string{tokenVariable + "=" + x.token} }

// End takes up what cmake left: it stores what was detected if the configure succeeded, completes what was reused, and
// removes the session's own files. It is to be called once, however cmake ended. The error tells of a tree that misses
// files which a detection leaves behind but nothing reads; the tree is good nevertheless.
func (x *Session) End(succeeded bool) (Outcome, error) {
	defer x.remove()
	var out Outcome
	var incomplete error
	say := func(reason string) {
		if out.Reason == "" {
			out.Reason = reason
		}
	}
	text, _, err := fsutil.Read(filepath.Join(x.dir, "log"), maxFile)
	if err != nil && !os.IsNotExist(err) {
		return out, fmt.Errorf("read detection log: %w", err)
	}
	installed := map[string]string{}
	for _, e := range x.events(text) {
		language := e.language
		switch e.verb {
		case "installed":
			installed[language] = e.detail
		case "withdrawn":
			delete(installed, language)
		case "doubt":
			say(e.detail)
		case "reused":
			entry, ok := installed[language]
			if !ok {
				continue
			}
			delete(installed, language)
			if language != system {
				out.Reused = append(out.Reused, language)
			}
			incomplete = errors.Join(incomplete, x.complete(entry))
			noteUse(entry)
		case "recorded":
			if !succeeded {
				continue
			}
			name, files, reason := x.detection(language).entry()
			if reason != "" {
				say(language + ": " + reason)
				continue
			}
			if err := writeEntry(x.shelf, name, files); err != nil {
				say(language + ": " + err.Error())
				continue
			}
			if language != system {
				out.Stored = append(out.Stored, language)
			}
		}
	}
	// Put there because the project looked whether the language is known, and then not enabled.
	for language := range installed {
		os.Remove(x.compilerFile(language)) //nolint:errcheck // It is what CMake would load anyway.
	}
	return out, incomplete
}

// compilerFile is the file which CMake loads for a language.
func (x *Session) compilerFile(language string) string {
	if language == system {
		return x.script()
	}
	return filepath.Join(x.info, "CMake"+language+"Compiler.cmake")
}

// complete puts what a detection leaves in a tree besides the language's file there.
func (x *Session) complete(entry string) error {
	m := x.store.manifest(entry)
	if m == nil {
		return nil
	}
	var errs []error
	for _, dir := range m.Dirs {
		errs = append(errs, os.MkdirAll(filepath.Join(x.tree.BuildDir, "CMakeFiles", filepath.FromSlash(dir)), 0o755))
	}
	for _, f := range x.store.leftovers(entry, m) {
		path := filepath.Join(x.info, f.path)
		// CMake made the directories of those that it will look for.
		err := os.WriteFile(path, f.data, f.mode)
		if errors.Is(err, fs.ErrNotExist) {
			if err = os.MkdirAll(filepath.Dir(path), 0o755); err == nil {
				err = os.WriteFile(path, f.data, f.mode)
			}
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("complete detection in %s: %w", x.info, err)
	}
	return nil
}

// detection gathers what the script and CMake wrote about a language. What cannot be read is found missing later.
func (x *Session) detection(language string) detection {
	d := detection{language: language, tree: map[string]file{}, began: x.began}
	d.before, d.after = x.state(language+".before"), x.state(language+".after")
	// CMake runs the compiler in the locale C and does not put back what was not set as it was.
	tested := x.state(language + ".tested")
	for _, name := range []string{"LANG", "LC_ALL", "LC_MESSAGES"} {
		if value, ok := tested.env[name]; ok {
			d.after.env[name] = value
		}
	}

	read := func(path string) []byte {
		data, _, _ := fsutil.Read(path, maxFile) //nolint:errcheck // As said above.
		return data
	}
	files := filepath.Join(x.tree.BuildDir, "CMakeFiles")
	d.compiler = read(x.compilerFile(language))
	d.cache = read(filepath.Join(x.tree.BuildDir, "CMakeCache.txt"))
	d.logs = slices.Concat(read(filepath.Join(files, "CMakeOutput.log")), read(filepath.Join(files, "CMakeConfigureLog.yaml")))
	abi := filepath.Join(x.info, "CMakeDetermineCompilerABI_"+language+".bin")
	if exists(abi) {
		d.dirs = append(d.dirs, "CMakeScratch")
	}
	for _, root := range []string{abi, filepath.Join(x.info, "CompilerId"+language)} {
		// What cannot be read is of use to nobody but a curious reader.
		_ = filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
			if err != nil {
				return nil
			}
			switch rel := filepath.ToSlash(strings.TrimPrefix(path, x.info+string(filepath.Separator))); {
			case info.IsDir():
				d.dirs = append(d.dirs, x.tree.Version+"/"+rel)
			case info.Mode().IsRegular():
				d.tree[rel] = file{read(path), info.Mode().Perm()}
			}
			return nil
		})
	}
	for _, dir := range []string{x.tree.BuildDir, x.tree.SourceDir} {
		d.private = append(d.private, dir, filepath.ToSlash(dir))
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			d.private = append(d.private, real)
		}
	}
	return d
}

// state reads what the script wrote down under a name; one without a key when it did not.
func (x *Session) state(name string) state {
	data, _, err := fsutil.Read(filepath.Join(x.dir, name), maxFile)
	if err != nil {
		return state{}
	}
	s, err := parseState(data)
	if err != nil {
		return state{}
	}
	return s
}

// remove takes the session's own files away: its directory, and its script if CMake did not come to replace it.
func (x *Session) remove() {
	os.RemoveAll(x.dir) //nolint:errcheck // The next session tries again.
	if text, _, err := fsutil.Read(x.script(), maxFile); err == nil && bytes.Equal(text, x.text) {
		os.Remove(x.script()) //nolint:errcheck // It does nothing without the token.
	}
	for _, dir := range slices.Backward(x.made) {
		os.Remove(dir) //nolint:errcheck // Stays when it is not empty.
	}
}

var versionNumbers = regexp.MustCompile(`^(\d+)\.(\d+)`)

func atLeast(version string, major, minor int) bool {
	var a, b int
	m := versionNumbers.FindString(version)
	if _, err := fmt.Sscanf(m, "%d.%d", &a, &b); err != nil {
		return false
	}
	return a > major || a == major && b >= minor
}
