package affected

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// write makes files, whose texts may name the directory as ROOT. A name that ends with a slash is a
// directory, a text that begins with "->" a link.
func write(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(root, name)
		dir := filepath.Dir(path)
		if strings.HasSuffix(name, "/") {
			dir = path
		}
		err := os.MkdirAll(dir, 0o777)
		to, link := strings.CutPrefix(text, "->")
		switch {
		case err != nil || dir == path:
		case link:
			err = os.Symlink(to, path)
		default:
			err = os.WriteFile(path, []byte(strings.ReplaceAll(text, "ROOT", root)), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// ninjaDeps is a log with one record for each path, and one of dependencies behind each.
func ninjaDeps(version uint32, paths ...string) string {
	data := binary.LittleEndian.AppendUint32([]byte("# ninjadeps\n"), version)
	for i, path := range paths {
		padded := path + strings.Repeat("\x00", -len(path)&3)
		data = binary.LittleEndian.AppendUint32(data, uint32(len(padded)+4))
		data = binary.LittleEndian.AppendUint32(append(data, padded...), ^uint32(i))
		data = binary.LittleEndian.AppendUint32(data, 1<<31|16)
		data = append(binary.LittleEndian.AppendUint32(data, uint32(i)), make([]byte, 8)...) // of the path
		data = binary.LittleEndian.AppendUint32(data, uint32(i))                             // on itself
	}
	return string(data)
}

func TestRead(t *testing.T) {
	common := map[string]string{
		"p/a.c": "", "inc/sub/x.h": "", "in file.txt": "", "cmake/m.cmake": "", "real/y.h": "", "link": "->real", "build/p/gen.h": "",
	}
	for name, test := range map[string]struct {
		files map[string]string
		used  []string
		want  Manifest
		err   string
	}{
		"Ninja": {files: map[string]string{
			"build/p/build.ninja": "build a.o: CC ROOT/p/a.c | ROOT/in$ file.txt gen.h\n  INCLUDES = -IROOT/inc -isystem ROOT/p/inc\nbuild build.ninja: RERUN ROOT/cmake/m.cmake /usr/x.cmake\n",
			"build/p/.ninja_deps": ninjaDeps(4, "ROOT/link/y.h", "../../inc/sub/x.h", "gen.h", "/usr/include/x.h"),
		}, want: Manifest{Files: []string{"cmake/m.cmake", "in file.txt", "inc/sub/x.h", "link/y.h", "p/a.c", "p/inc", "real/y.h"}, Dirs: []string{"inc"}}},
		"Make": {files: map[string]string{
			"build/p/CMakeFiles/Makefile.cmake":                     "set(CMAKE_MAKEFILE_DEPENDS\n  \"ROOT/cmake/m.cmake\"\n  \"../../in file.txt\")\n",
			"build/p/sub/CMakeFiles/a.dir/flags.make":               "C_INCLUDES = -IROOT/p/../inc\n",
			"build/p/sub/CMakeFiles/a.dir/compiler_depend.make":     "a.o: ROOT/inc/sub/x.h \\\n  ROOT/in\\ file.txt\n",
			"build/p/sub/CMakeFiles/a.dir/compiler_depend.internal": "a.o\n ROOT/link/y.h\n",
		}, used: []string{"ROOT/read.txt", "/etc/passwd"}, want: Manifest{Files: []string{"cmake/m.cmake", "in file.txt", "inc/sub/x.h", "link/y.h", "read.txt", "real/y.h"}, Dirs: []string{"inc"}}},
		"Ninja Multi-Config": {files: map[string]string{
			"build/p/build.ninja":                 "include CMakeFiles/impl-Debug.ninja\n",
			"build/p/CMakeFiles/impl-Debug.ninja": "build a: CUSTOM_COMMAND ROOT/in$ file.txt\n  INCLUDES = -I\"ROOT/inc\"\n",
			"build/p/CMakeFiles/common.ninja":     "build b: CUSTOM_COMMAND ROOT/cmake/m.cmake\n",
		}, want: Manifest{Files: []string{"cmake/m.cmake", "in file.txt"}, Dirs: []string{"inc"}}},
		"links": {files: map[string]string{
			"build/p/build.ninja": "build a: CC ROOT/p/to-file ROOT/p/to-dir/x.h ROOT/p/to-dir\n",
			"p/to-file":           "->../current", "current": "->in file.txt", "p/to-dir": "->../now", "now": "->inc/sub",
		}, want: Manifest{
			Files: []string{"current", "in file.txt", "inc/sub/x.h", "now", "now/x.h", "p/to-dir", "p/to-dir/x.h", "p/to-file"}, Dirs: []string{"inc/sub"},
		}},
		"install rules": {files: map[string]string{
			"build/p/build.ninja":             "",
			"build/p/cmake_install.cmake":     "# Install script for directory: ROOT/p\n\nfile(INSTALL DESTINATION \"${X}/share\" TYPE FILE FILES \"ROOT/in file.txt\")\ninclude(\"ROOT/build/p/sub/cmake_install.cmake\")\n",
			"build/p/sub/cmake_install.cmake": "file(INSTALL DESTINATION \"${X}/include\" TYPE DIRECTORY FILES \"ROOT/inc/\" REGEX \"/[^/]*$\")\n",
		}, want: Manifest{Files: []string{"in file.txt"}, Dirs: []string{"inc"}, Installed: []string{"inc"}}},
		"no build system":  {err: "CMakeFiles/Makefile.cmake: no such file or directory"},
		"another format":   {files: map[string]string{"build/p/build.ninja": "", "build/p/.ninja_deps": ninjaDeps(5)}, err: ".ninja_deps: it has an unknown format"},
		"another file":     {files: map[string]string{"build/p/build.ninja": "", "build/p/.ninja_deps": "deps"}, err: ".ninja_deps: it has an unknown format"},
		"half of a record": {files: map[string]string{"build/p/build.ninja": "", "build/p/.ninja_deps": ninjaDeps(3, "../../inc/sub/x.h") + "\x40\x00\x00\x00x"}, want: Manifest{Files: []string{"inc/sub/x.h"}}},
		"nothing":          {files: map[string]string{"build/p/build.ninja": ""}, want: Manifest{}},
	} {
		t.Run(name, func(t *testing.T) {
			root, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			write(t, root, common)
			if deps := test.files["build/p/.ninja_deps"]; strings.Contains(deps, "ROOT") { // whose length matters
				test.files["build/p/.ninja_deps"] = ninjaDeps(4, filepath.Join(root, "link/y.h"), "../../inc/sub/x.h", "gen.h", "/usr/include/x.h")
			}
			write(t, root, test.files)
			var used []string
			for _, path := range test.used {
				used = append(used, strings.ReplaceAll(path, "ROOT", root))
			}
			m, err := Read(root, filepath.Join(root, "build/p"), used)
			if err != nil || test.err != "" {
				if err == nil || !strings.HasSuffix(err.Error(), test.err) {
					t.Fatalf("error %v, want %q", err, test.err)
				}
				return
			}
			if diff := cmp.Diff(test.want, *m, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".index" }, cmp.Ignore())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Ninja and Make write the path of a repository in their own way, if there is a blank or the like in it.
func TestReadBelowOddName(t *testing.T) {
	root := filepath.Join(t.TempDir(), "job #1: $x")
	write(t, root, map[string]string{
		"common/a.c": "", "common/a.h": "", "common/d e.txt": "",
		"ninja/build.ninja": "build a.o: CC " + strings.NewReplacer("$", "$$", " ", "$ ", ":", "$:").Replace(root+"/common/a.c") + "\n  INCLUDES = -I\"ROOT/common\"\n" +
			"build o: CUSTOM_COMMAND " + strings.NewReplacer("$", "$$", " ", "$ ", ":", "$:").Replace(root+"/common/d e.txt") + "\n",
		"make/CMakeFiles/Makefile.cmake":             "",
		"make/CMakeFiles/o.dir/build.make":           "o: " + strings.NewReplacer("$", "$$", " ", "\\ ", "#", "\\#").Replace(root+"/common/d e.txt") + "\n",
		"make/CMakeFiles/a.dir/flags.make":           "C_INCLUDES = -I\"" + strings.ReplaceAll(root, "$", "$$") + "/common\"\n",
		"make/CMakeFiles/a.dir/compiler_depend.make": "a.o: " + strings.NewReplacer("$", "$$", " ", "\\ ", "#", "\\#").Replace(root+"/common/a.c") + "\n",
		"make/CMakeFiles/a.dir/depend.internal":      "a.o\n ROOT/common/a.h\n",
	})
	for tree, want := range map[string][]string{"ninja": {"common/a.c", "common/d e.txt"}, "make": {"common/a.c", "common/a.h", "common/d e.txt"}} {
		m, err := Read(root, filepath.Join(root, tree), nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, m.Files) + cmp.Diff([]string{"common"}, m.Dirs); diff != "" {
			t.Errorf("%s: %s", tree, diff)
		}
	}
}

func TestAffected(t *testing.T) {
	m := &Manifest{Files: []string{"cmake/m.cmake", "inc/sub/x.h", "p/a.c", "vendor/mod/y.h", "top.h", "was/none"}, Dirs: []string{"inc", "data"}}
	const no, affected, read = 0, 1, 2
	for change, want := range map[discover.Change]int{
		{Path: "p/README.md"}:                        affected, // by a test
		{Path: "p/a.c"}:                              read,
		{Path: "p/a.h", Names: true}:                 affected,
		{Path: "p", Names: true}:                     read,
		{Path: "pq/a.c", Names: true}:                no,
		{Path: "cmake/m.cmake"}:                      read,
		{Path: "cmake/other.cmake"}:                  no,
		{Path: "cmake/new.cmake", Names: true}:       no,
		{Path: "more/m.cmake", Names: true}:          read, // may be found before the other
		{Path: "vendor/y.h", Names: true}:            no,
		{Path: "cmake/x.h", Names: true}:             read,
		{Path: "cmake/y.h", Names: true, Gone: true}: no,
		{Path: "inc/z.h"}:                            no,
		{Path: "inc/deep/er/z.h", Names: true}:       read,
		{Path: "data/x", Names: true}:                read,
		{Path: "database/x", Names: true}:            no,
		{Path: "vendor/mod"}:                         read, // a submodule
		{Path: "vendor/other"}:                       no,
		{Path: "new.h", Names: true}:                 no,
		{Path: "other/new.h", Names: true}:           no,
		{Path: "was/none/deep/x", Names: true}:       read, // the directory that was looked for
		{Path: "was/x", Names: true}:                 no,
	} {
		got, isRead, ok := m.Affected("p", []discover.Change{{Path: "q/x"}, change})
		if ok != (want != no) || isRead != (want == read) || ok && got != change {
			t.Errorf("%+v: %v, %v, %+v", change, ok, isRead, got)
		}
	}
	got, _, _ := m.Affected("p", []discover.Change{{Path: "p/README.md"}, {Path: "top.h"}})
	if got.Path != "top.h" {
		t.Errorf("%v decides, not the file that is read", got)
	}
	if _, _, ok := m.Affected(".", []discover.Change{{Path: "q/x"}}); !ok {
		t.Error("a project at the root is not affected by a change in it")
	}
}

func TestAffectedInstalled(t *testing.T) {
	m := &Manifest{Dirs: []string{"p/listed", "p/inc"}, Installed: []string{"p/inc"}}
	for path, want := range map[string]bool{"p/inc/deep/x.h": true, "p/listed/x.h": false, "p/include/x.h": false} {
		if _, read, _ := m.Affected("p", []discover.Change{{Path: path}}); read != want {
			t.Errorf("%s is read: %v", path, read)
		}
	}
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.json")
	f, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	m := &Manifest{Files: []string{"a"}, Dirs: []string{"d"}}
	f.Set("p", "Debug", m)
	if err := f.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path)
	if err != nil || got.Manifests["p"]["Debug"] == nil || !cmp.Equal(got.Manifests["p"]["Debug"].Files, m.Files) {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, text := range []string{"", "{", `{"version":1}`, `[]`} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if got, err := Load(path); err == nil || len(got.Manifests) > 0 || got.Manifests == nil {
			t.Errorf("%q: got %+v, %v", text, got, err)
		}
	}
}

// Whatever is in the files of a build tree, they are read to their end.
func FuzzRead(f *testing.F) {
	f.Add([]byte("build a: CC ../x.c $"), []byte(ninjaDeps(4, "../x.h")))
	f.Add([]byte("../"), []byte(ninjaDeps(4)+"\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, build, deps []byte) {
		root := t.TempDir()
		write(t, root, map[string]string{"b/build.ninja": string(build), "b/.ninja_deps": string(deps)})
		_, _ = Read(root, filepath.Join(root, "b"), nil)
	})
}
