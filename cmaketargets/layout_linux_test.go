package cmaketargets_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/magecmake/magecmake/cmaketargets"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
)

// layout is a directory in which Clean has to find the files that are ours.
type layout struct {
	*testing.T
	base string // everything lies in it
	root string // of the repository: base/repo
	home string // base/home
	conf cmaketargets.Config
}

// newLayout has two projects, a and libs/b, of which a has a build tree, and files of other origin around them.
func newLayout(t *testing.T) *layout {
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	l := &layout{T: t, base: base, root: filepath.Join(base, "repo"), home: filepath.Join(base, "home")}
	l.conf = cmaketargets.Config{Root: l.root, Include: []string{"a"}, Store: "off", Output: io.Discard}
	for _, name := range []string{"a", "libs/b"} {
		l.write("repo/"+name+"/CMakeLists.txt", "project(p C)\n")
	}
	l.write("home/thesis.tex", "years of work\n")
	l.write("outside/data/file", "data\n")
	l.tree("repo/build/a", "repo/a")
	return l
}

func (l *layout) path(name string) string { return filepath.Join(l.base, name) }

func (l *layout) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

func (l *layout) write(name, text string) {
	l.Helper()
	l.mkdir(filepath.Dir(name))
	l.must(os.WriteFile(l.path(name), []byte(text), 0o666))
}

func (l *layout) mkdir(name string) {
	l.Helper()
	l.must(os.MkdirAll(l.path(name), 0o777))
}

func (l *layout) remove(name string) {
	l.Helper()
	l.must(os.RemoveAll(l.path(name)))
}

func (l *layout) move(from, to string) {
	l.Helper()
	l.mkdir(filepath.Dir(to))
	l.must(os.Rename(l.path(from), l.path(to)))
}

// link makes a symbolic link; a name that begins with @ is one in the layout.
func (l *layout) link(to, name string) {
	l.Helper()
	if in, ok := strings.CutPrefix(to, "@"); ok {
		to = l.path(in)
	}
	l.mkdir(filepath.Dir(name))
	l.must(os.Symlink(to, l.path(name)))
}

func (l *layout) hardlink(from, to string) {
	l.Helper()
	l.must(os.Link(l.path(from), l.path(to)))
}

// cache writes a cache that names a source and a directory.
func (l *layout) cache(dir, source, place string) {
	l.Helper()
	text := "# This is the CMakeCache file.\nCMAKE_BUILD_TYPE:STRING=Debug\n"
	if place != "" {
		text += "CMAKE_CACHEFILE_DIR:INTERNAL=" + place + "\n"
	}
	l.write(dir+"/CMakeCache.txt", text+"CMAKE_HOME_DIRECTORY:INTERNAL="+source+"\n")
}

// tree makes a build tree of a source.
func (l *layout) tree(dir, source string) {
	l.Helper()
	l.cache(dir, l.path(source), l.path(dir))
	l.write(dir+"/CMakeFiles/3.25.1/CMakeSystem.cmake", "set(CMAKE_SYSTEM Linux)\n")
	l.write(dir+"/build.ninja", "ninja_required_version = 1.5\n")
	l.write(dir+"/.cmaketargets/configure.log", "-- Configuring done\n")
	l.mkdir(dir + "/Testing/Temporary")
}

// unfinished replaces the build tree by the state of a configure step, with the names that are
// ours.
func (l *layout) unfinished(state string, ours ...string) {
	l.Helper()
	l.remove("repo/build/a")
	l.record("repo/build/a", inputs.Snapshot{
		State: inputs.State(state), Made: true, Ours: ours, Source: l.path("repo/a"), Build: l.path("repo/build/a"),
	})
	l.write("repo/build/a/.cmake/api/v1/query/client-cmaketargets/query.json", "{}")
}

// record writes the snapshot of a build tree.
func (l *layout) record(dir string, s inputs.Snapshot) {
	l.Helper()
	s.Format = inputs.Format
	data, err := json.Marshal(s)
	l.must(err)
	l.write(dir+"/.cmaketargets/configure.snapshot", string(data)+"\n")
}

func (l *layout) bind(from, to string) {
	l.Helper()
	mount(l.T, l.path(from), l.path(to), "", unix.MS_BIND, "")
}

func (l *layout) git(args ...string) {
	l.Helper()
	l.gitIn("repo", args...)
}

func (l *layout) gitIn(dir string, args ...string) {
	l.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = l.path(dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		l.Fatalf("git %q: %v\n%s", args, err, out)
	}
}

// tracked makes a repository in a directory, and a file that it tracks.
func (l *layout) tracked(dir, name string) {
	l.Helper()
	l.write(name, "mine")
	l.gitIn(dir, "init", "-q")
	l.gitIn(dir, "add", "-f", l.path(name))
}

// without returns a PATH with all programs that Clean needs but one.
func (l *layout) without(program string) string {
	l.Helper()
	for _, name := range []string{"cmake", "ctest", "ninja", "make", "git"} {
		if path, err := exec.LookPath(name); err == nil && name != program {
			l.link(path, "bin/"+name)
		}
	}
	return l.path("bin")
}

// clean runs Clean, and returns the outcome of the one project, or why it could not start, without
// the layout's place.
func (l *layout) clean() string {
	l.Helper()
	l.Setenv("HOME", l.home)
	report, err := cmaketargets.New(l.conf).Run(context.Background(), cmaketargets.StepClean)
	said := fmt.Sprint(err)
	if len(report) == 1 {
		said = string(report[0].Status) + ": " + freed.ReplaceAllString(report[0].Reason, "removed")
	}
	return strings.ReplaceAll(said, l.base, "DIR")
}

// unchanged checks that everything but gone is unchanged, and that nothing is left of gone. Only
// the time of a directory that lost an entry may differ.
func (l *layout) unchanged(before map[string]string, gone []string) {
	l.Helper()
	after := snapshot(l.T, l.base)
	for path, was := range before {
		lost, touched := false, false
		for _, g := range gone {
			lost = lost || path == l.path(g) || strings.HasPrefix(path, l.path(g)+"/")
			touched = touched || filepath.Dir(l.path(g)) == path
		}
		is, there := after[path]
		switch {
		case lost && there:
			l.Errorf("%s is still there", path)
		case lost || touched && there:
		case !there:
			l.Errorf("%s is gone", path)
		case is != was:
			l.Errorf("%s was\n%s\nis\n%s", path, was, is)
		}
	}
	for path := range after {
		if _, ok := before[path]; !ok {
			l.Errorf("%s is new", path)
		}
	}
}

// cleanLayout is a repository in which Clean runs.
type cleanLayout struct {
	name string
	make func(*layout)
	says string
	gone []string // paths of which nothing is left; all else is as it was
}

// cleanLayouts runs Clean in each layout, first a dry run.
func cleanLayouts(t *testing.T, list []cleanLayout) {
	t.Helper()
	for _, test := range list {
		t.Run(test.name, func(t *testing.T) {
			l := newLayout(t)
			at, err := os.Getwd()
			l.must(err)
			defer func() { l.must(os.Chdir(at)) }()
			test.make(l)
			before := snapshot(t, l.base)
			t.Setenv(cmaketargets.EnvDryRun, "1")
			l.clean()
			t.Setenv(cmaketargets.EnvDryRun, "")
			l.unchanged(before, nil)
			if got := l.clean(); got != test.says {
				t.Errorf("Clean said\n%s\nwant\n%s", got, test.says)
			}
			l.unchanged(before, test.gone)
		})
	}
}
