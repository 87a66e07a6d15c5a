//go:build linux

package differential_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// reporter is a testing.T or a rapid.T.
type reporter interface {
	Helper()
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// The copies of a workspace. Their paths have the same length.
const (
	ours = iota
	hand
)

// workspace is a repository in two copies, and all that edits change about it.
type workspace struct {
	t     reporter
	unit  unit
	base  string    // holds all of it
	roots [2]string // of the copies
	slots []*slot
	done  []string // the edits so far

	cmakes   []string // directories with a cmake
	cmake    int      // the one in PATH
	env      map[string]string
	extra    []string // directories in front of PATH
	variants []model.Variant
	last     time.Time          // of the last edit
	problems []string           // differences that the last step has found
	settled  bool               // nothing has changed since a step that succeeded
	touched  bool               // a source file has another time, or other text
	built    map[string]string  // objects after the last build
	trees    map[*slot][]string // that are known, until the next edit
}

// slot is a directory with the files of a shape.
type slot struct {
	*shape
	dir     string            // in the workspace
	version map[string]int    // of the files that are there
	byHand  map[string]string // cache entries that were set by hand
	fresh   bool              // CMake by hand begins with new build trees
	// configured are the versions of the files at the last step, nil before the first one.
	configured map[string]int
}

// newWorkspace writes the shapes of a unit into a new repository.
func newWorkspace(t reporter, base string, cmakes []string, u unit) *workspace {
	t.Helper()
	w := &workspace{t: t, unit: u, base: base, cmakes: cmakes, cmake: u.cmake, env: map[string]string{}, last: time.Now().Add(-24 * time.Hour)}
	for i, name := range []string{"a", "b"} {
		w.roots[i] = filepath.Join(base, name, "repo")
		must(t, os.MkdirAll(w.roots[i], 0o777))
	}
	for _, dir := range []string{"home", "tools", "venv"} {
		must(t, os.MkdirAll(filepath.Join(base, dir), 0o777))
	}
	for i, s := range u.shapes {
		slot := &slot{shape: s, dir: []string{"one", "two"}[i], version: map[string]int{}, byHand: map[string]string{}}
		if s.root {
			slot.dir = "."
		}
		w.slots = append(w.slots, slot)
		w.variants = append(w.variants, s.variants...)
		for _, e := range s.variantEnv {
			variant, name, _ := strings.Cut(e.name, ":")
			for i := range w.variants {
				if w.variants[i].Name == variant {
					w.variants[i].Env = map[string]string{name: e.value}
				}
			}
		}
		maps.Copy(w.env, s.env)
		for _, file := range slices.Sorted(maps.Keys(s.files)) {
			w.put(slot, file, 1)
		}
		for _, l := range s.links {
			w.link(slot, l.name, l.value)
		}
		if s.installed {
			for _, p := range s.packages {
				w.install(slot, p, 1)
			}
		}
	}
	w.write(".gitignore", "build/\n/compile_commands.json\n/stage/\n")
	if slices.ContainsFunc(u.shapes, func(s *shape) bool { return s.git }) {
		w.git("init", "-q", "--template=", "-b", "main")
		w.commit()
	}
	return w
}

// String implements fmt.Stringer: the line that replays the sequence.
func (w *workspace) String() string {
	return w.unit.String() + ": " + strings.Join(w.done, "; ")
}

// at returns the path of a file of a slot in the workspace.
func (s *slot) at(file string) string { return filepath.Join(s.dir, file) }

// project returns the path of the project.
func (s *slot) project() string { return filepath.ToSlash(s.at(s.app)) }

// tick returns a time for an edit, later than all before.
func (w *workspace) tick() time.Time {
	if w.last.Before(time.Now().Add(-time.Hour)) && len(w.done) == 0 {
		w.last = w.last.Add(time.Millisecond)
	} else {
		w.last = time.Now()
	}
	return w.last
}

// each calls f with both roots.
func (w *workspace) each(f func(root string) error) {
	w.t.Helper()
	for _, root := range w.roots {
		must(w.t, f(root))
	}
}

// write writes a file in both copies, with the same time.
func (w *workspace) write(path, text string) { w.writeAt(path, text, w.tick()) }

func (w *workspace) writeAt(path, text string, at time.Time) {
	w.t.Helper()
	w.each(func(root string) error {
		path := filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			return err
		}
		return os.Chtimes(path, at, at)
	})
}

// put writes a file of a slot in a version.
func (w *workspace) put(s *slot, file string, version int) {
	w.t.Helper()
	s.version[file] = version
	w.write(s.at(file), s.text(file, version))
}

// modTime returns the time of a file, which is the same in both copies.
func (w *workspace) modTime(path string) time.Time {
	w.t.Helper()
	info, err := os.Stat(filepath.Join(w.roots[ours], path))
	must(w.t, err)
	return info.ModTime()
}

// touch sets the time of a file.
func (w *workspace) touch(path string, at time.Time) {
	w.t.Helper()
	w.each(func(root string) error { return os.Chtimes(filepath.Join(root, path), at, at) })
}

// remove removes a file of a slot, and the directories that are empty then.
func (w *workspace) remove(s *slot, file string) {
	w.t.Helper()
	delete(s.version, file)
	w.each(func(root string) error {
		path := filepath.Join(root, s.at(file))
		if err := os.Remove(path); err != nil {
			return err
		}
		for dir := filepath.Dir(path); dir != filepath.Join(root, s.dir); dir = filepath.Dir(dir) {
			if os.Remove(dir) != nil {
				break
			}
		}
		return nil
	})
}

// removeAll removes a path in both copies.
func (w *workspace) removeAll(path string) {
	w.t.Helper()
	w.each(func(root string) error { return os.RemoveAll(filepath.Join(root, path)) })
}

// link makes or replaces a symbolic link.
func (w *workspace) link(s *slot, file, to string) {
	w.t.Helper()
	w.each(func(root string) error {
		path := filepath.Join(root, s.at(file))
		_ = os.Remove(path)
		return os.Symlink(to, path)
	})
}

// install writes a version of a package into its prefix.
func (w *workspace) install(s *slot, p setting, version int) {
	w.t.Helper()
	dir := filepath.Join(s.dir, p.value, "lib/cmake", p.name)
	w.write(filepath.Join(dir, p.name+"Config.cmake"), fmt.Sprintf("set(FOO_SAYS \"%s says %d\")\n", p.value, version))
	w.write(filepath.Join(dir, p.name+"ConfigVersion.cmake"), fmt.Sprintf("set(PACKAGE_VERSION 1.%d)\nset(PACKAGE_VERSION_COMPATIBLE TRUE)\n", version))
}

// isInstalled reports whether a package is there.
func (w *workspace) isInstalled(s *slot, p setting) bool {
	return exists(filepath.Join(w.roots[ours], s.dir, p.value, "lib/cmake", p.name))
}

// git runs git in both copies, with the same result.
func (w *workspace) git(args ...string) {
	w.t.Helper()
	w.each(func(root string) error {
		cmd := exec.Command("git", args...)
		cmd.Dir = root
		at := fmt.Sprint(1_700_000_000+len(w.done), " +0000")
		cmd.Env = append(os.Environ(), "HOME="+filepath.Join(w.base, "home"), "GIT_CONFIG_NOSYSTEM=1",
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_AUTHOR_DATE="+at,
			"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com", "GIT_COMMITTER_DATE="+at)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("git %s: %w\n%s", strings.Join(args, " "), err, out)
		}
		return nil
	})
}

func (w *workspace) commit() {
	w.t.Helper()
	w.git("add", "-A")
	w.git("commit", "-q", "--allow-empty", "-m", fmt.Sprint("commit ", len(w.done)))
}

// resolved returns the variants for one copy.
func (w *workspace) resolved(side int) (list []model.Variant) {
	for _, v := range w.variants {
		v.Defines = maps.Clone(v.Defines)
		for name, value := range v.Defines {
			v.Defines[name] = w.resolve(side, value)
		}
		v.Args = slices.Clone(v.Args)
		for i, value := range v.Args {
			v.Args[i] = w.resolve(side, value)
		}
		list = append(list, v)
	}
	return list
}

// resolve returns a value in which @ at the beginning stands for the root of one copy.
func (w *workspace) resolve(side int, value string) string {
	if path, ok := strings.CutPrefix(value, "@"); ok {
		return filepath.Join(w.roots[side], path)
	}
	return value
}

// environ returns the environment of all commands in one copy.
func (w *workspace) environ(side int) []string {
	path := append(slices.Clone(w.extra), filepath.Join(w.base, "tools"), compilers, w.cmakes[w.cmake], os.Getenv("PATH"))
	env := []string{
		"PATH=" + strings.Join(path, ":"), "HOME=" + filepath.Join(w.base, "home"), "TMPDIR=" + w.base, "LC_ALL=C.UTF-8", "TERM=dumb",
		"CMAKE_INSTALL_ALWAYS=1", // else a file of the same second counts as installed
		"XDG_CACHE_HOME=" + filepath.Join(w.base, "home"), "CMAKETARGETS_STORE=" + store, "GORACE=" + os.Getenv("GORACE"),
		"DIFFERENTIAL_LOG=" + w.log(side),
	}
	for _, name := range slices.Sorted(maps.Keys(w.env)) {
		env = append(env, name+"="+w.resolve(side, w.env[name]))
	}
	return env
}

// log is the file to which the tools append the names of their outputs.
func (w *workspace) log(side int) string { return filepath.Join(filepath.Dir(w.roots[side]), "log") }

// made counts the outputs of the tools in one copy since the last call, by name.
func (w *workspace) made(side int) map[string]int {
	w.t.Helper()
	data, err := os.ReadFile(w.log(side))
	if !os.IsNotExist(err) {
		must(w.t, err)
		must(w.t, os.Remove(w.log(side)))
	}
	made := map[string]int{}
	for line := range strings.Lines(string(data)) {
		made[w.plain(side, strings.TrimSpace(line))]++
	}
	return made
}

// plain replaces the path of a copy by a word.
func (w *workspace) plain(side int, text string) string {
	return strings.ReplaceAll(text, filepath.Dir(w.roots[side]), "/COPY")
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
