package inputs_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
)

// fakeTree is a build tree whose cache and reply a test writes by hand.
type fakeTree struct {
	cache map[string]string
	reply string
	size  int64 // of the reply's index
}

func (f *fakeTree) Cached(name string) (string, bool) { v, ok := f.cache[name]; return v, ok }
func (f *fakeTree) Reply(inputs.Stamp) inputs.Stamp {
	return inputs.Stamp{Path: f.reply, Size: f.size}
}

// world is a configured tree and the intent of its next configure step.
type world struct {
	t        *testing.T
	dir      string
	in       inputs.Intent
	tree     *fakeTree
	compiler string
}

// old is the time of all files that have not changed since.
var old = time.Now().Add(-time.Hour)

// configured returns a world in which a configure step has just succeeded.
func configured(t *testing.T) *world {
	dir := t.TempDir()
	w := &world{t: t, dir: dir, compiler: filepath.Join(dir, "bin", "gcc")}
	src, bld := filepath.Join(dir, "src"), filepath.Join(dir, "bld")
	w.write("src/CMakeLists.txt", "project(x)", old)
	w.write("src/cmake/flags.cmake", "set(X 1)", old)
	w.write("src/main.c", "", old)
	w.write("src/lib/part.c", "", old)
	w.touch("src/lib", old)
	w.write("bin/gcc", "elf", old)
	w.write("bin/cmake", "elf", old)
	w.write("tc.cmake", "set(CMAKE_SYSTEM_NAME Linux)", old)
	w.write("bld/CMakeCache.txt", "cache", old)
	w.write("bld/generated.cmake", "", old)
	w.write("bld/CMakeFiles/3.25.1/CMakeCCompiler.cmake", "set(ID GNU)", old)
	w.write("bld/CMakeFiles/3.25.1/CMakeCXXCompiler.cmake", "set(ID GNU)", old)
	w.write("bld/build.ninja", "rules", time.Now())
	w.write("bld/CMakeFiles/Progress/1", "rules", time.Now())
	w.write("bin/ninja", "elf", old)
	w.in = inputs.Intent{
		Source: src, Build: bld, Version: "3.25.1", Generator: "Ninja",
		CMake: inputs.Stamp{Path: filepath.Join(dir, "bin", "cmake"), Size: 3, ModTime: old.UnixNano()},
		Args:  []string{"-DCMAKE_BUILD_TYPE=Debug", "-DFOO=1"},
		Env:   inputs.Environ([]string{"CXX=g++-12", "CFLAGS=-O1", "PKG_CONFIG_PATH=/a", "HOME=/home/x"}),
		Path:  []string{"/usr/bin", "/bin"},
		Files: []string{filepath.Join(dir, "tc.cmake")},
	}
	w.tree = &fakeTree{
		cache: map[string]string{
			"CMAKE_HOME_DIRECTORY": src, "CMAKE_CACHEFILE_DIR": bld, "CMAKE_GENERATOR": "Ninja",
			"CMAKE_BUILD_TYPE": "Debug", "FOO": "1", "LAST": "1",
		},
		reply: "index-1.json", size: 100,
	}
	w.step(nil, time.Now(), nothing)
	// Files written just now are trusted by a step that stamped them before.
	w.step(inputs.Load(w.in.Build), time.Now(), nothing)
	return w
}

// nothing is a step without changes.
func nothing(*inputs.Observed) {}

// step runs a configure step that begins at the given time and succeeds. during is called in it, and
// may change files and the observed inputs.
func (w *world) step(old *inputs.Snapshot, at time.Time, during func(*inputs.Observed)) {
	w.t.Helper()
	rec, err := inputs.Begin(old, w.in, false, at)
	if err != nil {
		w.t.Fatal(err)
	}
	s := w.seen()
	during(&s)
	if err := rec.Finish(s); err != nil {
		w.t.Fatal(err)
	}
}

// alsoReads runs two configure steps that read another file, too.
func (w *world) alsoReads(path string) {
	for range 2 {
		w.step(inputs.Load(w.in.Build), time.Now(), func(s *inputs.Observed) { s.Inputs = append(s.Inputs, path) })
	}
}

// globs runs a configure step with unlisted globs.
func (w *world) globs() {
	w.step(inputs.Load(w.in.Build), time.Now(), func(s *inputs.Observed) { s.Globs = true })
}

func (w *world) inputs() []string {
	return []string{
		filepath.Join(w.in.Source, "CMakeLists.txt"), filepath.Join(w.in.Source, "cmake", "flags.cmake"),
		filepath.Join(w.in.Build, "generated.cmake"), filepath.Join(w.in.Build, "CMakeFiles", "3.25.1", "CMakeCCompiler.cmake"),
		filepath.Join(w.in.Build, "CMakeFiles", "3.25.1", "CMakeCXXCompiler.cmake"), "/usr/share/cmake/Modules/FindPkgConfig.cmake",
	}
}

func (w *world) seen() inputs.Observed {
	return inputs.Observed{
		Generator: "Ninja", Reply: w.tree.Reply(inputs.Stamp{}), CacheEnd: "LAST=1", Inputs: w.inputs(), Compilers: []string{w.compiler},
		Dirs: []string{w.in.Source, filepath.Join(w.in.Source, "lib")}, Program: filepath.Join(w.dir, "bin", "ninja"), Note: "note",
	}
}

func (w *world) write(name, text string, at time.Time) {
	w.t.Helper()
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o777); err != nil {
		w.t.Fatal(err)
	}
	w.touch(name, at)
}

// touch sets the modification time of a file or directory.
// later runs a step after which change times are proof: the clock of the file system has gone on.
func (w *world) later() {
	time.Sleep(50 * time.Millisecond)
	w.step(inputs.Load(w.in.Build), time.Now(), nothing)
}

func (w *world) touch(name string, at time.Time) {
	w.t.Helper()
	if err := os.Chtimes(filepath.Join(w.dir, filepath.FromSlash(name)), at, at); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) remove(name string) {
	if err := os.RemoveAll(filepath.Join(w.dir, filepath.FromSlash(name))); err != nil {
		w.t.Fatal(err)
	}
}

// restart makes the snapshot one from before the last boot.
func (w *world) restart() {
	w.t.Helper()
	path := filepath.Join(inputs.Dir(w.in.Build), inputs.File)
	data, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(data, []byte(`"Boot":"`), []byte(`"Boot":"not `), 1), 0o666); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) check() inputs.Decision {
	return inputs.Check(inputs.Load(w.in.Build), w.in, w.tree, &inputs.Files{})
}
