package inputs_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
)

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*world)
		action inputs.Action
		reason string // DIR stands for the world's directory
	}{
		{"nothing changed", func(*world) {}, inputs.Nothing, "up to date"},
		{"input changed", func(w *world) { w.write("src/cmake/flags.cmake", "set(X 2)", time.Now()) }, inputs.Rerun, "cmake/flags.cmake changed"},
		{"input changed in size only", func(w *world) { w.write("src/cmake/flags.cmake", "set(X 22)", old) }, inputs.Rerun, "cmake/flags.cmake changed"},
		{"input older than before", func(w *world) { w.write("src/cmake/flags.cmake", "set(X 1)", old.Add(-time.Hour)) }, inputs.Rerun, "cmake/flags.cmake changed"},
		{"input changed, and its time set back", func(w *world) { w.later(); w.write("src/cmake/flags.cmake", "set(X 2)", old) }, inputs.Rerun, "cmake/flags.cmake changed"},
		{"input written again, and its time set back", func(w *world) { w.later(); w.write("src/cmake/flags.cmake", "set(X 1)", old) }, inputs.Nothing, "up to date"},
		{"input gone", func(w *world) { w.remove("src/cmake/flags.cmake") }, inputs.Rerun, "cmake/flags.cmake is gone"},
		{"generated input gone", func(w *world) { w.remove("bld/generated.cmake") }, inputs.Rerun, "DIR/bld/generated.cmake is gone"},
		{
			"input whose name is lost in the reply", func(w *world) { w.alsoReads(filepath.Join(w.in.Source, "\ufffd.cmake")) },
			inputs.Rerun, "\ufffd.cmake has a name that is not UTF-8, so only CMake can check it",
		},
		{"temporary input that was never there", func(w *world) { w.alsoReads(filepath.Join(w.in.Source, "gone.cmake")) }, inputs.Nothing, "up to date"},
		{
			"path that is not UTF-8", func(w *world) {
				odd := filepath.Join(w.dir, "b\xff")
				if err := os.Rename(w.in.Build, odd); err != nil {
					w.t.Fatal(err)
				}
				w.in.Build, w.tree.cache["CMAKE_CACHEFILE_DIR"] = odd, odd
				w.alsoReads(filepath.Join(w.in.Source, "CMakeLists.txt"))
			}, inputs.Rerun, "its path is not UTF-8, so only CMake can check it",
		},
		{"file added beside the sources", func(w *world) { w.write("src/more.c", "", time.Now()) }, inputs.Rerun, "files were added to or removed from ."},
		{"file removed beside the sources", func(w *world) { w.remove("src/main.c") }, inputs.Rerun, "files were added to or removed from ."},
		{"source changed", func(w *world) { w.write("src/main.c", "int x;", time.Now()) }, inputs.Nothing, "up to date"},
		{"editor's backup", func(w *world) { w.write("src/main.c~", "", time.Now()); w.write("src/.main.c.swp", "", time.Now()) }, inputs.Nothing, "up to date"},
		{"compile commands for editors", func(w *world) { w.write("src/compile_commands.json", "[]", time.Now()) }, inputs.Nothing, "up to date"},
		{"option changed", func(w *world) { w.in.Args[1] = "-DFOO=2" }, inputs.Rerun, "option changed: -DFOO"},
		{"options changed", func(w *world) { w.in.Args = []string{"-DBAR=1", "-DCMAKE_BUILD_TYPE=Release", "-DFOO=1"} }, inputs.Rerun, "2 options changed: -DBAR, -DCMAKE_BUILD_TYPE"},
		{"option taken away", func(w *world) { w.in.Args = w.in.Args[:1] }, inputs.Rerun, "option changed: -DFOO"},
		{"compiler option", func(w *world) { w.in.Args = append(w.in.Args, "-DCMAKE_C_COMPILER=clang") }, inputs.Fresh, "option changed: -DCMAKE_C_COMPILER"},
		{"other argument", func(w *world) { w.in.Args = append(w.in.Args, "-Wdev") }, inputs.Rerun, "option changed: -Wdev"},
		{"option that ends like a compiler", func(w *world) { w.in.Args = append(w.in.Args, "-DUSE_OUR_COMPILER=1") }, inputs.Rerun, "option changed: -DUSE_OUR_COMPILER"},
		{"platform of the generator", func(w *world) { w.in.Args = append(w.in.Args, "-A", "Win32") }, inputs.Fresh, "option changed: -AWin32"},
		{"initial cache", func(w *world) { w.in.Args = append(w.in.Args, "-C", "/c.cmake") }, inputs.Fresh, "option changed: -C/c.cmake"},
		{"toolchain option", func(w *world) { w.in.Args = append(w.in.Args, "--toolchain", "/t.cmake") }, inputs.Fresh, "option changed: -DCMAKE_TOOLCHAIN_FILE"},
		{"prefix option", func(w *world) { w.in.Args = append(w.in.Args, "--install-prefix=/opt") }, inputs.Rerun, "option changed: -DCMAKE_INSTALL_PREFIX"},
		{"an option and a compiler variable", func(w *world) { w.in.Args[1] = "-DFOO=2"; w.in.Env["CXX"] = "clang++" }, inputs.Fresh, "CXX changed from g++-12 to clang++"},
		{"variable of a language that is not enabled", func(w *world) { w.in.Env["FC"] = "gfortran-12" }, inputs.Nothing, "up to date"},
		{"prefix path", func(w *world) { w.in.Env["CMAKE_PREFIX_PATH"] = "/opt" }, inputs.Rerun, "CMAKE_PREFIX_PATH is now set"},
		{"virtual environment without FindPython", func(w *world) { w.in.Env["VIRTUAL_ENV"] = "/venv" }, inputs.Nothing, "up to date"},
		{"virtual environment with FindPython", func(w *world) {
			w.alsoReads("/usr/share/cmake/Modules/FindPython/Support.cmake")
			w.in.Env["VIRTUAL_ENV"] = "/venv"
		}, inputs.Rerun, "VIRTUAL_ENV is now set"},
		{"root of a package that is not searched", func(w *world) { w.in.Env["ZLIB_ROOT"] = "/opt" }, inputs.Nothing, "up to date"},
		{"root of a package with a module", func(w *world) {
			w.alsoReads("/usr/share/cmake/Modules/FindZLIB.cmake")
			w.in.Env["ZLIB_ROOT"] = "/opt"
		}, inputs.Rerun, "ZLIB_ROOT is now set"},
		{"root of a package with a configuration, in upper case", func(w *world) {
			w.alsoReads("/opt/lib/cmake/fmt/fmt-config.cmake")
			w.in.Env["FMT_ROOT"] = "/opt"
		}, inputs.Rerun, "FMT_ROOT is now set"},
		{"root of a package that was not found", func(w *world) {
			w.tree.cache["Foo_DIR"] = "Foo_DIR-NOTFOUND"
			w.in.Env["Foo_ROOT"] = "/opt"
		}, inputs.Rerun, "Foo_ROOT is now set"},
		{"value of a preset", func(w *world) { w.in.Preset = map[string]string{"FOO": `"2"`} }, inputs.Rerun, "the preset's value of FOO changed"},
		{"compiler of a preset", func(w *world) { w.in.Preset = map[string]string{"BAR": "1", "CMAKE_C_COMPILER": `"clang"`} }, inputs.Fresh, "the preset's value of CMAKE_C_COMPILER changed"},
		{"flags in the environment of a preset", func(w *world) { w.in.PresetEnv = map[string]string{"CFLAGS": `"-O3"`} }, inputs.Fresh, "the preset's value of CFLAGS in the environment changed"},
		{"other environment of a preset", func(w *world) { w.in.PresetEnv = map[string]string{"LESSFLAGS": `"-x"`} }, inputs.Nothing, "up to date"},
		{"build program gone", func(w *world) { w.remove("bin/ninja") }, inputs.Rerun, "build program DIR/bin/ninja is gone"},
		{"compiler variable", func(w *world) {
			w.in.Env = inputs.Environ([]string{"CXX=clang++-14", "CFLAGS=-O1", "PKG_CONFIG_PATH=/a"})
		}, inputs.Fresh, "CXX changed from g++-12 to clang++-14"},
		{"compiler variable unset", func(w *world) { w.in.Env = inputs.Environ([]string{"CFLAGS=-O1", "PKG_CONFIG_PATH=/a"}) }, inputs.Fresh, "CXX changed from g++-12 to unset"},
		{"flags variable", func(w *world) { w.in.Env = inputs.Environ([]string{"CXX=g++-12", "CFLAGS=-O2", "PKG_CONFIG_PATH=/a"}) }, inputs.Fresh, "CFLAGS changed"},
		{"new variable", func(w *world) { w.in.Env["LDFLAGS"] = "x" }, inputs.Fresh, "LDFLAGS is now set"},
		{"search variable", func(w *world) { w.in.Env = inputs.Environ([]string{"CXX=g++-12", "CFLAGS=-O1", "PKG_CONFIG_PATH=/b"}) }, inputs.Rerun, "PKG_CONFIG_PATH changed"},
		{"variable nobody reads", func(w *world) {
			w.in.Env = inputs.Environ([]string{"CXX=g++-12", "CFLAGS=-O1", "PKG_CONFIG_PATH=/a", "HOME=/y"})
		}, inputs.Nothing, "up to date"},
		{"search path", func(w *world) { w.in.Path = []string{"/opt/x/bin", "/usr/bin"} }, inputs.Nothing, "up to date"},
		{"cmake upgraded", func(w *world) { w.in.Version = "4.3.1"; w.in.CMake.Size++ }, inputs.Rerun, "CMake changed from 3.25.1 to 4.3.1"},
		{"another cmake", func(w *world) { w.in.CMake.Path = "/opt/cmake" }, inputs.Rerun, "CMake changed from DIR/bin/cmake to /opt/cmake"},
		{"cmake replaced", func(w *world) { w.in.CMake.ModTime++ }, inputs.Rerun, "DIR/bin/cmake was replaced"},
		{"generator", func(w *world) { w.in.Generator = "Unix Makefiles" }, inputs.Fresh, "generator changed from Ninja to Unix Makefiles"},
		{"generator left to cmake", func(w *world) { w.in.Generator = "" }, inputs.Nothing, "up to date"},
		{"toolchain file", func(w *world) { w.write("tc.cmake", "set(CMAKE_SYSTEM_NAME Generic)", time.Now()) }, inputs.Fresh, "DIR/tc.cmake changed"},
		{"toolchain file changed, and its time set back", func(w *world) { w.write("tc.cmake", "set(CMAKE_SYSTEM_NAME Minix)", old) }, inputs.Fresh, "DIR/tc.cmake changed"},
		{"toolchain file touched", func(w *world) { w.touch("tc.cmake", time.Now()) }, inputs.Nothing, "up to date"},
		{"toolchain file changed in content only", func(w *world) { w.write("tc.cmake", "set(CMAKE_SYSTEM_NAME Minix)", time.Now()) }, inputs.Fresh, "DIR/tc.cmake changed"},
		{"compiler replaced", func(w *world) { w.write("bin/gcc", "ELF", time.Now()) }, inputs.Fresh, "compiler DIR/bin/gcc was replaced"},
		{"compiler linked to another of the same size and time", func(w *world) {
			link := func(to string) {
				w.write("bin/"+to, "elf", old)
				w.remove("bin/gcc")
				if err := os.Symlink(to, w.compiler); err != nil {
					w.t.Fatal(err)
				}
			}
			link("gcc-12")
			for range 2 {
				w.step(inputs.Load(w.in.Build), time.Now(), nothing)
			}
			link("gcc-13")
		}, inputs.Fresh, "compiler DIR/bin/gcc links to another file"},
		{"compiler gone", func(w *world) { w.remove("bin/gcc") }, inputs.Fresh, "compiler DIR/bin/gcc is gone"},
		{"source moved", func(w *world) { w.in.Source = filepath.Join(w.dir, "bin") }, inputs.Fresh, "source directory changed from DIR/src to DIR/bin"},
		{"cache gone", func(w *world) { w.remove("bld/CMakeCache.txt") }, inputs.Fresh, "CMakeCache.txt is gone"},
		{"cache edited", func(w *world) { w.write("bld/CMakeCache.txt", "cache!", time.Now()) }, inputs.Rerun, "CMakeCache.txt was edited"},
		{"cache damaged", func(w *world) { w.write("bld/CMakeCache.txt", "", time.Now()); w.tree.cache = nil }, inputs.Fresh, "CMakeCache.txt is damaged"},
		{"tree copied", func(w *world) {
			w.write("bld/CMakeCache.txt", "copied", time.Now())
			w.tree.cache["CMAKE_CACHEFILE_DIR"] = "/elsewhere"
		}, inputs.Fresh, "build tree changed from /elsewhere to DIR/bld"},
		{"reply cut off", func(w *world) { w.tree.size = 50 }, inputs.Rerun, "the reply of CMake's file API is damaged"},
		{"cache edited", func(w *world) { w.write("bld/CMakeCache.txt", "edited", old) }, inputs.Rerun, "CMakeCache.txt was edited"},
		{"cache cut off between two entries", func(w *world) {
			w.write("bld/CMakeCache.txt", "cut", old)
			delete(w.tree.cache, "LAST")
		}, inputs.Fresh, "CMakeCache.txt is damaged"},
		{"cache cut off within an entry", func(w *world) {
			w.write("bld/CMakeCache.txt", "cut", old)
			w.tree.cache["LAST"] = ""
		}, inputs.Fresh, "CMakeCache.txt is damaged"},
		{"reply gone", func(w *world) { w.tree.reply = "" }, inputs.Rerun, "the reply of CMake's file API is missing"},
		{"cmake ran in a build, an IDE or by hand", func(w *world) { w.tree.reply = "index-2.json" }, inputs.Rerun, "CMake was run outside cmaketargets"},
		{"what CMake detected is damaged", func(w *world) { w.write("bld/CMakeFiles/3.25.1/CMakeCCompiler.cmake", "", old) }, inputs.Fresh, "DIR/bld/CMakeFiles/3.25.1/CMakeCCompiler.cmake changed"},
		{"what CMake detected is touched", func(w *world) { w.touch("bld/CMakeFiles/3.25.1/CMakeCCompiler.cmake", time.Now()) }, inputs.Rerun, "DIR/bld/CMakeFiles/3.25.1/CMakeCCompiler.cmake changed"},
		{"tree copied into its place", func(w *world) {
			for _, name := range []string{"bld/CMakeCache.txt", "bld/CMakeFiles/3.25.1/CMakeCCompiler.cmake"} {
				w.touch(name, old.Truncate(time.Second))
			}
		}, inputs.Rerun, "CMakeCache.txt has a different timestamp"},
		{"generated input beside it", func(w *world) {
			w.write("bld/CMakeFiles/own.cmake", "", old)
			w.alsoReads(filepath.Join(w.in.Build, "CMakeFiles", "own.cmake"))
			w.write("bld/CMakeFiles/own.cmake", "set(X 1)", old)
		}, inputs.Rerun, "DIR/bld/CMakeFiles/own.cmake changed"},
		{"machine restarted", func(w *world) { w.restart() }, inputs.Nothing, "up to date"},
		{"machine restarted, and a file of zeros", func(w *world) {
			w.restart()
			w.write("bld/build.ninja", "\x00\x00\x00\x00\x00", time.Now().Add(-time.Minute))
		}, inputs.Rerun, "rebooted since the last configure, and DIR/bld/build.ninja is damaged"},
		{"machine restarted, and an empty file", func(w *world) {
			w.restart()
			w.write("bld/build.ninja", "", time.Now().Add(-time.Minute))
		}, inputs.Rerun, "rebooted since the last configure, and DIR/bld/build.ninja is damaged"},
		{"machine restarted, and a file gone", func(w *world) { w.restart(); w.remove("bld/build.ninja") }, inputs.Rerun, "rebooted since the last configure, and DIR/bld/build.ninja is gone"},
		{"machine restarted, and a file that a build wrote since", func(w *world) {
			w.restart()
			w.write("bld/CMakeFiles/Progress/1", "more", time.Now().Add(time.Minute))
		}, inputs.Nothing, "up to date"},
		{"machine restarted, and the record cut off", func(w *world) {
			w.restart()
			w.write("bld/.cmaketargets/written", "", time.Now())
		}, inputs.Rerun, "rebooted since the last configure, and its files are not recorded"},
		{"machine restarted, and compared since", func(w *world) {
			w.restart()
			inputs.Load(w.in.Build).Believe()
			w.write("bld/CMakeFiles/Progress/1", "", time.Now().Add(-time.Minute))
		}, inputs.Nothing, "up to date"},
		{"machine restarted, and compared before another step", func(w *world) {
			w.restart()
			inputs.Load(w.in.Build).Believe()
			w.step(inputs.Load(w.in.Build), time.Now(), nothing)
			w.restart()
			w.write("bld/CMakeFiles/Progress/1", "", time.Now().Add(-time.Minute))
		}, inputs.Rerun, "rebooted since the last configure, and DIR/bld/CMakeFiles/Progress/1 is damaged"},
		{"machine restarted after another CMake", func(w *world) {
			w.restart()
			w.tree.reply = "index-2.json"
			w.write("bld/CMakeFiles/3.25.1/CMakeCCompiler.cmake", "set(ID LLVM)", time.Now())
		}, inputs.Rerun, "CMake was run outside cmaketargets"},
		{"cache of zeros", func(w *world) { w.restart(); w.write("bld/CMakeCache.txt", "\x00\x00\x00\x00\x00", old) }, inputs.Fresh, "CMakeCache.txt or CMakeFiles/3.25.1 is damaged"},
		{"zeros in what CMake detected, and no reply", func(w *world) {
			w.restart()
			w.write("bld/CMakeFiles/3.25.1/CMakeCCompiler.cmake", "set(ID G\x00\x00\x00", old)
			w.tree.reply = ""
		}, inputs.Fresh, "CMakeCache.txt or CMakeFiles/3.25.1 is damaged"},
		{"unlisted globs", func(w *world) { w.globs() }, inputs.Rerun, "only CMake can check file(GLOB ... CONFIGURE_DEPENDS)"},
		{"no snapshot", func(w *world) { w.remove("bld/.cmaketargets") }, inputs.Rerun, "configured outside cmaketargets"},
		{"no tree", func(w *world) { w.remove("bld") }, inputs.Fresh, "never configured"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := configured(t)
			test.change(w)
			got := w.check()
			want := strings.ReplaceAll(test.reason, "DIR", w.dir)
			if got.Action != test.action || got.Reason != want {
				t.Errorf("Check = %+v, want %d, %q", got, test.action, want)
			}
		})
	}
}

func TestUndefine(t *testing.T) {
	w := configured(t)
	w.in.Args = w.in.Args[:1]
	if got := w.check(); !slices.Equal(got.Undefine, []string{"FOO"}) {
		t.Errorf("Undefine = %q, want FOO", got.Undefine)
	}
}

// A tree whose last step did not finish is never up to date.
func TestCheckAfterUnfinishedStep(t *testing.T) {
	for _, test := range []struct {
		name   string
		first  bool
		end    func(*inputs.Snapshot) error
		cache  bool
		reply  string
		action inputs.Action
		reason string
	}{
		{"killed in a new tree", true, nil, false, "", inputs.Fresh, "the last configure did not finish"},
		{"killed in a new tree with a cache", true, nil, true, "", inputs.Fresh, "the last configure did not finish"},
		{"killed in a good tree", false, nil, true, "index-1.json", inputs.Rerun, "the last configure did not finish"},
		{"failed in a new tree", true, (*inputs.Snapshot).Fail, true, "", inputs.Fresh, "the last configure failed"},
		{"failed in a new tree without cache", true, (*inputs.Snapshot).Fail, false, "", inputs.Fresh, "the last configure failed"},
		{"failed in a new tree, and done by hand since", true, (*inputs.Snapshot).Fail, true, "index-1.json", inputs.Rerun, "the last configure failed"},
		{"failed in a good tree", false, (*inputs.Snapshot).Fail, true, "index-1.json", inputs.Rerun, "the last configure failed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := configured(t)
			if !test.cache {
				w.remove("bld/CMakeCache.txt")
			}
			rec, err := inputs.Begin(nil, w.in, test.first, time.Now())
			if err == nil && test.end != nil {
				err = test.end(rec)
			}
			if err != nil {
				t.Fatal(err)
			}
			w.tree.reply = test.reply
			if got := w.check(); got.Action != test.action || got.Reason != test.reason {
				t.Errorf("Check = %+v, want %d, %q", got, test.action, test.reason)
			}
		})
	}
}

// A change that a coarse clock gives the same time as the last one is noticed.
func TestCheckWithCoarseClock(t *testing.T) {
	for _, test := range []struct {
		name, path string
		change     func(*world)
		reason     string
	}{
		{"file", "src/CMakeLists.txt", func(w *world) { w.write("src/CMakeLists.txt", "project(y)", old) }, "CMakeLists.txt changed"},
		{"directory", "src/lib", func(w *world) { w.write("src/lib/more.c", "", old) }, "files were added to or removed from lib"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := configured(t)
			at := time.Now().Truncate(time.Second)
			for range 2 { // after the first the files are known
				w.touch(test.path, at)
				w.step(inputs.Load(w.in.Build), time.Now(), nothing)
			}
			if got := w.check(); got.Action != inputs.Nothing {
				t.Fatalf("Check = %+v, want nothing to do", got)
			}
			test.change(w)
			w.touch(test.path, at)
			if got := w.check(); got.Action != inputs.Rerun || got.Reason != test.reason {
				t.Errorf("Check = %+v, want a re-run", got)
			}
		})
	}
}

// Load ignores a snapshot that is cut off, changed or of another tree.
func TestLoadOfDamagedSnapshot(t *testing.T) {
	w := configured(t)
	path := filepath.Join(inputs.Dir(w.in.Build), "configure.snapshot")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if rec := inputs.Load(w.in.Build); rec == nil || rec.Note != "note" {
		t.Fatalf("Load = %+v", rec)
	}
	for n := range whole {
		if err := os.WriteFile(path, whole[:n], 0o666); err != nil {
			t.Fatal(err)
		}
		if inputs.Load(w.in.Build) != nil {
			t.Fatalf("Load accepted the first %d of %d bytes", n, len(whole))
		}
	}
	w.write("other/.cmaketargets/configure.snapshot", string(whole), old)
	if inputs.Load(filepath.Join(w.dir, "other")) != nil {
		t.Error("Load accepted the snapshot of another tree")
	}
}

// The snapshot holds of the environment only names, hashes and names of compilers.
func TestSnapshotHoldsNoSecrets(t *testing.T) {
	w := configured(t)
	env := inputs.Environ([]string{
		"CC=gcc", "CXX=", "CFLAGS=-DTOKEN=hunter2", "CMAKE_TOKEN=hunter2", "CMAKE_PREFIX_PATH=hunter2", "ZLIB_ROOT=hunter2", "PKG_CONFIG_PATH=hunter2", "HOME=/root",
		"LDFLAGS=", "CMAKE_BUILD_TYPE=Debug", "GOFLAGS=-x", "AWS_SECRET_ACCESS_KEY=hunter2", "PATH=/hunter2",
	})
	if got := slices.Sorted(maps.Keys(env)); !slices.Equal(got, []string{"CC", "CFLAGS", "CMAKE_PREFIX_PATH", "PKG_CONFIG_PATH", "ZLIB_ROOT"}) {
		t.Errorf("kept are %q", got)
	}
	w.in.Env = env
	rec, err := inputs.Begin(nil, w.in, true, old)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(inputs.Dir(w.in.Build), "configure.snapshot"))
	if err != nil || strings.Contains(string(data), "hunter2") || !strings.Contains(string(data), `"CC":"gcc"`) {
		t.Errorf("the snapshot is %s, %v", data, err)
	}
	other, err := inputs.Begin(nil, w.in, true, old)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := rec.Env["CFLAGS"], other.Env["CFLAGS"]; a == "" || a == b || rec.Env["CMAKE_PREFIX_PATH"] == rec.Env["ZLIB_ROOT"] {
		t.Errorf("equal values have equal hashes: %q, %q, %q", a, b, rec.Env)
	}
}

func TestSearchPath(t *testing.T) {
	dir := t.TempDir()
	a, b, gobin := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "go", "bin")
	for _, d := range []string{a, b, gobin} {
		if err := os.MkdirAll(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"go", "gofmt"} {
		if err := os.WriteFile(filepath.Join(gobin, name), nil, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(a, link); err != nil {
		t.Fatal(err)
	}
	list := strings.Join([]string{gobin, link, "", "relative", b, a, filepath.Join(dir, "none")}, string(filepath.ListSeparator))
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{filepath.Join(real, "a"), filepath.Join(real, "b")}
	if got := (&inputs.Files{}).SearchPath([]string{"PATH=" + list}); !slices.Equal(got, want) {
		t.Errorf("SearchPath = %q, want %q", got, want)
	}
}
