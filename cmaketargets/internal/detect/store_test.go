package detect_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

const hello = "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n"

// once configures a new project in C with the store in dir.
func once(t *testing.T, cmake, dir string, env ...string) model.Detection {
	t.Helper()
	src := tree(t, project(head+"project(x C)\n"+inC))
	outcome, _ := run{cmake: cmake, src: src, bld: filepath.Join(src, "b"), env: env}.with(t, detect.Open(dir, 0))
	return outcome
}

func wantReused(t *testing.T, outcome model.Detection, want bool) {
	t.Helper()
	if got := slices.Equal(outcome.Reused, []string{"C"}); got != want {
		t.Errorf("reused is %v, want %v: %+v", got, want, outcome)
	}
	if !want && !slices.Equal(outcome.Stored, []string{"C"}) {
		t.Errorf("not stored: %+v", outcome)
	}
}

// write writes an executable file.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// The dependencies of an entry change, and the key does not in all cases but one.
func TestChangedDependencies(t *testing.T) {
	const wrapper = "#!/bin/sh\nexec gcc \"$@\"\n"
	tests := map[string]struct {
		before map[string]string
		env    []string
		change func(t *testing.T, dir string)
	}{
		"compiler replaced": {
			before: map[string]string{"bin/mycc": wrapper}, env: []string{"CC={dir}/bin/mycc"},
			change: func(t *testing.T, dir string) { write(t, dir+"/bin/mycc", "#!/bin/sh\nexec gcc-12 \"$@\"\n") },
		},
		"compiler replaced by one of the same size": {
			before: map[string]string{"bin/mycc": wrapper}, env: []string{"CC={dir}/bin/mycc"},
			change: func(t *testing.T, dir string) {
				write(t, dir+"/bin/mycc", strings.ReplaceAll(wrapper, "exec gcc ", "exec cc  "))
			},
		},
		"what a wrapper runs replaced": {
			before: map[string]string{"bin/mycc": "#!/bin/sh\nexec real/../inner \"$@\"\n", "bin/inner": wrapper},
			env:    []string{"CC={dir}/bin/mycc"},
			change: func(t *testing.T, dir string) { write(t, dir+"/bin/inner", "#!/bin/sh\nexec gcc-12 \"$@\"\n") },
		},
		"what a link leads to replaced": {
			before: map[string]string{"lib/mycc": wrapper, "bin/": "lib/mycc"}, env: []string{"CC={dir}/bin/mycc"},
			change: func(t *testing.T, dir string) { write(t, dir+"/lib/mycc", "#!/bin/sh\nexec gcc-12 \"$@\"\n") },
		},
		"compiler appears earlier in the path": {
			before: map[string]string{"bin/nothing": wrapper}, env: []string{"PATH={dir}/bin:" + os.Getenv("PATH")},
			change: func(t *testing.T, dir string) { write(t, dir+"/bin/cc", wrapper) },
		},
		"archiver appears earlier in the path": {
			before: map[string]string{"bin/nothing": wrapper}, env: []string{"PATH={dir}/bin:" + os.Getenv("PATH")},
			change: func(t *testing.T, dir string) { write(t, dir+"/bin/ar", "#!/bin/sh\nexec /usr/bin/ar \"$@\"\n") },
		},
		"a tool preferred to the one that was found appears": {
			before: map[string]string{"bin/nothing": wrapper}, env: []string{"CC=clang", "PATH={dir}/bin:" + os.Getenv("PATH")},
			change: func(t *testing.T, dir string) { write(t, dir+"/bin/ld.lld", "#!/bin/sh\nexec ld \"$@\"\n") },
		},
		"a masquerading compiler's real one replaced": {
			before: map[string]string{"bin/gcc": wrapper2}, env: []string{"CC=/usr/lib/ccache/gcc", "PATH={dir}/bin:" + os.Getenv("PATH")},
			change: func(t *testing.T, dir string) { write(t, dir+"/bin/gcc", strings.ReplaceAll(wrapper2, "gcc", "cc")) },
		},
	}
	cmake := cmakes(t)[0]
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, store := t.TempDir(), t.TempDir()
			for path, text := range test.before {
				if link, ok := strings.CutSuffix(path, "/"); ok {
					if err := os.MkdirAll(filepath.Join(dir, link), 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.Symlink(filepath.Join(dir, text), filepath.Join(dir, link, filepath.Base(text))); err != nil {
						t.Fatal(err)
					}
					continue
				}
				write(t, filepath.Join(dir, path), strings.ReplaceAll(text, "real/../", dir+"/bin/"))
			}
			var env []string
			for _, entry := range test.env {
				env = append(env, strings.ReplaceAll(entry, "{dir}", dir))
			}
			time.Sleep(20 * time.Millisecond) // The file system's clock is coarser than ours.
			wantReused(t, once(t, cmake, store, env...), false)
			wantReused(t, once(t, cmake, store, env...), true)
			test.change(t, dir)
			time.Sleep(20 * time.Millisecond)
			wantReused(t, once(t, cmake, store, env...), false)
			wantReused(t, once(t, cmake, store, env...), true)
		})
	}
}

const wrapper2 = "#!/bin/sh\nexec /usr/bin/gcc \"$@\"\n"

func TestFailedDetection(t *testing.T) {
	eachCMake(t, func(t *testing.T, cmake string) {
		store := t.TempDir()
		src := tree(t, project(head+"project(x C)\n"+inC))
		for range 2 {
			bld := filepath.Join(t.TempDir(), "b")
			outcome, _ := run{cmake: cmake, src: src, bld: bld, env: []string{"CFLAGS=--no-such-flag"}, fails: true}.with(t, detect.Open(store, 0))
			if len(outcome.Reused)+len(outcome.Stored) > 0 {
				t.Errorf("%+v", outcome)
			}
		}
		if left, err := os.ReadDir(store); err != nil || len(left) != 0 {
			t.Errorf("left %v, %v", left, err)
		}
	})
}

func TestConcurrentSessions(t *testing.T) {
	cmake, dir := cmakes(t)[0], t.TempDir()
	var sessions []*detect.Session
	var runs []run
	for range 2 {
		src := tree(t, project(head+"project(x C)\n"+inC))
		r := run{cmake: cmake, src: src, bld: filepath.Join(src, "b")}
		session, reason := detect.Open(dir, 0).Begin(r.tree(t))
		if session == nil {
			t.Fatal(reason)
		}
		sessions, runs = append(sessions, session), append(runs, r)
	}
	var wait sync.WaitGroup
	for i, session := range sessions {
		wait.Go(func() {
			runs[i].start(t, session.Args(), session.Env())
			outcome, err := session.End(true)
			if err != nil {
				t.Error(err)
			}
			wantReused(t, outcome, false)
		})
	}
	wait.Wait()
	// one for the system and one for C
	if entries, _ := filepath.Glob(filepath.Join(dir, "*", "*")); len(entries) != 2 {
		t.Errorf("entries: %q", entries)
	}
	wantReused(t, once(t, cmake, dir), true)
}

func TestDamagedStore(t *testing.T) {
	entries := func(dir string) []string {
		found, _ := filepath.Glob(filepath.Join(dir, "*", "*"))
		return found
	}
	each := func(file string, change func(path string) error) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			for _, entry := range entries(dir) {
				if err := change(filepath.Join(entry, file)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	halve := func(path string) error {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, data[:len(data)/2], 0o644)
	}
	tests := map[string]func(t *testing.T, dir string){
		"half a manifest":       each("manifest.json", halve),
		"no manifest":           each("manifest.json", os.Remove),
		"half a compiler file":  each("compiler.cmake", halve),
		"half a restore script": each("restore.cmake", halve),
		"no restore script":     each("restore.cmake", os.Remove),
		"a foreign manifest":    each("manifest.json", func(p string) error { return os.WriteFile(p, []byte(`{"files":{"../x":""}}`), 0o644) }),
		"a file for an entry": func(t *testing.T, dir string) {
			for _, entry := range entries(dir) {
				if err := os.RemoveAll(entry); err != nil {
					t.Fatal(err)
				}
				write(t, entry, "")
			}
		},
		"nothing": func(t *testing.T, dir string) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		},
	}
	cmake, full := cmakes(t)[0], t.TempDir()
	wantReused(t, once(t, cmake, full), false)
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "store")
			if err := os.CopyFS(dir, os.DirFS(full)); err != nil {
				t.Fatal(err)
			}
			spoil(t, dir)
			outcome := once(t, cmake, dir)
			if len(outcome.Reused) != 0 {
				t.Errorf("%+v", outcome)
			}
			if name != "a file for an entry" {
				wantReused(t, once(t, cmake, dir), true)
			}
		})
	}
}

func TestUnwritableStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	write(t, dir, "")
	outcome := once(t, cmakes(t)[0], filepath.Join(dir, "store"))
	if len(outcome.Stored) != 0 || !strings.Contains(outcome.Note, ": store detection: ") {
		t.Errorf("%+v", outcome)
	}
}

func TestEntryRemovedDuringRun(t *testing.T) {
	eachCMake(t, func(t *testing.T, cmake string) {
		for _, what := range []string{"restore.cmake", "compiler.cmake", "manifest.json", "."} {
			dir := t.TempDir()
			wantReused(t, once(t, cmake, dir), false)
			src := tree(t, project(head+"project(x C)\n"+inC))
			r := run{cmake: cmake, src: src, bld: filepath.Join(src, "b")}
			session, reason := detect.Open(dir, 0).Begin(r.tree(t))
			if session == nil {
				t.Fatal(reason)
			}
			entries, _ := filepath.Glob(filepath.Join(dir, "*", "*"))
			if err := os.RemoveAll(filepath.Join(entries[0], what)); err != nil {
				t.Fatal(err)
			}
			r.start(t, session.Args(), session.Env())
			if _, err := session.End(true); err != nil {
				t.Errorf("%s: %v", what, err)
			}
			r.plain(t)
		}
	})
}

func TestSessionWithoutEnd(t *testing.T) {
	eachCMake(t, func(t *testing.T, cmake string) {
		src := tree(t, project(head+"project(x C)\n"+inC))
		r := run{cmake: cmake, src: src, bld: filepath.Join(src, "b")}
		session, reason := detect.Open(t.TempDir(), 0).Begin(r.tree(t))
		if session == nil {
			t.Fatal(reason)
		}
		script := filepath.Join(r.bld, "CMakeFiles", versionOf(t, cmake), "CMakeSystem.cmake")
		if _, err := os.Stat(script); err != nil {
			t.Fatal(err)
		}
		// CMake runs without the session's token, with its argument.
		r.args = session.Args()
		r.plain(t)
		text, err := os.ReadFile(script)
		if err != nil || strings.Contains(string(text), "cmaketargets") {
			t.Errorf("script is still there: %v", err)
		}
		if files, _ := filepath.Glob(filepath.Join(r.bld, ".cmaketargets", "detect", "*")); len(files) != 0 {
			t.Errorf("wrote %q", files)
		}
	})
}

func TestTreeWithoutLanguages(t *testing.T) {
	cmake := cmakes(t)[0]
	src := tree(t, project("syntax error\n"))
	r := run{cmake: cmake, src: src, bld: filepath.Join(src, "b"), fails: true}
	r.with(t, detect.Open(t.TempDir(), 0))
	if _, err := os.Stat(filepath.Join(r.bld, "CMakeFiles", versionOf(t, cmake))); !os.IsNotExist(err) {
		t.Errorf("left: %v", err)
	}
}

func TestBeginRefuses(t *testing.T) {
	store := detect.Open(t.TempDir(), 0)
	good := func() detect.Tree {
		dir := t.TempDir()
		return detect.Tree{BuildDir: dir, SourceDir: dir, StateDir: dir + "/.s", CMake: "/usr/bin/cmake", Version: "3.25.1"}
	}
	preset := func(text string) func(*detect.Tree) {
		return func(t *detect.Tree) {
			os.WriteFile(t.SourceDir+"/CMakePresets.json", []byte(text), 0o644)
			t.Args = []string{"--preset", "p"}
		}
	}
	environment := func(env ...string) func(*detect.Tree) { return func(t *detect.Tree) { t.Env = env } }
	tests := map[string]struct {
		change func(*detect.Tree)
		reason string
	}{
		"old cmake":                 {func(t *detect.Tree) { t.Version = "3.23.5" }, "cmake 3.23.5 is older than 3.24"},
		"unknown cmake":             {func(t *detect.Tree) { t.Version = "" }, "cmake  is older than 3.24"},
		"fresh":                     {func(t *detect.Tree) { t.Args = []string{"--fresh"} }, "argument --fresh"},
		"trace":                     {func(t *detect.Tree) { t.Args = []string{"--trace-expand"} }, "argument --trace-expand"},
		"trace in a preset":         {preset(`{"version": 7, "configurePresets": [{"name": "p", "trace": {"mode": "expand"}}]}`), "CMakePresets.json changes the output of cmake"},
		"programs kept by a preset": {preset(`{"configurePresets": [{"name": "p", "debug": {"tryCompile" : true}}]}`), "CMakePresets.json changes the output of cmake"},
		"debug output in a preset":  {preset(`{"configurePresets": [{"name": "p", "debug": {"output":true}}]}`), "CMakePresets.json changes the output of cmake"},
		"warnings in a preset":      {preset(`{"configurePresets": [{"name": "p", "warnings": {"uninitialized": true}}]}`), "CMakePresets.json changes the output of cmake"},
		"another preset":            {preset(`{"configurePresets": [{"name": "p"}], "testPresets": [{"name": "t", "output": {"quiet": true}}]}`), ""},
		"relative compiler":         {environment("CC=tools/cc"), "CC is relative to the working directory"},
		"compiler of a launcher":    {environment("CC=ccache /usr/bin/cc"), ""},
		"relative, with arguments":  {environment("CXX=./c++ -DX"), "CXX is relative to the working directory"},
		"relative, with a blank":    {environment("FC='my tools/fc'"), "FC is relative to the working directory"},
		"compiler":                  {environment("CC=/usr/bin/cc -I/usr/x", "CXX=ccache g++ -I/usr/x", "FC=\"/my tools/fc\"", "ASM="), ""},
		"configured":                {func(t *detect.Tree) { os.WriteFile(t.BuildDir+"/CMakeCache.txt", nil, 0o644) }, "the build tree has CMakeCache.txt"},
		"has detection":             {func(t *detect.Tree) { os.MkdirAll(t.BuildDir+"/CMakeFiles/3.25.1", 0o755) }, "the build tree has 3.25.1"},
		"another's tree":            {func(t *detect.Tree) { os.MkdirAll(t.BuildDir+"/CMakeFiles/3.24.0", 0o755) }, ""},
		"newest":                    {func(t *detect.Tree) { t.Version = "10.0.0-rc1" }, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tree := good()
			test.change(&tree)
			session, reason := store.Begin(tree)
			if reason != test.reason || (session == nil) != (test.reason != "") {
				t.Errorf("session %v, reason %q, want %q", session != nil, reason, test.reason)
			}
			if session != nil {
				if _, err := session.End(false); err != nil {
					t.Error(err)
				}
				if _, err := os.Stat(filepath.Join(tree.BuildDir, "CMakeFiles", tree.Version)); !os.IsNotExist(err) {
					t.Errorf("left: %v", err)
				}
			}
		})
	}
	if session, reason := (*detect.Store)(nil).Begin(good()); session != nil || reason != "no detection store" {
		t.Errorf("no store: %q", reason)
	}
}
