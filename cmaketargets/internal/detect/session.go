package detect

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// WorkDir is the directory of a session, in Tree.StateDir. It is left behind by a killed process only.
const WorkDir = "detect"

// Tree is a build tree about to be configured for the first time. Its paths are absolute.
type Tree struct {
	BuildDir  string // need not exist
	SourceDir string
	StateDir  string // the session uses WorkDir in it

	CMake   string // executable
	Version string // as printed by cmake --version: "3.25.1", "4.4.0-rc1"

	Project string // names the project in all checkouts; SourceDir by default
	Audit   bool   // has CMake make all checks, to compare their results with the store's

	Args []string // cmake's arguments, without Session.Args
	Env  []string // cmake's whole environment as name=value, without Session.Env
}

// Session accompanies one cmake run of one build tree.
type Session struct {
	store    *Store
	tree     Tree
	cmakeDir string // directory of this CMake's entries
	dir      string // directory that the script writes to
	info     string // CMakeFiles/<version>
	token    string
	text     []byte   // the script
	made     []string // directories that place has made
	began    time.Time
	searched *prober // what the answers that can be given depend on, as it was at Begin
}

// ErrChanged means that answers were given that CMake may not give any more: a directory has changed since Begin.
var ErrChanged = errors.New("changed after its headers or libraries were looked for")

// unusual matches arguments that change the output of cmake, or how it reads its cache.
var unusual = text.Regexp(`^--(fresh|trace|debug-output|debug-trycompile|debugger|warn-uninitialized|profiling)`)

// Begin prepares a tree that has neither CMakeCache.txt nor CMakeFiles/<version> for a run of
// cmake. The session is nil, with a reason, if the store cannot be used. For a fresh configure the
// caller removes both itself, because --fresh would remove the script as well.
func (s *Store) Begin(t Tree) (session *Session, reason string) {
	if s == nil || s.dir == "" {
		return nil, "no detection store"
	}
	if !atLeast324(t.Version) {
		return nil, "cmake " + t.Version + " is older than 3.24"
	}
	for _, arg := range t.Args {
		if unusual().MatchString(arg) {
			return nil, "argument " + arg
		}
	}
	if name := relativeCompiler(t.Env); name != "" {
		return nil, name + " is relative to the working directory"
	}
	x := &Session{
		store: s, tree: t, began: time.Now(), token: rand.Text(),
		dir:  filepath.Join(t.StateDir, WorkDir),
		info: filepath.Join(t.BuildDir, "CMakeFiles", t.Version), searched: newProber(),
	}
	for _, path := range []string{filepath.Join(t.BuildDir, "CMakeCache.txt"), x.info} {
		if fsutil.Exists(path) {
			return nil, "the build tree has " + filepath.Base(path)
		}
	}
	presetSalt, reason := presets(t.Args, t.SourceDir)
	if reason != "" {
		return nil, reason
	}
	identity := newProber().probe(t.CMake, probeFile)
	x.cmakeDir = filepath.Join(s.dir, fsutil.Hash(strings.Join([]string{format, identity, t.Version, hooksHash()}, "\n"))[:16])
	env := s.environment(t.Env)
	x.text = script(parameters{
		token:   x.token,
		session: filepath.ToSlash(x.dir),
		salt:    fsutil.Hash(strings.Join([]string{identity, env.hash, strings.Join(env.defined, ","), uname(), presetSalt}, "\n")),
		env:     env,
		entries: s.valid(x.cmakeDir, newProber()),
		answers: x.properties(),
		audit:   t.Audit,
	})
	if err := x.place(); err != nil {
		x.remove()
		return nil, err.Error()
	}
	return x, ""
}

// place makes the session's directories and writes its script where CMake reads it.
func (x *Session) place() error {
	if err := os.RemoveAll(x.dir); err != nil {
		return err
	}
	// The script writes parts of the environment there, which may be secret.
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

// Args returns arguments to append to cmake's. CMake removes a tree's detection files unless its
// cache has this entry, which CMake itself writes in every tree.
func (x *Session) Args() []string {
	return []string{"-DCMAKE_PLATFORM_INFO_INITIALIZED:INTERNAL=1"}
}

// Env returns variables to add to cmake's environment.
func (x *Session) Env() []string { return []string{tokenVariable + "=" + x.token} }

// End stores the new detections and answers if the configure succeeded, completes the reused
// detections, and removes the session's files. It must be called once, however cmake ended. The
// error reports files missing from the tree that a detection leaves behind but nothing reads; the
// tree is usable nevertheless. One that wraps ErrChanged means that cmake has to run again without a session, in a tree
// without a cache.
func (x *Session) End(succeeded bool) (model.Detection, error) {
	defer x.remove()
	var out model.Detection
	var incomplete error
	note := func(reason string) {
		if out.Note == "" {
			out.Note = reason
		}
	}
	text, _, err := fsutil.Read(filepath.Join(x.dir, "log"), maxFile)
	if err != nil && !os.IsNotExist(err) {
		return out, fmt.Errorf("read detection log: %w", err)
	}
	installed := map[string]string{} // language -> directory of its entry
	for _, e := range x.events(text) {
		switch e.verb {
		case "answered":
			out.Checks++
		case "contradicted":
			out.Contradicted = append(out.Contradicted, e.detail)
		case "installed":
			installed[e.language] = e.detail
		case "withdrawn":
			delete(installed, e.language)
		case "doubt":
			note(e.detail)
		case "reused":
			dir, ok := installed[e.language]
			if !ok {
				continue
			}
			delete(installed, e.language)
			if e.language != system {
				out.Reused = append(out.Reused, e.language)
			}
			incomplete = errors.Join(incomplete, x.complete(dir))
			noteUse(dir)
		case "recorded":
			if !succeeded {
				continue
			}
			switch reason := x.publish(e.language); {
			case reason != "":
				note(e.language + ": " + reason)
			case e.language != system:
				out.Stored = append(out.Stored, e.language)
			}
		}
	}
	// The project has tested whether these languages are enabled, and has not enabled them.
	for language := range installed {
		_ = os.Remove(x.compilerFile(language)) // else CMake loads it, with the same result
	}
	if out.Checks > 0 {
		if changed := x.searched.touched(); changed != "" {
			return model.Detection{}, fmt.Errorf("%s %w", changed, ErrChanged)
		}
	}
	if succeeded {
		var reason string
		if out.StoredChecks, reason = x.publishAnswers(); reason != "" {
			note(reason)
		}
	}
	if out.String() == "" {
		out.Note = "no language enabled"
	}
	return out, incomplete
}

// compilerFile returns the file that CMake loads for a language.
func (x *Session) compilerFile(language string) string {
	if language == system {
		return x.script()
	}
	return filepath.Join(x.info, "CMake"+language+"Compiler.cmake")
}

// publish stores the detection of a language, or returns why it cannot.
func (x *Session) publish(language string) (reason string) {
	name, files, reason := x.detection(language).entry()
	if reason == "" {
		if err := writeEntry(filepath.Join(x.cmakeDir, name), files); err != nil {
			return err.Error()
		}
	}
	return reason
}

// complete adds the files and directories of an entry that a detection leaves in a tree besides the
// language's file. Files of the entry that cannot be read are left out: a tree works without them.
func (x *Session) complete(entry string) error {
	m := x.store.manifest(entry)
	if m == nil {
		return nil
	}
	var errs []error
	for _, dir := range m.Dirs {
		errs = append(errs, os.MkdirAll(filepath.Join(x.tree.BuildDir, "CMakeFiles", filepath.FromSlash(dir)), 0o755))
	}
	for name := range m.Files {
		rel, ok := strings.CutPrefix(name, treeDir+"/")
		if !ok {
			continue
		}
		if data, info, err := fsutil.Read(filepath.Join(entry, filepath.FromSlash(name)), maxFile); err == nil {
			errs = append(errs, writeFile(filepath.Join(x.info, filepath.FromSlash(rel)), file{data, info.Mode().Perm()}))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("complete detection in %s: %w", x.info, err)
	}
	return nil
}

// remove removes the session's directory, and its script unless CMake has replaced it.
func (x *Session) remove() {
	_ = os.RemoveAll(x.dir) // else the next session removes it
	if bytes.Equal(read(x.script()), x.text) {
		_ = os.Remove(x.script()) // without the token it does nothing
	}
	for _, dir := range slices.Backward(x.made) {
		_ = os.Remove(dir) // fails unless it is empty
	}
}

// event is a line of a session's log: "verb language detail".
type event struct{ verb, language, detail string }

// events parses the log of the script. Lines that the script cannot have written are ignored: a
// full disk may cut one off, and a damaged entry's directory would be removed.
func (x *Session) events(log []byte) []event {
	var list []event
	for line := range strings.Lines(string(unixLines(log))) {
		line, whole := strings.CutSuffix(line, "\n")
		verb, rest, _ := strings.Cut(line, " ")
		language, detail, _ := strings.Cut(rest, " ")
		if !whole {
			continue
		}
		switch {
		case verb == "answered" || verb == "contradicted":
			list = append(list, event{verb: verb, detail: rest})
			continue
		case !shared(language):
			continue
		}
		switch verb {
		case "installed":
			if filepath.Dir(detail) != x.cmakeDir || !entryName().MatchString(filepath.Base(detail)) {
				continue
			}
		case "withdrawn", "reused", "recorded", "doubt":
		default:
			continue
		}
		list = append(list, event{verb, language, detail})
	}
	return list
}

// unixLines reverts the line ends that file(WRITE) writes on Windows.
func unixLines(data []byte) []byte {
	if runtime.GOOS == "windows" {
		return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	}
	return data
}

func atLeast324(version string) bool {
	var major, minor int
	_, err := fmt.Sscanf(version, "%d.%d", &major, &minor)
	return err == nil && (major > 3 || major == 3 && minor >= 24)
}
