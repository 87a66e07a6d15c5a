package logfile_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/magecmake/magecmake/cmaketargets/internal/logfile"
)

// writeAll writes parts to a new file and returns its final content.
func writeAll(t rapid.TB, dir string, limit int64, parts ...string) string {
	path := filepath.Join(dir, "build.log")
	file, err := logfile.Create(path, limit)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range parts {
		if n, err := io.WriteString(file, part); n != len(part) || err != nil {
			t.Fatalf("Write = %d, %v, want %d", n, err, len(part))
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 1 {
		t.Fatalf("%d files are left, %v", len(names), err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFile(t *testing.T) {
	for _, test := range []struct {
		name  string
		limit int64
		parts []string
		want  string
	}{
		{"empty", 10, nil, ""},
		{"short", 10, []string{"a\n", "b\n"}, "a\nb\n"},
		{"just fits", 10, []string{"01234", "56789"}, "0123456789"},
		{"one too long", 10, []string{"01234", "56789", "x"}, "01234\n... cmaketargets: 1 B of output left out here (Config.LogLimit) ...\n6789x"},
		{"whole lines", 12, []string{"one\n", "2\nthree\nfour\n", "five\nsix\n"}, "one\n2\n... cmaketargets: 16 B of output left out here (Config.LogLimit) ...\nsix\n"},
		{"more at once than is kept", 4, []string{strings.Repeat("ab", 5000)}, "ab\n... cmaketargets: 10.0 kB of output left out here (Config.LogLimit) ...\nab"},
		{"no limit", -1, []string{strings.Repeat("ab", 5000)}, strings.Repeat("ab", 5000)},
		{"nothing kept", 0, []string{"abc"}, "\n... cmaketargets: 3 B of output left out here (Config.LogLimit) ...\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := writeAll(t, t.TempDir(), test.limit, test.parts...); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

var mark = regexp.MustCompile(`(?m)^\.\.\. cmaketargets: .* of output left out here \(Config\.LogLimit\) \.\.\.\n`)

// However it is written, a log is whole, or it is its beginning, the line and its end.
func TestFileKeepsBothEnds(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.Int64Range(2, 200).Draw(t, "limit")
		parts := rapid.SliceOfN(rapid.StringMatching(`[a-z\n]{0,100}`), 0, 20).Draw(t, "parts")
		got, all := writeAll(t, dir, limit, parts...), strings.Join(parts, "")
		if int64(len(all)) <= limit {
			if got != all {
				t.Fatalf("got %q, want %q", got, all)
			}
			return
		}
		at := mark.FindStringIndex(got)
		if at == nil {
			t.Fatalf("no mark in %q", got)
		}
		head, tail := got[:at[0]], got[at[1]:]
		if int64(len(head)) > limit-limit/2 {
			head = strings.TrimSuffix(head, "\n") // That of the line.
		}
		if !strings.HasPrefix(all, head) || int64(len(head)) != limit-limit/2 {
			t.Errorf("%q does not begin with %q", all, head)
		}
		if !strings.HasSuffix(all, tail) || int64(len(tail)) > limit/2 {
			t.Errorf("%q does not end with %q", all, tail)
		}
	})
}

// A process that is killed in Close leaves a temporary file, which the next log removes.
func TestCreateRemovesTemporary(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".build.log.ABC", ".test.log.ABC"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	file, err := logfile.Create(filepath.Join(dir, "build.log"), 10)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 || entries[0].Name() != ".test.log.ABC" {
		t.Errorf("got %v, %v, want the log and the file of another one", entries, err)
	}
}

// A limit holds while the file is written.
func TestFileStaysBelowLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	file, err := logfile.Create(path, 100)
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if _, err := io.WriteString(file, strings.Repeat("x", 30)); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() > 100 {
			t.Fatalf("%d bytes, %v", info.Size(), err)
		}
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
}

// Create replaces a link and leaves the file behind it alone.
func TestFileReplacesLink(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "log"), filepath.Join(dir, "other")
	if err := os.WriteFile(other, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(other, path); err != nil {
		t.Skip("no hard links here:", err)
	}
	file, err := logfile.Create(path, 4)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(file, "a longer text"); err != nil {
		t.Error(err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(other); string(text) != "old" {
		t.Errorf("the other link holds %q, %v", text, err)
	}
}

func TestFileErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "log")
	if _, err := logfile.Create(path, 10); !errors.Is(err, os.ErrNotExist) || !strings.Contains(fmt.Sprint(err), path) {
		t.Errorf("Create = %v", err)
	}
	path = filepath.Join(t.TempDir(), "log")
	file, err := logfile.Create(path, 10)
	if err != nil || file.Name() != path {
		t.Fatal(file.Name(), err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	if _, err := io.WriteString(file, "x"); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("Write = %v", err)
	}
}
