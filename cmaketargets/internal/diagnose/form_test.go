package diagnose_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
)

// TestForms has the forms of tools that the captured samples lack,
// and what must not be taken for a report.
func TestForms(t *testing.T) {
	const e, w, n = diagnose.SeverityError, diagnose.SeverityWarning, diagnose.SeverityNote
	type d = diagnose.Diagnostic
	for name, test := range map[string]struct {
		output string
		want   []d
	}{
		"clang": {
			"a.c:1:2: warning: unused variable 'x' [-Wunused-variable]\n    int x;\n        ^\na.c:3:4: error: expected ';'\n1 warning and 1 error generated.\nb.c:1:1: error: gcc again\n",
			[]d{
				{Severity: w, File: "a.c", Line: 1, Column: 2, Message: "unused variable 'x'", Code: "-Wunused-variable", Origin: "clang"},
				{Severity: e, File: "a.c", Line: 3, Column: 4, Message: "expected ';'", Origin: "clang"},
				{Severity: e, File: "b.c", Line: 1, Column: 1, Message: "gcc again", Origin: "gcc"},
			},
		},
		"clang driver": {
			"ld.lld: error: undefined symbol: util\n>>> referenced by main.c:4\nclang: error: linker command failed with exit code 1 (use -v to see invocation)\n",
			[]d{
				{Severity: e, Message: "undefined symbol: util", Origin: "ld"},
				{Severity: e, Message: "linker command failed with exit code 1 (use -v to see invocation)", Origin: "clang", Summary: true},
			},
		},
		"apple ld": {
			"Undefined symbols for architecture arm64:\n  \"_util\", referenced from:\n      _main in main.c.o\nld: symbol(s) not found for architecture arm64\nld: library not found for -lx\n",
			[]d{
				{Severity: e, Message: `undefined symbols for architecture arm64: "_util"`, Origin: "ld"},
				{Severity: e, Message: "symbol(s) not found for architecture arm64", Origin: "ld", Summary: true},
				{Severity: e, Message: "library not found for -lx", Origin: "ld"},
			},
		},
		"gnu ld": {
			"/usr/bin/ld: skipping incompatible /lib/libx.so when searching for -lx\n" +
				"/usr/bin/ld: a.o: warning: relocation in read-only section\n" +
				"/usr/bin/arm-none-eabi-ld: lib.a(a.o):a.c:(.text+0x1): undefined reference to `x'\n" +
				"C:/msys/bin/ld.exe: b.o: file not recognized: file format not recognized\n" +
				"/usr/bin/ld: final link failed: bad value\n",
			[]d{
				{Severity: w, Message: "skipping incompatible /lib/libx.so when searching for -lx", Origin: "ld"},
				{Severity: w, Message: "a.o: warning: relocation in read-only section", Origin: "ld"},
				{Severity: e, File: "a.c", Message: "undefined reference to `x'", Origin: "ld"},
				{Severity: e, Message: "b.o: file not recognized: file format not recognized", Origin: "ld"},
				{Severity: e, Message: "final link failed: bad value", Origin: "ld", Summary: true},
			},
		},
		"msvc": {
			"C:\\src\\main.c(5): error C2065: 'x': undeclared identifier\r\n" +
				"  C:\\src\\my prog\\main.c(5,9): warning C4101: 'y': unreferenced local variable [C:\\b\\app.vcxproj]\r\n" +
				"2>main.obj : error LNK2019: unresolved external symbol util [C:\\b\\app.vcxproj]\r\n" +
				"app.exe : fatal error LNK1120: 1 unresolved externals\r\nLINK : fatal error LNK1104: cannot open file 'x.lib'\r\ncl : Command line error D8004 : '/W' requires an argument\r\n",
			[]d{
				{Severity: e, File: `C:\src\main.c`, Line: 5, Message: "'x': undeclared identifier", Code: "C2065", Origin: "msvc"},
				{Severity: w, File: `C:\src\my prog\main.c`, Line: 5, Column: 9, Message: "'y': unreferenced local variable", Code: "C4101", Origin: "msvc"},
				{Severity: e, File: "main.obj", Message: "unresolved external symbol util", Code: "LNK2019", Origin: "msvc"},
				{Severity: e, File: "app.exe", Message: "1 unresolved externals", Code: "LNK1120", Origin: "msvc", Summary: true},
				{Severity: e, Message: "cannot open file 'x.lib'", Code: "LNK1104", Origin: "msvc"},
				{Severity: e, Message: "'/W' requires an argument", Code: "D8004", Origin: "msvc"},
			},
		},
		"gfortran": {
			"/s/a.f90:3:8:\n\n    3 |   integer :: i = 'x'\n      |        1\nError: Cannot convert [-Wx]\n/s/b.f90:4:1:\n\n    4 | x\n      | 1\nWarning: odd [-Wtabs]\n",
			[]d{
				{Severity: e, File: "/s/a.f90", Line: 3, Column: 8, Message: "Cannot convert", Code: "-Wx", Origin: "gcc"},
				{Severity: w, File: "/s/b.f90", Line: 4, Column: 1, Message: "odd", Code: "-Wtabs", Origin: "gcc"},
			},
		},
		"assembler": {
			"a.s: Assembler messages:\na.s:1: Error: no such instruction: `foo'\n",
			[]d{{Severity: e, File: "a.s", Line: 1, Message: "no such instruction: `foo'", Origin: "gcc"}},
		},
		"windows paths and colons in messages": {
			"C:\\src\\a.c:3:4: error: a: b: error: c\nC:/src/a.c:3: note: x\n",
			[]d{
				{Severity: e, File: `C:\src\a.c`, Line: 3, Column: 4, Message: "a: b: error: c", Origin: "gcc"},
				{Severity: n, File: "C:/src/a.c", Line: 3, Message: "x", Origin: "gcc"},
			},
		},
		"colours and links": {
			"\x1b[01m\x1b[Kmain.c:1:24:\x1b[m\x1b[K \x1b[01;31m\x1b[Kerror: \x1b[m\x1b[Kbad [\x1b]8;;https://gcc.gnu.org/x\x1b\\-Wbad\x1b]8;;\x1b\\]\n\x1b[31mFAILED: \x1b[0m[code=2] a.o \n\x1b[0mCMake Error at \x1b[1mCMakeLists.txt:3\x1b[0m (message):\n  no\x1b[\n\x1b",
			[]d{
				{Severity: e, File: "main.c", Line: 1, Column: 24, Message: "bad", Code: "-Wbad", Origin: "gcc"},
				{Severity: e, Message: "a.o failed", Code: "2", Origin: "ninja", Summary: true},
				{Severity: e, File: "CMakeLists.txt", Line: 3, Message: "no", Origin: "cmake"},
			},
		},
		"a progress display": {
			"[1/9] a\r\x1b[K[2/9] b\r\x1b[Kx.c:1:1: error: y\rz\n",
			[]d{{Severity: e, File: "x.c", Line: 1, Column: 1, Message: "y", Origin: "gcc"}},
		},
		"cmake places": {
			"CMake Error at a b/x:y.cmake:12 (set):\n  m\n\nCMake Warning (dev) in CMakeLists.txt:\n  w\nThis warning is for project developers.\nCMake Error at X.cmake:EOF:\n  e\nCMake Error at X.cmake:DEFERRED (f):\n  e\nCMake Internal Error at odd (x):\n  i\nCMake Error:\n  plain\nCMake Errors are fun\nCMake Error: one line\n",
			[]d{
				{Severity: e, File: "a b/x:y.cmake", Line: 12, Message: "m", Origin: "cmake"},
				{Severity: w, File: "CMakeLists.txt", Message: "w", Origin: "cmake"},
				{Severity: e, File: "X.cmake", Message: "e", Origin: "cmake"},
				{Severity: e, File: "X.cmake", Message: "e", Origin: "cmake"},
				{Severity: e, File: "odd", Message: "i", Origin: "cmake"},
				{Severity: e, Message: "plain", Origin: "cmake"},
				{Severity: e, Message: "one line", Origin: "cmake"},
			},
		},
		"make": {
			"Makefile:3: *** missing separator.  Stop.\nmingw32-make.exe[1]: *** [Makefile:2: x] Error 5\n/usr/bin/make: *** [x] Segmentation fault\nfoo: *** [x] Error 1\n",
			[]d{
				{Severity: e, File: "Makefile", Line: 3, Message: "missing separator.  Stop.", Origin: "make"},
				{Severity: e, Message: "x failed: Error 5", Code: "5", Origin: "make", Summary: true},
				{Severity: e, Message: "x failed: Segmentation fault", Origin: "make", Summary: true},
			},
		},
		"another tool": {
			"protoc: error: no such file\nnvcc fatal: x\nrc: fatal: y\n",
			[]d{
				{Severity: e, Message: "no such file", Origin: "protoc"},
				{Severity: e, Message: "y", Origin: "rc"},
			},
		},
		"tests": {
			"The following tests FAILED:\n\t  3 - a (b) - c (SEGFAULT)\n\t104 - x (Timeout)    slow db\nErrors while running CTest\n\t  5 - y (Failed)\n",
			[]d{
				{Severity: e, Message: "a (b) - c (SEGFAULT)", Code: "SEGFAULT", Origin: "ctest"},
				{Severity: e, Message: "x (Timeout)", Code: "Timeout", Origin: "ctest"},
			},
		},
		"nothing of it": {
			"-- Performing Test x: error: no - Failed\n    3 | puts(\"a.c:1: error: no\");\n  a.c:3:4: error: indented\n[1/2] echo a.c:1:1: error: no\n" +
				"the error: here\nan error occurred\nerror\n: error: \nerror: lonely\nmain.c:5: errors: 3\nmain.c: error C: no\nmain.c:1: error 12: no\na.c:-5: error: no\na.c(-5): error: no\nputs(\"a.c:1: error: no\");\n0 errors generated.\nfoo generated.\n",
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := diagnose.Read(strings.NewReader(test.output))
			if diff := cmp.Diff(test.want, got.List); diff != "" || err != nil {
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
		{"build", "FAILED: a.o \ncc a.c\nSegmentation fault\nninja: build stopped\n", "error: a.o failed: Segmentation fault"},
	} {
		report, err := diagnose.Read(strings.NewReader(test.output))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if first := diagnose.First(test.step, report.List); first >= 0 {
			got = report.List[first].String()
		}
		if got != test.want {
			t.Errorf("%s of %.20q: got %q, want %q", test.step, test.output, got, test.want)
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
		if got := (diagnose.Diagnostic{Message: message}).Headline(); got != want {
			t.Errorf("%q: got %q, want %q", message, got, want)
		}
	}
}

// TestBounded feeds more than is kept of each kind.
func TestBounded(t *testing.T) {
	var output bytes.Buffer
	for i := range 3 * diagnose.MaxFound {
		fmt.Fprintf(&output, "a.c:%d:1: warning: w\na.c:%d:1: note: n\nFAILED: x\ncmd\nwhy\n[1/2] next\n", i, i)
	}
	output.WriteString("CMake Error at x:1:\n" + strings.Repeat("  line\n\n", 1<<14))
	output.WriteString("a.c:1:1: error: " + strings.Repeat("b:1: error: ", 1<<16) + "\na.c:2:1: error: after\n")
	report, err := diagnose.Read(&output)
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
	want := map[string]int{"warningfalse": diagnose.MaxFound, "notefalse": diagnose.MaxFound, "errortrue": diagnose.MaxFound, "errorfalse": 3}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if last := got[len(got)-1]; last.Message != "after" {
		t.Errorf("the last is %.80v", last)
	}
}

func TestReadError(t *testing.T) {
	input := io.MultiReader(strings.NewReader("a.c:1:1: error: e\nCMake Error at x:1:\n  open"), iotest.ErrReader(io.ErrClosedPipe))
	report, err := diagnose.Read(input)
	if got := report.List; !errors.Is(err, io.ErrClosedPipe) || len(got) != 2 || got[1].Message != "open" {
		t.Errorf("got %v, %v", got, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("a.c:1:1: error: e [-Wx]\nFAILED: x\ncmd\nwhy\r\nUndefined symbols for architecture x:\n \"y\", referenced from:\n"))
	f.Add([]byte("CMake Error at /x/cmake-3/Modules/x:1 (y):\n  text\n\n    more\nCall Stack (most recent call first):\n  z:1 (q)\n"))
	f.Add([]byte("The following tests FAILED:\n 1 - x (y) z\nmake: *** [a: b] Error 1\n1 error generated.\n\x1b]8;;\x1b\\\x1b[1m"))
	f.Add([]byte("x.f90:1:2:\n\n\nError: y\nld: a: undefined reference to `x'\nm.c(1,2): error C1000: x [a.vcxproj]\n"))
	f.Fuzz(func(t *testing.T, output []byte) {
		all, err := diagnose.Read(bytes.NewReader(output))
		if err != nil {
			t.Fatal(err)
		}
		slow, err := diagnose.Read(iotest.OneByteReader(bytes.NewReader(output)))
		if diff := cmp.Diff(all, slow); diff != "" || err != nil {
			t.Errorf("read bytewise: %v\n%s", err, diff)
		}
		failed := false
		for _, d := range all.List {
			failed = failed || d.Severity == diagnose.SeverityError
			if d.Severity == "" || d.Origin == "" || d.Line < 0 || d.Column < 0 || strings.Contains(d.String(), "\n") ||
				strings.Contains(d.Message, "\x1b") {
				t.Errorf("got %#v", d)
			}
		}
		if first := diagnose.First("build", all.List); first >= 0 != failed {
			t.Errorf("first error: %d, but there is one: %v", first, failed)
		}
	})
}

// BenchmarkRead reads a large log with echoed commands.
func BenchmarkRead(b *testing.B) {
	line := "[1/2] /usr/bin/c++ -I/a: -DX=: " + strings.Repeat("-I/some/where ", 40) + "-c main.cpp\n"
	output := []byte(strings.Repeat(line+"main.cpp:3:4: warning: w [-Wx]\n    3 | x\n", 5000))
	b.SetBytes(int64(len(output)))
	for b.Loop() {
		if report, _ := diagnose.Read(bytes.NewReader(output)); report.Errors > 0 {
			b.Fatal("found an error")
		}
	}
}
