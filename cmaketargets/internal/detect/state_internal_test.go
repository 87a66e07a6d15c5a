package detect

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

func record(kind, name, value string) string {
	return fmt.Sprintf("%s %s %d\n%s\n", kind, name, len(value), value)
}

const end = "end . 0\n\n"

func TestParseState(t *testing.T) {
	text := record("key", "C", "k") + record("var", "a", "1\n2") + record("var", "with spaces", "") + record("vars", "2", "b=3="+separator+"c="+separator) + record("vars", "0", "") +
		record("cache", "e", "BOOL 1 4\nhelp\nON") +
		record("env", "PATH", "/bin")
	got, err := parseState([]byte(text + end))
	if err != nil {
		t.Fatal(err)
	}
	want := state{
		key: "k", variables: map[string]string{"a": "1\n2", "with spaces": "", "b": "3=", "c": ""},
		cache: map[string]cacheEntry{"e": {"BOOL", "ON", "help", true}}, env: map[string]string{"PATH": "/bin"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(state{}, cacheEntry{})); diff != "" {
		t.Error(diff)
	}
	for name, text := range map[string]string{
		"nothing":         "",
		"no end":          text,
		"cut":             text[:len(text)-3],
		"more":            text + end + "x",
		"a separator":     record("vars", "1", "b=1"+separator+"c=2"+separator) + end,
		"no separator":    record("vars", "1", "b=1") + end,
		"text behind":     record("vars", "1", "b=1"+separator+"2") + end,
		"no value":        record("vars", "1", "b"+separator) + end,
		"unknown kind":    record("what", "a", "b") + end,
		"wrong length":    "var a 3\n12\n" + end,
		"negative length": "var a -1\n\n" + end,
		"huge length":     "var a 9223372036854775807\n\n" + end,
		"two fields":      "var 0\n\n" + end,
		"no help":         record("cache", "e", "BOOL 1 4\nhel") + end,
		"no length":       record("cache", "e", "BOOL 1\nhelp\nON") + end,
	} {
		if _, err := parseState([]byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzParseState(f *testing.F) {
	f.Add([]byte(record("var", "a", "1\n2") + end))
	f.Add([]byte(record("cache", "a", "BOOL  0\n\n") + record("env", "P", "") + end))
	f.Add([]byte("var a 99999999999999999999\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := parseState(data)
		if err != nil {
			return
		}
		var b strings.Builder
		b.WriteString(record("key", "C", s.key))
		for name, value := range s.variables {
			b.WriteString(record("var", name, value))
		}
		for name, value := range s.env {
			b.WriteString(record("env", name, value))
		}
		again, err := parseState([]byte(b.String() + end))
		again.cache = s.cache
		if err != nil || !cmp.Equal(s, again, cmp.AllowUnexported(state{}, cacheEntry{})) {
			t.Errorf("%q became %q, %v", data, b.String(), err)
		}
	})
}

func TestRestoreScript(t *testing.T) {
	before := state{
		variables: map[string]string{"same": "1", "changed": "1", "gone": "1"},
		cache:     map[string]cacheEntry{"SAME": {"BOOL", "ON", "h", false}, "UNTYPED": {"UNINITIALIZED", "gcc", "h", false}},
		env:       map[string]string{"SAME": "1", "GONE": "1"},
	}
	after := state{
		variables: map[string]string{"same": "1", "changed": `2;"$x\`, "CMAKE_C_COMPILER": "cc"},
		cache: map[string]cacheEntry{
			"SAME": {"BOOL", "ON", "h", false}, "UNTYPED": {"STRING", "/usr/bin/gcc", "C compiler", true},
			"NEVER": {"UNINITIALIZED", "", "", true},
		},
		env: map[string]string{"SAME": "1", "CC": "cc", "LC_ALL": ""},
	}
	got, reason := restoreScript(before, after, "set(CMAKE_C_COMPILER \"cc\")\n")
	want := `cmake_policy(PUSH)
cmake_policy(VERSION 3.16)
mark_as_advanced(FORCE NEVER)
cmake_policy(POP)
set(UNTYPED "/usr/bin/gcc" CACHE STRING "C compiler" FORCE)
set_property(CACHE UNTYPED PROPERTY ADVANCED 1)
set(changed "2;\"\$x\\" PARENT_SCOPE)
unset(gone PARENT_SCOPE)
set(ENV{CC} "cc")
set(ENV{LC_ALL} x)
set(ENV{LC_ALL} "")
unset(ENV{GONE})
# end
`
	if diff := cmp.Diff(want, got); diff != "" || reason != "" {
		t.Errorf("%s%s", reason, diff)
	}

	for want, change := range map[string]func(s *state){
		"detection removes the cache entry SAME": func(s *state) { delete(s.cache, "SAME") },
		"cache entry S of type STATIC cannot be": func(s *state) { s.cache["S"] = cacheEntry{kind: "STATIC"} },
		"variable a b cannot be written":         func(s *state) { s.variables["a b"] = "" },
		// Only the hash of such a variable is known.
		"detection sets the environment variable TOKEN": func(s *state) { s.env["TOKEN"] = fsutil.Hash([]byte("new")) },
	} {
		s, _ := parseState([]byte(record("var", "x", "y") + record("cache", "SAME", "BOOL  1\nh\nON") +
			record("cache", "UNTYPED", "STRING  0\n\n") + end))
		change(&s)
		if text, reason := restoreScript(before, s, ""); text != "" || !strings.HasPrefix(reason, want) {
			t.Errorf("%q, want %q", reason, want)
		}
	}
}

// CMake reads every quoted value back unchanged.
func TestQuote(t *testing.T) {
	values := []string{
		"", " ", "a;b", `\;`, `a\`, `"`, `${X}`, `$ENV{X}`, `@X@`, "line\nline\n", "\ttab", "cr\r\n", "#", "]=]", `\n`, "$<1:x>", "ü",
	}
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("cmake_policy(VERSION 3.24)\n")
	for i, v := range values {
		fmt.Fprintf(&b, "file(WRITE %s %s)\n", quote(filepath.ToSlash(filepath.Join(dir, fmt.Sprint(i)))), quote(v))
	}
	script := filepath.Join(dir, "s.cmake")
	if err := os.WriteFile(script, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cmake", "-P", script).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for i, v := range values {
		got, err := os.ReadFile(filepath.Join(dir, fmt.Sprint(i)))
		if err != nil || string(got) != v {
			t.Errorf("%q came back as %q, %v", v, got, err)
		}
	}
}

func TestEnvironment(t *testing.T) {
	base := []string{"PATH=/bin", "HOME=/h"}
	plain := newEnvironment(base)
	same := func(more ...string) bool {
		e := newEnvironment(append(base[:2:2], more...))
		return cmp.Equal(e.names, plain.names) && e.hash == plain.hash
	}
	for _, entry := range []string{"PWD=/x", "SHLVL=2", "TERM=x", "MAKEFLAGS=-j", "CMAKETARGETS_JOBS=2", "GITHUB_RUN_ID=1", "SSH_TTY=x", "CC=x"} {
		if !same(entry) {
			t.Errorf("%s counts", entry) // The script reads CC in any case.
		}
	}
	for _, entry := range []string{"NIX_CFLAGS_COMPILE=-m32", "CCACHE_DIR=/c", "BASH_FUNC_gcc%%=() { :; }", "A_B=1"} {
		if same(entry) {
			t.Errorf("%s does not count", entry)
		}
	}
	if newEnvironment(append(base, "BASH_FUNC_gcc%%=() { :; }")).hash == plain.hash {
		t.Error("a name that CMake cannot spell does not count")
	}
}

func TestScriptWords(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "s")
	for text, want := range map[string]string{
		"#!/bin/sh\nexec \"/opt/gcc\" ${X} \"$@\"\n": "/bin/sh /opt/gcc X exec",
		"#!/usr/bin/env python3\nrun(['clang-15'])":  "/usr/bin/env clang-15 python3 run",
		"\x7fELF /opt/gcc":                           "",
		"":                                           "",
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(scriptWords(file), " "); got != want {
			t.Errorf("%q has words %q, want %q", text, got, want)
		}
	}
}

func TestWorks(t *testing.T) {
	for name, test := range map[string]struct {
		detection detection
		want      bool
	}{
		"C":            {detection{language: "C", compiler: []byte("\nset(CMAKE_C_COMPILER_WORKS TRUE)\n")}, true},
		"C before 4":   {detection{language: "C", compiler: []byte("\nset(CMAKE_C_COMPILER_WORKS 1)\n")}, true},
		"untested":     {detection{language: "C", compiler: []byte("\nset(CMAKE_C_COMPILER_WORKS )\n")}, false},
		"another's":    {detection{language: "C", compiler: []byte("\nset(CMAKE_CXX_COMPILER_WORKS TRUE)\n")}, false},
		"no file":      {detection{language: "CXX"}, false},
		"assembler":    {detection{language: "ASM", cache: []byte("\nCMAKE_ASM_COMPILER_WORKS:INTERNAL=1\n")}, true},
		"no assembler": {detection{language: "ASM", cache: []byte("\nCMAKE_ASM_COMPILER_WORKS:INTERNAL=0\n")}, false},
		"system":       {detection{language: system, compiler: []byte("\nset(CMAKE_SYSTEM_LOADED 1)\n")}, true},
		"our script":   {detection{language: system, compiler: script(parameters{env: newEnvironment(nil)})}, false},
	} {
		if got := test.detection.works(); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
