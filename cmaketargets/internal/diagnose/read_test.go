package diagnose_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// TestForms has forms that the samples lack, and lines that are no reports.
func TestForms(t *testing.T) {
	for name, test := range map[string]struct{ output, want string }{
		"colours and links": {
			"\x1b[01m\x1b[Kmain.c:1:24:\x1b[m\x1b[K \x1b[01;31m\x1b[Kerror: \x1b[m\x1b[Kbad [\x1b]8;;https://gcc.gnu.org/x\x1b\\-Wbad\x1b]8;;\x1b\\]\n\x1b[31mFAILED: \x1b[0m[code=2] a.o \n\x1b[0mCMake Error at \x1b[1mCMakeLists.txt:3\x1b[0m (message):\n  no\x1b[\n\x1b",
			`
  1-1 gcc (-Wbad) main.c:1:24: error: bad
  2-4 ninja summary (2) error: a.o failed
* 3-4 cmake CMakeLists.txt:3: error: no
`,
		},
		"a progress display": {
			"[1/9] a\r\x1b[K[2/9] b\r\x1b[Kx.c:1:1: error: y\rz\n[9/9] c\ny.c:1:1: error: on the third line\n",
			`
* 1-1 gcc x.c:1:1: error: y
  3-3 gcc y.c:1:1: error: on the third line
`,
		},
		"a linker that was killed": {
			"collect2: fatal error: ld terminated with signal 9 [Killed]\ncompilation terminated.\n",
			`
* 1-2 system (out-of-memory) error: killed, probably for lack of memory: ld terminated with signal 9 [Killed]
`,
		},
		"other languages": {
			"In Datei, eingebunden von a.c:1:\na.h:1:2: schwerwiegender Fehler: x.h: Datei oder Verzeichnis nicht gefunden\nb.c:2: erreur\u00a0: «\u00a0foo\u00a0» non déclaré\ncc1: 致命的エラー: n.c: x\nc.c:1: fel\nnote.txt: fel: no\n  d.c:1: Fehler: quoted\ngmake: *** [Makefile:2: a] Fejl 3(ignoreret)\ngmake: *** [Makefile:4: b] Erreur 3\ngmake: *** Attente des tâches non terminées....\ngmake: *** Изчакване на незавършени задачи…\n",
			`
* 2-2 gcc a.h:1:2: error: x.h: Datei oder Verzeichnis nicht gefunden
  3-3 gcc b.c:2: error: « foo » non déclaré
  4-4 gcc error: n.c: x
  9-9 make summary (3) error: b failed: Erreur 3
`,
		},
		"windows paths and colons in messages": {
			"C:\\src\\a.c:3:4: error: a: b: error: c\nC:/src/a.c:3: note: x\n",
			`
* 1-2 gcc C:\src\a.c:3:4: error: a: b: error: c
    note: C:/src/a.c:3: x
`,
		},
		"a note of nothing": {
			"a.c:3: note: x\n",
			`
  1-1 gcc a.c:3: note: x
`,
		},
		"cmake places": {
			"CMake Error at a b/x:y.cmake:12 (set):\n  m\n\nCMake Warning (dev) in CMakeLists.txt:\n  w\nThis warning is for project developers.\nCMake Error at X.cmake:EOF:\n  e\nCMake Error at X.cmake:DEFERRED (f):\n  e\nCMake Internal Error at odd (x):\n  i\nCMake Error:\n  plain\nCMake Errors are fun\nCMake Error: one line\n",
			`
* 1-2 cmake a b/x:y.cmake:12: error: m
  4-6 cmake (dev) CMakeLists.txt: warning: w
  7-8 cmake X.cmake: error: e
  11-12 cmake odd: error: i
  13-14 cmake error: plain
  16-16 cmake error: one line
`,
		},
		"make": {
			"Makefile:3: *** missing separator.  Stop.\nmingw32-make.exe[1]: *** [Makefile:2: x] Error 5\n/usr/bin/make: *** [x] Segmentation fault\nmake: [x] Error 1 (ignored)\nmake: *** [y] Error 1 (ignored)\nfoo: *** [x] Error 1\n",
			`
* 1-1 make Makefile:3: error: missing separator.  Stop.
  2-2 make summary (5) error: x failed: Error 5
  3-3 make summary error: x failed: Segmentation fault
`,
		},
		"other tools": {
			"protoc: error: no such file\nnvcc fatal: x\nrc: fatal: y\n/opt/x/arm-none-eabi-gcc.exe: error: z\n",
			`
* 1-1 protoc error: no such file
  3-3 rc error: y
  4-4 gcc error: z
`,
		},
		"ld of other targets": {
			"/usr/bin/ld: skipping incompatible /lib/libx.so when searching for -lx\n/usr/bin/arm-none-eabi-ld: lib.a(a.o):a.c:(.text+0x1): undefined reference to `x'\nC:/msys/bin/ld.exe: b.o: file not recognized: file format not recognized\n/usr/bin/ld: final link failed: bad value\n",
			"\n  1-1 ld warning: skipping incompatible /lib/libx.so when searching for -lx\n* 2-2 ld a.c: error: undefined reference to `x'\n  3-3 ld error: b.o: file not recognized: file format not recognized\n  4-4 ld summary error: final link failed: bad value\n",
		},
		"names of tests": {
			"The following tests FAILED:\n\t  3 - a (b) - c (SEGFAULT)\n\t104 - x (Timeout)    slow db\nErrors while running CTest\n\t  5 - y (Failed)\n",
			`
* 2-2 ctest (SEGFAULT) error: a (b) - c (SEGFAULT)
    test: a (b) - c
  3-3 ctest (Timeout) error: x (Timeout)
    test: x
`,
		},
		"a command that succeeds": {
			"[1/2] gen\ngen: error: does not matter\n[2/2] cc\nFAILED: a.o \ncc a.c\na.c:1:1: error: matters\n[2/2] x\n",
			`
  2-2 gen note: does not matter
  4-6 ninja summary error: a.o failed
* 6-6 gcc a.c:1:1: error: matters
`,
		},
		"an assembler and a fortran place without a message": {
			"a.s: Assembler messages:\na.s:1: Error: no such instruction: `foo'\n/s/b.f90:4:1:\n\n 1\n 2\n 3\n 4\n 5\n 6\n 7\n 8\nError: too late\n",
			"\n* 2-2 gcc a.s:1: error: no such instruction: `foo'\n  13-13 cmake summary error: too late\n",
		},
		"source that is quoted below a report": {
			"a.cpp:3:5: error: e\n    3 |   catch (const std::bad_alloc &e) {}\n      |          ^~~\nb.c:2:1: warning: w\n  {ENOSPC, \"No space left on device\"},\n",
			`
* 1-3 gcc a.cpp:3:5: error: e
  4-5 gcc b.c:2:1: warning: w
`,
		},
		"a file that Make deletes": {
			"[ 50%] Generating a\n[100%] Generating b\nwhy\ngmake[2]: *** [build.make:73: a] Error 3\ngmake[2]: *** Deleting file 'a'\ngmake[2]: *** [build.make:75: c] Deleting file 'a2'\n",
			`
* 4-4 make summary (3) error: a failed: why
`,
		},
		"objects in libraries of MSVC": {
			"LIBCMT.lib(exe_main.obj) : error LNK2019: unresolved external symbol main referenced in function x\nC:\\a b\\u.lib(u.obj) : warning LNK4217: imported\nf(x) : error C1000: no\n",
			`
* 1-1 msvc (LNK2019) LIBCMT.lib(exe_main.obj): error: unresolved external symbol main referenced in function x
  2-2 msvc (LNK4217) C:\a b\u.lib(u.obj): warning: imported
`,
		},
		"reports that MSBuild has written again": {
			"  a.cpp\n1>C:\\a.cpp(5,3): error : use of undeclared identifier 'x' [C:\\b\\a.vcxproj]\nC:\\a.cpp(6,3): warning : unused [-Wunused] [C:\\b\\a.vcxproj]\nk.cu(7): error : undefined [C:\\b\\a.vcxproj]\n",
			`
* 2-2 clang C:\a.cpp:5:3: error: use of undeclared identifier 'x'
  3-3 clang (-Wunused) C:\a.cpp:6:3: warning: unused
  4-4 nvcc k.cu:7: error: undefined
`,
		},
		"a traceback that Make mixes": {
			"[ 10%] Generating a\nTraceback (most recent call last):\n  File \"/g.py\", line 3, in <module>\n[ 20%] Building C object b.o\n    f()\nKeyError: 'x'\nmake: *** [build.make:3: a] Error 1\n",
			`
* 7-7 make summary (1) error: a failed: KeyError: 'x'
`,
		},
		"a command that kills": {
			"FAILED: a \nrun a\nKilled 3 stale servers\nno port is free\nFAILED: b \nrun b\n/b.sh: line 2: 77 Killed: 9               cc b.c\nninja: build stopped: subcommand failed.\n",
			`
  1-4 ninja summary error: a failed: no port is free
  5-7 ninja summary error: b failed
* 7-7 system (out-of-memory) error: killed, probably for lack of memory: b
`,
		},
		"a loader": {
			"./app: symbol lookup error: ./libx.so: undefined symbol: foo\n",
			`
* 1-1 ld ./libx.so: error: undefined symbol: foo
`,
		},
		"a fatal error of an assembler": {
			"x.s: Assembler messages:\nx.s:3: Fatal error: can't open y.inc for reading: No such file or directory\n",
			`
* 2-2 gcc x.s:3: error: can't open y.inc for reading: No such file or directory
`,
		},
		"quotes without a margin": {
			"a.c:1:1: error: e\nint x\n    ^\nother\n  indented\na.c:2:1: error: f\nnot a quote\nreally\n",
			`
* 1-3 gcc a.c:1:1: error: e
  6-6 gcc a.c:2:1: error: f
`,
		},
		"nothing of it": {
			"-- Performing Test x: error: no - Failed\n    3 | puts(\"a.c:1: error: no\");\n  a.c:3:4: error: indented\n[1/2] echo a.c:1:1: error: no\n" +
				"the error: here\nan error occurred\nerror\n: error: \nerror: lonely\nmain.c:5: errors: 3\nmain.c: error C: no\nmain.c:1: error 12: no\nld: /usr/bin/ld\narm-none-eabi-ld: C:\\a b\\ld.exe\nSummary: error: 0\nprotoc: error: 0 warnings: 0\nx: warning: none\na.c:-5: error: no\na.c(-5): error: no\nputs(\"a.c:1: error: no\");\n0 errors generated.\nfoo generated.\n",
			`
`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			report, err := diagnose.Read("build", strings.NewReader(test.output))
			got := "\n"
			for i, d := range report.List {
				mark := "  "
				if i == report.First {
					mark = "* "
				}
				got += mark + describe(d)
			}
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestFirst(t *testing.T) {
	output := "a.c:1:1: warning: w\nFAILED: a.o \ncc a.c\na.c:2:1: error: real\na.c:3:1: error: later\n" +
		"The following tests FAILED:\n\t  1 - t (Failed)\n"
	for _, test := range []struct{ step, output, want string }{
		{"build", output, "a.c:2:1: error: real"},
		{"configure", output, "a.c:2:1: error: real"},
		{"test", output, "error: t (Failed)"},
		{"build", "a.c:1:1: warning: w\nall is well\n", ""},
		{"build", "[1/3] a\nx: error: no matter\n[2/3] b\nFAILED: b \nrun b\nFAILED: 2 tests\nwhy\n[3/3] c\nc: error: nor this\n", "error: b failed: why"},
		{"build", "[1/3] a\nFAILED: 2 tests\nlikely\n[2/3] b\nFAILED: b \nrun b\nwhy\nninja: build stopped\n", "error: b failed: why"},
		{"build", "FAILED: a \nrun a\nwhy\nFAILED: b \nrun b\nb.c:1: error: e\n", "b.c:1: error: e"}, // ninja --quiet
		{"build", "[1/9 0.3s] a\nx.c:1: error: x\nFAILED: b \nrun b\ny.c:1: error: y\n", "y.c:1: error: y"},
		{"build", "[1/9] a\nFAILED: a \nyarn\n[1/4] Resolving\nx: error: no matter\n[3/4] Linking\nno such package\nninja: build stopped\n", "error: no matter"},
		{"build", "[ 10%] Building C object a.o\n[ 20%] Generating b\nx: error: no matter\na.c:1: error: e\nmake: *** [build.make:3: a.o] Error 1\n", "a.c:1: error: e"},
		{"build", "[ 10%] Building C object a.o\n[ 20%] Generating b\na.c:1: error: e\n[ 30%] Generating c\nso\nmake: *** [build.make:3: a.o] Error 1\n", "a.c:1: error: e"},
		{"build", "[ 10%] Linking C shared library libx.so\nso\nmake: *** [build.make:3: libx.so.1.2] Error 1\n", "error: libx.so.1.2 failed: so"},
		{"build", "x: error: no matter\n[ 10%] Built target x\nwhy\nmake: *** [build.make:3: CMakeFiles/y] Error 1\n", "error: CMakeFiles/y failed: why"},
		{"build", "tool: error: why\nother.c:1: error: later\n", "error: why"},
		{"build", "CMake Warning: w\nFAILED: x \nrun x\nmain.c:3:1: error: e\n", "main.c:3:1: error: e"},
		{"build", "CMake Error: e\nmain.c:3:1: error: f\n", "error: e"},
		{"build", "CMake Error: e\n/a/b: no such\n", "error: e"},
		{"configure", "CMake Error: Cannot do it:\nx.json:3: bad\nmain.c:3:1: error: f\n", "error: Cannot do it: x.json:3: bad"},
		{"build", "FAILED: a.o \ncc a.c\nSegmentation fault\nninja: build stopped\n", "error: a.o failed: Segmentation fault"},
		// A full disk is the cause of all other errors.
		{"build", "FAILED: f.o \ncc f.c\n/tmp/c.s: Assembler messages:\n/tmp/c.s: Fatal error: can't fill 3887 bytes in section .rodata of f.o: 'No space left on device'\n/tmp/c.s: Fatal error: f.o: No such file or directory\nninja: build stopped: subcommand failed.\n", "error: can't fill 3887 bytes in section .rodata of f.o: 'No space left on device'"},
		{"build", "[ 71%] Building C object f.o\n/tmp/c.s: Assembler messages:\n/tmp/c.s: Fatal error: can't fill 3887 bytes in section .rodata of f.o: 'No space left on device'\n/tmp/c.s: Fatal error: f.o: No such file or directory\ngmake[2]: *** [build.make:132: f.o] Error 1\n", "error: can't fill 3887 bytes in section .rodata of f.o: 'No space left on device'"},
		{"build", "FAILED: app \ncc f.o -o app\n/usr/bin/ld: final link failed: No space left on device\ncollect2: error: ld returned 1 exit status\nninja: build stopped: subcommand failed.\n", "error: /usr/bin/ld: final link failed: No space left on device"},
		{"build", "FAILED: a.o \ncc a.c\na.c:1:1: error: e\nFAILED: b.o \ncc b.c\nfatal error: error writing to b.s: Disk quota exceeded\nninja: build stopped\n", "error: error writing to b.s: Disk quota exceeded"},
		{"build", "[1/3] Building C object b.c.o\nninja: build stopped: Error writing to deps log: No space left on device.\n", "error: Error writing to deps log: No space left on device"},
		{"build", "[1/3] Building C object b.c.o\nFAILED: a.o \ncc a.c\na.c:1:1: error: e\nninja: build stopped: Error writing to build log: No space left on device.\n", "error: Error writing to build log: No space left on device"},
		{"build", "[1/3] Building C object b.c.o\nx.c:1:1: warning: w\nninja: build stopped: Error writing to build log: Input/output error.\n", "error: Error writing to build log: Input/output error"},
		{"build", "FAILED: a \nrun a\nwhy\nninja: build stopped: cannot make progress due to previous errors.\n", "error: a failed: why"},
		{"build", "FAILED: lib.a \nar qc lib.a\n/usr/bin/ar: lib.a: No space left on device\nninja: build stopped\n", "error: /usr/bin/ar: lib.a: No space left on device"},
	} {
		report, err := diagnose.Read(test.step, strings.NewReader(test.output))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if report.First >= 0 {
			got = report.List[report.First].String()
		}
		if got != test.want {
			t.Errorf("%s of %.20q: got %q, want %q", test.step, test.output, got, test.want)
		}
	}
}

// Results, summary and list of a ctest that a failed test runs belong to the output of that test.
func TestInnerCTest(t *testing.T) {
	const (
		begin = "Test project /b\n    Start 1: ok\n1/3 Test #1: ok ....   Passed    0.16 sec\n    Start 2: whole\n2/3 Test #2: whole ....***Failed    0.36 sec\n"
		inner = "Test project /b/in\n    Start 1: deep\nUnable to find executable: x\n1/2 Test #1: deep ....***Not Run   0.01 sec\nx.c:1: error: cause\n    Start 2: y\n2/2 Test #2: y ....   Passed    0.01 sec\n\n"
		end   = "    Start 3: gone\n3/3 Test #3: gone ....***Failed   0.00 sec\n\n33% tests passed, 2 tests failed out of 3\n\nThe following tests FAILED:\n\t  2 - whole (Failed)\n\t  3 - gone (Failed)\nErrors while running CTest\n"
	)
	for name, output := range map[string]string{
		"fails":  begin + inner + "50% tests passed, 1 tests failed out of 2\n\nThe following tests FAILED:\n\t  1 - deep (Not Run)\nErrors while running CTest\n" + end,
		"passes": begin + inner + "100% tests passed, 0 tests failed out of 2\n\n" + end,
		"ends":   begin + inner + end,
		"in the last test": strings.ReplaceAll(begin, "/3 ", "/4 ") + strings.ReplaceAll(inner, "/2 ", "/3 ") + "50% tests passed, 1 tests failed out of 2\n\nThe following tests FAILED:\n\t  1 - deep (Not Run)\n" +
			"\n33% tests passed, 2 tests failed out of 3\n\nThe following tests FAILED:\n\t  2 - whole (Failed)\n\t  3 - gone (Failed)\n",
	} {
		report, err := diagnose.Read("test", strings.NewReader(output))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range report.List {
			if d.Origin == "ctest" {
				got = append(got, d.Message)
			}
		}
		if want := []string{"whole (Failed): cause", "gone (Failed)"}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestHeadline(t *testing.T) {
	for message, want := range map[string]string{
		"":                                 "",
		"one":                              "one",
		"one\nTwo":                         "one",
		"one\ntwo":                         "one",
		"The C compiler\n  \"/x\"\nis not": `The C compiler "/x" is not`,
		"Cannot find:\n  x\n  y\nTried":    "Cannot find: x y",
		"x\n  " + strings.Repeat("y", 300): "x",
	} {
		if got := (model.Diagnostic{Message: message}).Headline(); got != want {
			t.Errorf("%q: got %q, want %q", message, got, want)
		}
	}
}

// TestLimits reads more reports of each kind than are kept.
func TestLimits(t *testing.T) {
	var output bytes.Buffer
	for i := range 3 * diagnose.MaxErrors {
		fmt.Fprintf(&output, "a.c:%d:1: warning: w\na.c:%d:1: note: n\nFAILED: x \ncmd\nwhy\n[1/2] next\n", i, i)
	}
	output.WriteString("[2/2] z\nFAILED: z \ncmd\nCMake Error at x:1:\n" + strings.Repeat("  line\n\n", 1<<14))
	output.WriteString("a.c:1:1: error: " + strings.Repeat("b:1: error: ", 1<<16) + "\na.c:2:1: error: after\n")
	report, err := diagnose.Read("build", &output)
	if err != nil {
		t.Fatal(err)
	}
	got := report.List
	count := map[string]int{}
	for _, d := range got {
		count[fmt.Sprint(d.Severity, d.Summary)]++
		if d.Origin == "cmake" && len(d.Message) > diagnose.MaxMessage {
			t.Errorf("a message of %d bytes", len(d.Message))
		}
	}
	want := map[string]int{"warningfalse": diagnose.MaxWarnings, "errortrue": diagnose.MaxSummaries, "errorfalse": 3}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if last := got[len(got)-1]; last.Message != "after" {
		t.Errorf("the last is %.80v", last)
	}
}

func TestReadError(t *testing.T) {
	input := io.MultiReader(strings.NewReader("a.c:1:1: error: e\nCMake Error at x:1:\n  open"), iotest.ErrReader(io.ErrClosedPipe))
	report, err := diagnose.Read("build", input)
	if got := report.List; !errors.Is(err, io.ErrClosedPipe) || len(got) != 2 || got[1].Message != "open" {
		t.Errorf("got %v, %v", got, err)
	}
}

// A message of CMake that is longer than the limit is cut, and lines may follow.
func TestLongFirstLine(t *testing.T) {
	output := "CMake Error: " + strings.Repeat("x", 2*diagnose.MaxMessage) + "\nmore\n"
	for _, step := range []string{"configure", "build"} {
		report, err := diagnose.Read(step, strings.NewReader(output))
		if err != nil || len(report.List) != 1 || len(report.List[0].Message) != diagnose.MaxMessage {
			t.Errorf("%s: %d diagnostics, %v", step, len(report.List), err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("CMake Error: " + strings.Repeat("x", 2*diagnose.MaxMessage) + "\nmore\n"))
	f.Add([]byte("a.c:1:1: error: e [-Wx]\nFAILED: x\ncmd\nwhy\r\nUndefined symbols for architecture x:\n \"y\", referenced from:\n"))
	f.Add([]byte("CMake Error at /x/cmake-3/Modules/x:1 (y):\n  text\n\n    more\nCall Stack (most recent call first):\n  z:1 (q)\n"))
	f.Add([]byte("The following tests FAILED:\n 1 - x (y) z\nmake: *** [a: b] Error 1\n1 error generated.\n\x1b]8;;\x1b\\\x1b[1m"))
	f.Add([]byte("x.f90:1:2:\n\n\nError: y\nld: a: undefined reference to `x'\nm.c(1,2): error C1000: x [a.vcxproj]\n"))
	for _, dir := range []string{"samples", "documented"} {
		files, _ := filepath.Glob("testdata/" + dir + "/*.txt")
		for _, file := range files {
			sample, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(sample)
		}
	}
	f.Fuzz(func(t *testing.T, output []byte) {
		all, err := diagnose.Read("build", bytes.NewReader(output))
		if err != nil {
			t.Fatal(err)
		}
		slow, err := diagnose.Read("build", iotest.OneByteReader(bytes.NewReader(output)))
		if diff := cmp.Diff(all, slow, cmp.AllowUnexported(diagnose.Report{})); diff != "" || err != nil {
			t.Errorf("read bytewise: %v\n%s", err, diff)
		}
		failed, lines := false, bytes.Count(output, []byte{'\n'})+1
		for _, d := range all.List {
			failed = failed || d.Severity == model.Error
			if d.Severity == "" || d.Origin == "" || d.Line < 0 || d.Column < 0 || strings.Contains(d.String(), "\n") ||
				strings.Contains(d.Message, "\x1b") || len(d.Message) > diagnose.MaxMessage+diagnose.MaxText ||
				len(d.Stack) > diagnose.MaxFrames || len(d.Notes) > diagnose.MaxFrames {
				t.Errorf("got %#v", d)
			}
			if d.LogFirst < 1 || d.LogLast < d.LogFirst || d.LogLast > lines {
				t.Errorf("lines %d to %d of %d: %#v", d.LogFirst, d.LogLast, lines, d)
			}
		}
		if all.First >= 0 != failed {
			t.Errorf("first error: %d, but there is one: %v", all.First, failed)
		}
	})
}
