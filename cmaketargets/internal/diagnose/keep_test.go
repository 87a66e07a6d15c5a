package diagnose_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
)

// generated reads line(0), line(1) and so on, one at a time.
func generated(n int, line func(int) string) io.Reader {
	i, rest := 0, ""
	return readerFunc(func(p []byte) (int, error) {
		if rest == "" {
			if i == n {
				return 0, io.EOF
			}
			rest = line(i)
			i++
		}
		copied := copy(p, rest)
		rest = rest[copied:]
		return copied, nil
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestMemory reads more than may be kept, in each of the ways in which a report can grow.
func TestMemory(t *testing.T) {
	const most = 8 << 20 // bytes
	long := "x" + strings.Repeat("é", 30<<10)
	mega := strings.Repeat("x", 1<<20)
	for name, output := range map[string]io.Reader{
		"one line":       generated(64, func(int) string { return mega }),
		"long messages":  generated(500, func(i int) string { return fmt.Sprintf("a.c:%d:1: error: %s\n", i, long) }),
		"long notes":     generated(500, func(i int) string { return fmt.Sprintf("a.c:1:1: error: e\nb.c:%d:1: note: %s\n", i, long) }),
		"long lines":     generated(500, func(i int) string { return fmt.Sprintf("a.c:%d:1: error: e\n%s\n", i, long) }),
		"many warnings":  generated(20_000, func(i int) string { return fmt.Sprintf("a.c:%d:1: warning: w\n", i) }),
		"include stacks": generated(5_000, func(i int) string { return fmt.Sprintf("In file included from a.h:%d:\n", i+1) }),
		"a message":      generated(5_000, func(i int) string { return []string{"CMake Error at x:1 (y):\n", "  text\n\n"}[min(i, 1)] }),
		"a call stack": generated(5_000, func(i int) string {
			return []string{"CMake Error at x:1 (y):\n  t\nCall Stack (most recent call first):\n", "  z:1 (q)\n"}[min(i, 1)]
		}),
		"a sanitizer": generated(5_000, func(i int) string {
			return []string{"==1==ERROR: AddressSanitizer: SEGV on\n", "    #1 0x1 in f /a.c:1\n"}[min(i, 1)]
		}),
		"its explanations": generated(5_000, func(i int) string {
			return []string{"==1==ERROR: AddressSanitizer: SEGV on\n", "READ of size 4 at 0x1\n"}[min(i, 1)]
		}),
		"leaks": generated(5_000, func(i int) string {
			return []string{"==1==ERROR: LeakSanitizer: detected memory leaks\n", fmt.Sprintf("Direct leak of %d byte(s) in 1 object(s) allocated from:\n", i)}[min(i, 1)]
		}),
		"a traceback": io.MultiReader(strings.NewReader("Traceback (most recent call last):\n"),
			generated(5_000, func(int) string { return "  File \"a.py\", line 1, in f\n" }), strings.NewReader("ValueError: x\n")),
		"tests": generated(5_000, func(i int) string { return fmt.Sprintf("%d/9 Test #%d: n ...***Failed  1 sec\n", i, i) }),
		"listed tests": generated(5_000, func(i int) string {
			return []string{"The following tests FAILED:\n", fmt.Sprintf("  %d - n (Failed)\n", i)}[min(i, 1)]
		}),
		"failed commands": generated(5_000, func(i int) string { return fmt.Sprintf("FAILED: a%d\ncc\nwhy\n", i) }),
		"symbols": generated(5_000, func(i int) string {
			return []string{"Undefined symbols for architecture x:\n", fmt.Sprintf("  \"%d\", referenced from:\n", i)}[min(i, 1)]
		}),
	} {
		t.Run(name, func(t *testing.T) {
			before := heap()
			report, err := diagnose.Read("build", output)
			if err != nil {
				t.Fatal(err)
			}
			if after := heap(); after > before+most {
				t.Errorf("it keeps %d bytes", after-before)
			}
			if n := len(report.List); n > 1000 {
				t.Errorf("it keeps %d diagnostics", n)
			}
			for _, d := range report.List {
				if !utf8.ValidString(d.Message) {
					t.Errorf("a message was cut within a character")
				}
				if len(d.Message) > diagnose.MaxMessage+diagnose.MaxText || len(d.Stack) > diagnose.MaxFrames || len(d.Notes) > diagnose.MaxFrames {
					t.Errorf("a message of %d bytes, a stack of %d, %d notes", len(d.Message), len(d.Stack), len(d.Notes))
				}
			}
			runtime.KeepAlive(report)
		})
	}
}

// heap returns the bytes in use.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Reports that are not kept are counted too, and none twice.
func TestCounts(t *testing.T) {
	report, err := diagnose.Read("build", generated(2000, func(i int) string {
		return fmt.Sprintf("a.c:%d:1: warning: w\na.c:%d:1: warning: w\nb.c:%d:1: error: e\n", i, i, i)
	}))
	if err != nil || report.Warnings != 2000 || report.Errors != 2000 || len(report.List) != diagnose.MaxErrors+diagnose.MaxWarnings {
		t.Errorf("%d warnings, %d errors, %d kept, %v", report.Warnings, report.Errors, len(report.List), err)
	}
}

// A report that is repeated after more different ones than the limit counts again.
func TestCountsMany(t *testing.T) {
	report, err := diagnose.Read("build", generated(diagnose.MaxDistinct+10, func(i int) string {
		return fmt.Sprintf("a.c:%d:1: warning: w\n", min(i, diagnose.MaxDistinct))
	}))
	if err != nil || report.Warnings != diagnose.MaxDistinct+10 {
		t.Errorf("%d warnings, %v", report.Warnings, err)
	}
}
