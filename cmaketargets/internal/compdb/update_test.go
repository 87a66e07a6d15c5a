package compdb_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/compdb"
)

// place is a root with build trees and its merged database.
type place struct {
	*testing.T
	root string
	file compdb.File
}

func newPlace(t *testing.T) place {
	root := t.TempDir()
	return place{t, root, compdb.File{Path: filepath.Join(root, "merged.json"), State: filepath.Join(root, "build", ".state", "merged")}}
}

// path is the absolute form of a slash-separated path below the root.
func (p place) path(name string) string { return filepath.Join(p.root, filepath.FromSlash(name)) }

// source writes the database of the tree of a project, in which {} stands for the root, and returns it as a source.
func (p place) source(project, text string) compdb.Source {
	p.Helper()
	s := compdb.Source{Path: p.path("build/" + project + "/compile_commands.json"), Owner: p.path(project)}
	p.write(s.Path, strings.ReplaceAll(text, "{}", p.root))
	return s
}

// write replaces a file as CMake does it, so that it is another one.
func (p place) write(path, text string) {
	p.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		p.Fatal(err)
	}
	if err := os.WriteFile(path+".tmp", []byte(text), 0o666); err != nil {
		p.Fatal(err)
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		p.Fatal(err)
	}
}

func (p place) update(sources ...compdb.Source) compdb.Outcome {
	p.Helper()
	out, err := p.file.Update(sources)
	if err != nil {
		p.Fatal(err)
	}
	return out
}

// merged returns the merged database as a line "file: command" for each entry, "none" if it is missing.
func (p place) merged() string {
	p.Helper()
	data, err := os.ReadFile(p.file.Path)
	if os.IsNotExist(err) {
		return "none"
	}
	if err != nil {
		p.Fatal(err)
	}
	var entries []struct {
		Directory, File, Command, Output string
		Arguments                        []string
	}
	if err := json.Unmarshal(data, &entries); err != nil {
		p.Fatalf("%v in\n%s", err, data)
	}
	var lines []string
	for _, e := range entries {
		if !filepath.IsAbs(e.Directory) {
			p.Errorf("the directory of %+v is relative", e)
		}
		lines = append(lines, strings.ReplaceAll(fmt.Sprintf("%s: %s", e.File, e.Command+strings.Join(e.Arguments, "|")), p.root, "{}"))
	}
	return strings.Join(lines, "\n")
}

// one is a database of a single entry.
func one(file, command string) string {
	return fmt.Sprintf("[\n{\n  \"directory\": \"{}\",\n  \"command\": %q,\n  \"file\": %q\n}\n]", command, file)
}

// TestPrecedence checks which of several entries for a file is chosen.
func TestPrecedence(t *testing.T) {
	const list = `[{"directory":"{}","command":"first","file":"a.c"},{"directory":"{}","command":"second","file":"{}/x/../a.c"}]`
	const several = `[{"directory":"{}","command":"cc -DCMAKE_INTDIR=\\\"Debug\\\"","file":"a.c"},` +
		`{"directory":"{}","command":"cc -DCMAKE_INTDIR=\\\"Release\\\"","file":"a.c"}]`
	for name, test := range map[string]struct {
		sources func(p place) []compdb.Source
		want    string
	}{
		"the first of one source": {
			func(p place) []compdb.Source { return []compdb.Source{p.source("p", list)} }, "a.c: first",
		},
		"the first of two sources": {func(p place) []compdb.Source {
			return []compdb.Source{p.source("p", one("{}/a.c", "p")), p.source("q", one("{}/a.c", "q"))}
		}, "{}/a.c: p"},
		"the first of two sources, though it comes later there": {func(p place) []compdb.Source {
			list := strings.Replace(list, "a.c", "b.c", 1)
			return []compdb.Source{p.source("p", list), p.source("q", one("{}/a.c", "q"))}
		}, "b.c: first\n{}/x/../a.c: second"},
		"that of the project in which the file lies": {func(p place) []compdb.Source {
			return []compdb.Source{p.source("p", one("{}/q/a.c", "p")), p.source("q", one("{}/q/a.c", "q")), p.source("qq", one("{}/q/a.c", "qq"))}
		}, "{}/q/a.c: q"},
		"that of the innermost project": {func(p place) []compdb.Source {
			return []compdb.Source{p.source("p", one("{}/p/q/a.c", "p")), p.source("p/q", one("{}/p/q/a.c", "q"))}
		}, "{}/p/q/a.c: q"},
		"the lowest rank, wherever the file lies": {func(p place) []compdb.Source {
			q := p.source("q", one("{}/q/a.c", "q"))
			q.Rank = 1
			return []compdb.Source{q, p.source("p", one("{}/q/a.c", "p"))}
		}, "{}/q/a.c: p"},
		"the configuration": {func(p place) []compdb.Source {
			s := p.source("p", several)
			s.Config = "Release"
			return []compdb.Source{s}
		}, `a.c: cc -DCMAKE_INTDIR=\"Release\"`},
		"the first of unknown configurations": {func(p place) []compdb.Source {
			s := p.source("p", several)
			s.Config = "Rel"
			return []compdb.Source{s}
		}, `a.c: cc -DCMAKE_INTDIR=\"Debug\"`},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			p.update(test.sources(p)...)
			if got := p.merged(); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestForms checks the formats of a source.
func TestForms(t *testing.T) {
	for name, test := range map[string]struct {
		text, want, warning string
	}{
		"arguments":         {`[{"directory":"{}","arguments":["cc","-c","a b.c"],"file":"a b.c","output":"o"}]`, "a b.c: cc|-c|a b.c", ""},
		"unknown fields":    {`[{"directory":"{}","command":"cc","file":"a.c","extra":{"deep":[1,"]"]}}]`, "a.c: cc", ""},
		"characters":        {`[{"directory":"{}","command":"cc '\u00e9<&>\\n\"\t'","file":"\u00e9.c"}]`, "é.c: cc 'é<&>\\n\"\t'", ""},
		"no entries":        {"[\n]", "none", ""},
		"nothing at all":    {"", "none", "cut off"},
		"cut off":           {`[{"directory":"{}","command":"cc","file":"a.c"},{"dir`, "a.c: cc", "cut off"},
		"no list":           {`{"directory":"{}"}`, "none", "not a list"},
		"no JSON":           {"\x1bELF", "none", "damaged"},
		"a control byte":    {"[{\"directory\":\"{}\",\"command\":\"cc \x1b\",\"file\":\"a.c\"}]", "none", "damaged"},
		"not UTF-8":         {"[{\"directory\":\"{}\",\"command\":\"cc \xff\",\"file\":\"a.c\"},{\"directory\":\"{}\",\"command\":\"cc\",\"file\":\"b.c\"}]", "b.c: cc", "left out 1 of"},
		"a field is absent": {`[{"directory":"{}","file":"a.c"},{"command":"cc","file":"b.c"},3,{"directory":"{}","command":"cc","file":"c.c"}]`, "c.c: cc", "left out 3 of"},
		"too long":          {`[{"directory":"{}","file":"a.c","command":"` + strings.Repeat("x", 5<<20), "none", "more than 4194304 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			out := p.update(p.source("p", test.text))
			if got := p.merged(); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			if got := strings.Join(out.Warnings, "\n"); (got == "") != (test.warning == "") || !strings.Contains(got, test.warning) {
				t.Errorf("warnings %q, want %q", got, test.warning)
			}
		})
	}
}

// A relative directory is relative to the build tree; in the merged database it is absolute.
func TestRelativeDirectory(t *testing.T) {
	p := newPlace(t)
	p.update(p.source("p", `[{"directory":"sub","command":"cc","file":"../a.c"}]`))
	data, err := os.ReadFile(p.file.Path)
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf(`"directory":%q`, p.path("build/p/sub")); !strings.Contains(string(data), want) {
		t.Errorf("%s lacks %s", data, want)
	}
}

// An update without changes leaves the file untouched, and a second one reads nothing.
func TestUntouched(t *testing.T) {
	p := newPlace(t)
	source := p.source("p", one("a.c", "cc"))
	if out := p.update(source); out.Done != "created" || out.Entries != 1 || out.Trees != 1 {
		t.Errorf("first: %+v", out)
	}
	before, err := os.Stat(p.file.Path)
	if err != nil {
		t.Fatal(err)
	}
	if before.Mode().Perm()&0o444 != 0o444 {
		t.Errorf("mode %v is not for all to read", before.Mode())
	}
	untouched := func(what string) {
		t.Helper()
		if after, err := os.Stat(p.file.Path); err != nil || !os.SameFile(before, after) || !after.ModTime().Equal(before.ModTime()) {
			t.Errorf("%s: the file was touched: %v", what, err)
		}
	}
	if out := p.update(source); out.Entries != 0 || out.Done != "" {
		t.Errorf("again: %+v, though there was nothing to look into", out)
	}
	untouched("again")
	source = p.source("p", one("a.c", "cc"))
	if out := p.update(source); out.Entries != 1 || out.Done != "" {
		t.Errorf("rewritten: %+v", out)
	}
	untouched("rewritten")
	if err := os.RemoveAll(p.path("build/.state")); err != nil {
		t.Fatal(err)
	}
	if out := p.update(source); out.Done != "" {
		t.Errorf("without its state: %+v", out)
	}
	untouched("without its state")
	if out := p.update(p.source("p", one("a.c", "clang"))); out.Done != "changed" || p.merged() != "a.c: clang" {
		t.Errorf("changed: %+v", out)
	}
	// One of ours that was edited.
	p.write(p.file.Path, strings.ReplaceAll(one("a.c", "gone"), "\n", ""))
	p.write(p.file.Path, `[
{"file":"edited.c","directory":"/","command":"cc"}
]
`)
	if out := p.update(source); out.Done != "changed" || p.merged() != "a.c: clang" {
		t.Errorf("edited: %+v, %s", out, p.merged())
	}
	if left, _ := filepath.Glob(p.path("*")); len(left) != 2 {
		t.Errorf("there is litter: %q", left)
	}
	if left, _ := filepath.Glob(p.path("build/.state/*")); len(left) != 1 {
		t.Errorf("there is litter: %q", left)
	}
}

// The times of a file system may be whole seconds.
func TestCoarseTime(t *testing.T) {
	p := newPlace(t)
	source := p.source("p", one("a.c", "one"))
	now := time.Now().Truncate(time.Second)
	for _, command := range []string{"one", "two", "six"} {
		p.source("p", one("a.c", command))
		if err := os.Chtimes(source.Path, now, now); err != nil {
			t.Fatal(err)
		}
		p.update(source)
		if got := p.merged(); got != "a.c: "+command {
			t.Errorf("got %s, want %s", got, command)
		}
	}
}

// A file of another program stays as it is, and is reported once.
func TestForeign(t *testing.T) {
	for name, make := range map[string]func(p place) error{
		"written by CMake": func(p place) error { return os.WriteFile(p.file.Path, []byte(one("/own.c", "cc")), 0o666) },
		"on one line":      func(p place) error { return os.WriteFile(p.file.Path, []byte(`[{"file":"a.c"}]`), 0o666) },
		"empty":            func(p place) error { return os.WriteFile(p.file.Path, nil, 0o666) },
		"an empty list":    func(p place) error { return os.WriteFile(p.file.Path, []byte("[\n]\n"), 0o666) },
		"ours, and more":   func(p place) error { return os.WriteFile(p.file.Path, []byte("[\n{\"file\":\"a\"}\n]\n\n"), 0o666) },
		"ours, cut off":    func(p place) error { return os.WriteFile(p.file.Path, []byte("[\n{\"file\":\"a\"},\n"), 0o666) },
		"another order": func(p place) error {
			return os.WriteFile(p.file.Path, []byte("[\n{\"directory\":\"/\",\"file\":\"a\"}\n]\n"), 0o666)
		},
		"a link to a tree": func(p place) error { return os.Symlink(p.path("build/p/compile_commands.json"), p.file.Path) },
		"a dangling link":  func(p place) error { return os.Symlink("nowhere", p.file.Path) },
		"a link to one of ours": func(p place) error {
			p.write(p.path("shared"), "[\n{\"file\":\"a\"}\n]\n")
			return os.Symlink("shared", p.file.Path)
		},
		"a directory": func(p place) error { return os.Mkdir(p.file.Path, 0o777) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			source := p.source("p", one("a.c", "cc"))
			if err := make(p); err != nil {
				t.Fatal(err)
			}
			before, err := os.Lstat(p.file.Path)
			if err != nil {
				t.Fatal(err)
			}
			if out := p.update(source); out.Foreign == "" || out.Done != "" {
				t.Errorf("first: %+v", out)
			}
			for _, command := range []string{"cc", "clang"} {
				if out := p.update(p.source("p", one("a.c", command))); out.Foreign != "" {
					t.Errorf("reported again: %+v", out)
				}
			}
			p.update()
			p.file.Forget()
			after, err := os.Lstat(p.file.Path)
			if err != nil || !os.SameFile(before, after) || !after.ModTime().Equal(before.ModTime()) {
				t.Errorf("it was touched: %v", err)
			}
		})
	}
}

// A database that another workspace wrote since stays: two workspaces may name the same path.
func TestForgetLeavesAnothers(t *testing.T) {
	p := newPlace(t)
	p.update(p.source("p", one("a.c", "cc")))
	const other = "[\n{\"file\":\"b.c\",\"directory\":\"/\",\"command\":\"cc\"}\n]\n"
	p.write(p.file.Path, other)
	p.file.Forget()
	if got, err := os.ReadFile(p.file.Path); err != nil || string(got) != other {
		t.Errorf("it is %q, %v", got, err)
	}
}

// A source that cannot be read is reported each time.
func TestDamagedSource(t *testing.T) {
	p := newPlace(t)
	good, bad := p.source("good", one("a.c", "cc")), p.source("bad", "[\n")
	for range 2 {
		if out := p.update(good, bad); len(out.Warnings) != 1 || p.merged() != "a.c: cc" {
			t.Errorf("%+v, %s", out, p.merged())
		}
	}
	if out := p.update(good, p.source("bad", one("b.c", "cc"))); len(out.Warnings) != 0 || out.Entries != 2 {
		t.Errorf("mended: %+v", out)
	}
}

// Without entries there is no database and no state.
func TestRemoved(t *testing.T) {
	p := newPlace(t)
	source := p.source("p", one("a.c", "cc"))
	p.update(source)
	p.write(p.path("build/.state/.merged.json.killed"), "[\n")
	p.write(p.path("build/.state/.merged.killed"), "")
	if err := os.RemoveAll(p.path("build/p")); err != nil {
		t.Fatal(err)
	}
	if out := p.update(); out.Done != "removed" || p.merged() != "none" {
		t.Errorf("%+v, %s", out, p.merged())
	}
	if _, err := os.Lstat(p.path("build")); !os.IsNotExist(err) {
		t.Errorf("build is still there: %v", err)
	}

	p.source("p", one("a.c", "cc"))
	p.update(source)
	old := p.file.Path
	p.file.Path = p.path("elsewhere/merged.json")
	p.update(source)
	if _, err := os.Lstat(old); !os.IsNotExist(err) || p.merged() != "a.c: cc" {
		t.Errorf("moved: %v, %s", err, p.merged())
	}
	p.file.Forget()
	if p.merged() != "none" {
		t.Errorf("forgotten: %s", p.merged())
	}

	// A build root that is a symbolic link stays.
	p.update()
	if err := os.RemoveAll(p.path("build")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(t.TempDir(), p.path("build")); err != nil {
		t.Fatal(err)
	}
	p.source("p", one("a.c", "cc"))
	p.update(source)
	if err := os.RemoveAll(p.path("build/p")); err != nil {
		t.Fatal(err)
	}
	p.update()
	if _, err := os.Lstat(p.path("build")); err != nil {
		t.Error(err)
	}
}

// The state may be on another file system than the database, or not writable at all.
func TestNoState(t *testing.T) {
	p := newPlace(t)
	source := p.source("p", one("a.c", "cc"))
	p.write(p.path("file"), "")
	p.file.State = p.path("file/state")
	for _, want := range []string{"created", "", ""} {
		if out := p.update(source); out.Done != want || p.merged() != "a.c: cc" {
			t.Errorf("%+v, %s", out, p.merged())
		}
	}
}
