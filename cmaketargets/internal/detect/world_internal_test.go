package detect

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestDefinite(t *testing.T) {
	for output, want := range map[string]bool{
		"x.c:1:1: error: unknown type name 'x'":                                          true,
		"x.c:1:10: fatal error: x.h: No such file or directory\ncompilation terminated.": true,
		"/usr/bin/ld: cannot find -lx: No such file or directory":                        true,
		"x.c:(.text+0x5): undefined reference to `x'":                                    true,
		"cc: error: unrecognized command-line option '-x'":                               true,
		"": false,
		"x.c:1:1: error: x\ncc: fatal error: Killed signal terminated program cc1":                false,
		"cc1: error: x.o: No space left on device":                                                false,
		"x.c:1:1: internal compiler error: Segmentation fault":                                    false,
		"ninja: error: loading 'build.ninja'":                                                     false,
		"as: fatal error: can't create x.o: error: Permission denied":                             false,
		"/bin/sh: 1: cc: not found":                                                               false,
		"x.c:1:1: error: too many arguments\n    1 |   signal(0);\n      |   ^ memory":            true,
		"x.c:1:1: warning: signal\nx.c:1:1: note: signal\nx.c:1:1: error: x":                      true,
		"x.c:1:10: fatal error: sys/resource.h: No such file or directory":                        true,
		"/usr/bin/ld: cannot find -lresource: No such file or directory":                          true,
		"[1/2] Building C object signal.c.o\nFAILED: signal.c.o\nx.c:1:1: error: x":               true,
		"FAILED: [code=1] signal.c.o\n/usr/bin/cc -o signal.c.o -c signal.c\nx:1:1: error: x":     true,
		": && /usr/bin/cc signal.c.o -o x && :\nx: undefined reference to `signal'":               true,
		"In file included from signal.h:1,\n    from signal.c:1:\nx.c:1:1: error: x":              true,
		"signal.c: In function 'main':\nsignal.c:1:1: error: x":                                   true,
		"/usr/bin/ld: signal.c.o: in function `signal':\nx: undefined reference to `x'":           true,
		"x.c:1:1: error: x.h: Input/output error\nx.c:1:1: error: y":                              false,
		"x.c:1:10: fatal error: x.h: Too many open files\nx.c:1:1: error: y":                      false,
		"x.c:1:10: fatal error: no memory\nx.c:1:1: error: y":                                     false,
		"x.c:1:10: fatal error: no memory for x: No such file or directory\nx.c:1:1: error: y":    false,
		"FAILED: [code=137] x.c.o\nx.c:1:1: error: x":                                             false,
		"x.c:1:1: error: x\n/bin/sh: line 1:    12 Killed                  /usr/bin/cc -o x -c y": false,
		"x.c:1:1: error: x\n/usr/bin/cc: memory exhausted":                                        false,
		"x.c:1:1: error: x\nTerminated":                                                           false,
	} {
		if got := definite(answer{Result: "FALSE", Output: output}); got != want {
			t.Errorf("%q is %v, want %v", output, got, want)
		}
	}
	if !definite(answer{Result: "TRUE"}) || definite(answer{Result: ""}) {
		t.Error("a success is an answer, and nothing else without a failure")
	}
}

func TestIncludesByPlace(t *testing.T) {
	for source, want := range map[string]struct{ beside, alone bool }{
		"int main(void) { return 0; }":                      {false, false},
		"#include <stdio.h>\n# include <sys/types.h> /* */": {false, false},
		"#include \"x.h\"":                                  {true, false},
		"#include \"sys/x.hpp\"\n#include \"stdio.h\"":      {true, false},
		"#include \"../x.h\"":                               {true, true},
		"#include \"/x.h\"":                                 {true, true},
		"#include \"CMakeFiles/x.h\"":                       {true, true},
		"#include \"CMakeLists.txt\"":                       {true, true},
		"#include <../x.h>":                                 {true, true},
		"#include </x.h>":                                   {true, true},
		"#include <x/../../y.h>":                            {true, true},
		"#include_next <x.h>":                               {false, false},
		"#include_next \"x.h\"":                             {true, false},
		"#import <x.h>":                                     {true, true},
		"#embed <x>":                                        {true, true},
		"#if __has_embed(\"x\")":                            {true, true},
		"??=include X":                                      {true, true},
		"??=define I(x)":                                    {true, true},
		"asm(\".INCBIN \\\"x\\\"\");":                       {true, true},
		"#include X":                                        {true, true},
		"#incl\\\nude \"x.h\"":                              {true, false},
		"#incl\\ \t\r\nude \"x.h\"":                         {true, false},
		"#incl\\\rude \"../x.h\"":                           {true, true},
		"#include \\\n<x.h>":                                {true, true},
		"#include <x\\\n/../../y.h>":                        {true, true},
		"#if defined A || \\\n  defined B":                  {false, false},
		"#if A\\  \n  include":                              {true, true},
		"#incl??/\nude \"../x.h\"":                          {true, true},
		"%:include \"x.h\"":                                 {true, true},
		"%:define I(x)":                                     {true, true},
		"#if __has_include(\"x.h\")":                        {true, true},
		"asm(\".incbin \\\"x\\\"\");":                       {true, true},
	} {
		for alone, want := range map[bool]bool{false: want.beside, true: want.alone} {
			if got := (&call{sources: []string{"int x;", source}, alone: alone}).includesByPlace(); got != want {
				t.Errorf("%q is %v, want %v; alone: %v", source, got, want, alone)
			}
		}
	}
}

func TestAddArguments(t *testing.T) {
	dir := t.TempDir()
	for arguments, want := range map[string]bool{
		"argument -Wall -DX=/some/where":    true,
		"argument -I" + dir:                 true,
		"argument -I" + dir + "/..":         false,
		"argument -I/work/src/include":      false,
		"argument -isystem /work/b/include": false,
		"argument @flags":                   false,
		"argument -march=native":            false,
		"argument -I\"" + dir + "\"":        false,
		"argument -m32":                     false,
		"argument -stdlib=libc++":           false,
		"argument sub/x.c":                  false,
		"argument -Wl,-Bdynamic":            true,
		"argument -B" + dir:                 false,
	} {
		w := world{session: &Session{tree: Tree{SourceDir: "/work/src", BuildDir: "/work/b"}}, paths: map[string]string{}}
		if got := w.addArguments(&context{}, arguments); got != want {
			t.Errorf("%q is %v, want %v", arguments, got, want)
		}
	}
	w := world{session: &Session{tree: Tree{SourceDir: "/work/src", BuildDir: "/work/b"}}, paths: map[string]string{}}
	if w.addArguments(&context{}, "-DDATA=\""+dir+"\""); len(w.paths) > 0 {
		t.Errorf("a definition is no path: %v", w.paths)
	}
	if w.addArguments(&context{}, "-I"+dir+" "+filepath.Join(dir, "libx.a")); w.paths[dir] != probeTree {
		t.Errorf("%v", w.paths)
	}
}

// A library or header may appear in each directory that a compiler and its linker search, also in those that CMake does
// not list.
func TestContext(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no answers are stored")
	}
	dir := t.TempDir()
	text := strings.Join([]string{
		"CMAKE_SYSTEM_NAME=Linux", "CMAKE_C_COMPILER_ID=Clang", "CMAKE_LIBRARY_ARCHITECTURE=mips-linux-gnu",
		"CMAKE_C_IMPLICIT_INCLUDE_DIRECTORIES=/opt/llvm/lib/clang/14/include;/usr/include",
		"CMAKE_C_IMPLICIT_LINK_DIRECTORIES=/opt/lib/gcc/mips-suse-linux/12;/opt/lib", "",
	}, separator)
	if err := os.WriteFile(filepath.Join(dir, "context-1"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w := world{session: &Session{dir: dir}, paths: map[string]string{}}
	if w.context("1") == nil {
		t.Fatal("nothing would be stored")
	}
	for path, want := range map[string]string{
		"/usr/include":                        probeTree,
		"/opt/lib":                            probeFlat,
		"/opt/lib/gcc/mips-suse-linux/12":     probeTree,
		"/opt/libexec/gcc/mips-suse-linux/12": probeTree,
		"/opt/llvm/lib/clang/14":              probeTree,
		"/lib":                                probeFlat,
		"/lib64":                              probeFlat,
		"/usr/lib":                            probeFlat,
		"/usr/lib64":                          probeFlat,
		"/usr/local/lib":                      probeFlat,
		"/usr/local/lib64":                    probeFlat,
		"/usr/local/lib/mips-linux-gnu":       probeFlat,
		"/usr/lib/mips-linux-gnu":             probeFlat,
		"/lib/mips-linux-gnu":                 probeFlat,
		"/usr/mips-linux-gnu/lib":             probeFlat,
		"/usr/mips-suse-linux/lib":            probeFlat,
		"/usr/mips-suse-linux/lib64":          probeFlat,
	} {
		if got := w.paths[path]; got != want {
			t.Errorf("%s is probed as %q, want %q", path, got, want)
		}
	}
}
