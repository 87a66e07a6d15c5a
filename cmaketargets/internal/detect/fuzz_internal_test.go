package detect

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// FuzzLog checks that events of a session's log name shared languages and entries of the store:
// damaged entries are removed.
func FuzzLog(f *testing.F) {
	x := &Session{cmakeDir: filepath.Join(f.TempDir(), "0123456789abcdef")}
	entry := filepath.Join(x.cmakeDir, strings.Repeat("0a", 32)+"-"+strings.Repeat("7", 16))
	f.Add([]byte("installed SYSTEM " + entry + "\nreused SYSTEM\ninstalled C " + entry + "\nwithdrawn C\ndoubt CXX it sets CMAKE_CXX_COMPILER\nrecorded CXX\n"))
	f.Add([]byte("installed C /home\nreused C\n\ninstalled ../../C " + entry + "\nrecorded"))
	f.Add([]byte("installed C " + x.cmakeDir + "\ninstalled C " + entry + "/..\ninstalled C " + entry + "reused C\n"))
	f.Fuzz(func(t *testing.T, log []byte) {
		events := x.events(log)
		var again strings.Builder
		for _, e := range events {
			if e.language != system && !slices.Contains(languages, e.language) || e.verb == "installed" && e.detail != entry && (filepath.Dir(e.detail) != x.cmakeDir || strings.HasPrefix(filepath.Base(e.detail), ".")) {
				t.Errorf("%q: %+v", log, e)
			}
			fmt.Fprintf(&again, "%s %s %s\n", e.verb, e.language, e.detail)
		}
		if got := x.events([]byte(again.String())); !slices.Equal(got, events) {
			t.Errorf("%q: %+v came back as %+v", log, events, got)
		}
	})
}

// A damaged log does not cause a foreign directory to be removed.
func TestEndWithDamagedLog(t *testing.T) {
	root := t.TempDir()
	precious := filepath.Join(root, "precious")
	x := &Session{store: Open(filepath.Join(root, "store"), 0), cmakeDir: filepath.Join(root, "store", "0123456789abcdef"), dir: filepath.Join(root, "session"), info: filepath.Join(root, "info")}
	for _, dir := range []string{precious, x.dir, x.info} {
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	// The first line can come from a store with a line end in its path.
	if err := os.WriteFile(filepath.Join(x.dir, "log"), []byte("installed C "+precious+"\nreused C\nreused CXX\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := x.End(true); err != nil || len(out.Reused) > 0 {
		t.Errorf("End = %+v, %v", out, err)
	}
	if _, err := os.Stat(precious); err != nil {
		t.Error(err)
	}
	if litter, err := filepath.Glob(temporaryPrefix + "*"); err != nil || len(litter) > 0 {
		t.Errorf("it left %q here, %v", litter, err)
	}
}

// FuzzRestoreScript interprets the few commands that a script may contain, and compares the state
// afterwards with that after the detection.
func FuzzRestoreScript(f *testing.F) {
	f.Add([]byte(record("var", "same", "1")+record("var", "gone", "1")+record("env", "GONE", "1")+record("cache", "U", "UNINITIALIZED 0 1\nh\ngcc")+end),
		[]byte(record("var", "same", "2;\"$x\\\r\n")+record("var", "CMAKE_C_COMPILER", "cc")+record("cache", "U", "STRING 1 10\nC compiler\n/usr/bin/gcc")+record("cache", "N", "UNINITIALIZED 1 0\n\n")+record("env", "CC", "cc")+record("env", "LC_ALL", "")+end),
		"set(CMAKE_C_COMPILER \"cc\")\nset(CMAKE_C_COMPILER_ID \"GNU\")\n")
	f.Add([]byte(end), []byte(record("var", "a b", "")+end), "")
	f.Add([]byte(record("var", "A\xff\x00", "1")+end), []byte(record("var", "A\xff\x00", "1")+end), "0")
	f.Add([]byte(record("env", "A}\n", "1")+end), []byte(record("var", "x", "${y}@z@#")+end), " set(x")
	f.Fuzz(func(t *testing.T, from, to []byte, compiler string) {
		before, err := parseState(from)
		after, err2 := parseState(to)
		if err != nil || err2 != nil {
			return
		}
		text, reason := restoreScript(before, after, compiler)
		if (text == "") != (reason != "") {
			t.Errorf("both or neither: %q, %q", text, reason)
		}
		if reason != "" {
			return
		}
		got := state{variables: maps.Clone(before.variables), env: maps.Clone(before.env), cache: maps.Clone(before.cache)}
		interpret(t, text, got)
		if !maps.Equal(got.env, after.env) {
			t.Errorf("%s: the environment is %q, want %q", text, got.env, after.env)
		}
		own := map[string]bool{} // set by the compiler's file
		for _, m := range assignment().FindAllStringSubmatch(compiler, -1) {
			own[m[1]] = true
		}
		for name, want := range after.variables {
			if got.variables[name] != want && !own[name] && !strings.HasSuffix(name, bulk) {
				t.Errorf("%s: %s is %q, want %q", text, name, got.variables[name], want)
			}
		}
		for name, want := range after.cache {
			if want.kind != "UNINITIALIZED" && got.cache[name] != want {
				t.Errorf("%s: %s is %+v, want %+v", text, name, got.cache[name], want)
			}
		}
	})
}

var (
	// A command on a line of its own, with arguments that are quoted or need no quotes.
	command  = regexp.MustCompile(`(?s)^([a-z_]+)\(((?: ?(?:"(?:[^"\\$]|\\.)*"|[^\s()"#$\\]+))*)\)\n`)
	argument = regexp.MustCompile(`(?s)"((?:[^"\\]|\\.)*)"|\S+`)
	escaped  = regexp.MustCompile(`(?s)\\.`)
)

// interpret runs a script of restoreScript on a state, or fails.
func interpret(t *testing.T, text string, s state) {
	t.Helper()
	for rest := text; rest != "# end\n"; {
		m := command.FindStringSubmatch(rest)
		if m == nil {
			t.Fatalf("%q: no command is at %q", text, rest)
		}
		rest = rest[len(m[0]):]
		var args []string
		for _, a := range argument.FindAllStringSubmatch(m[2], -1) {
			if strings.HasPrefix(a[0], `"`) {
				a[0] = escaped.ReplaceAllStringFunc(a[1], func(e string) string { return strings.ReplaceAll(e[1:], "r", "\r") })
			}
			args = append(args, a[0])
		}
		env, isEnv := strings.CutPrefix(args[0], "ENV{")
		env = strings.TrimSuffix(env, "}")
		switch how := m[1] + " " + fmt.Sprint(len(args)); {
		case how == "set 2" && isEnv:
			s.env[env] = args[1]
		case how == "unset 1" && isEnv:
			delete(s.env, env)
		case how == "set 3" && args[2] == "PARENT_SCOPE":
			s.variables[args[0]] = args[1]
		case how == "unset 2" && args[1] == "PARENT_SCOPE":
			delete(s.variables, args[0])
		case how == "set 6" && args[2] == "CACHE" && args[5] == "FORCE":
			s.cache[args[0]] = cacheEntry{args[3], args[1], args[4], s.cache[args[0]].advanced}
		case how == "set_property 5" && args[0] == "CACHE" && args[3] == "ADVANCED":
			entry := s.cache[args[1]]
			entry.advanced = args[4] == "1"
			s.cache[args[1]] = entry
		case m[1] == "cmake_policy" || how == "mark_as_advanced 2":
		default:
			t.Fatalf("%q: no such command is known: %q", text, m[0])
		}
	}
}

// FuzzDependencies checks that dependencies are absolute paths with a kind of probe, and include every
// directory that a compiler has missed.
func FuzzDependencies(f *testing.F) {
	dir := f.TempDir()
	script := filepath.Join(dir, "gcc")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nexec ccache \"$@\"\n"), 0o777); err != nil {
		f.Fatal(err)
	}
	f.Add("PATH", dir+":/usr/bin", script+";/usr/lib/gcc;-O2", `ignoring nonexistent directory "/usr/local/include/x86_64-linux-gnu"`, "set(CMAKE_C_COMPILER \""+script+"\")\nset(X "+dir+")\n")
	f.Add("PATH", "bin:", "/", "ignoring nonexistent directory \\\"/a/../b\\\"", "set(")
	f.Add("CMAKE_PREFIX_PATH", "/opt:/opt/", dir+"/", "", "")
	f.Fuzz(func(t *testing.T, name, list, value, log, compiler string) {
		none := state{}
		after := state{variables: map[string]string{name: value}, cache: map[string]cacheEntry{name: {value: value}}, env: map[string]string{name: list}}
		paths, reason := dependencies(none, after, compiler, []byte(log))
		if relative := slices.ContainsFunc(filepath.SplitList(after.env["PATH"]), func(dir string) bool { return !filepath.IsAbs(dir) }); relative != (reason != "") {
			t.Errorf("PATH %q: %q", list, reason)
		}
		for path, kind := range paths {
			if !filepath.IsAbs(path) || path != filepath.Clean(path) || !slices.Contains([]string{probeFile, probeDir, probeThere}, kind) {
				t.Errorf("rests on %q of %q", kind, path)
			}
		}
		if reason == "" {
			for _, m := range regexp.MustCompile(`ignoring nonexistent directory "(/[^"\\]*)"`).FindAllStringSubmatch(log, -1) {
				if filepath.IsAbs(m[1]) && paths[filepath.Clean(m[1])] == "" {
					t.Errorf("%q is not among %q", m[1], paths)
				}
			}
		}
	})
}

// FuzzScriptWords checks that the words of a script occur in it.
func FuzzScriptWords(f *testing.F) {
	f.Add("#!/bin/sh\nexec \"/opt/gcc\" ${X} \"$@\"\n")
	f.Add("#!/usr/bin/env python3\nrun(['clang-15'])")
	f.Add("\x7fELF /opt/gcc")
	file := filepath.Join(f.TempDir(), "script")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		words := scriptWords(file)
		if len(words) > 0 && !strings.HasPrefix(text, "#!") || !slices.IsSorted(words) {
			t.Errorf("%q has the words %q", text, words)
		}
		for _, word := range words {
			if !strings.Contains(text, word) || !filepath.IsAbs(word) && !programName().MatchString(word) {
				t.Errorf("%q has the word %q", text, word)
			}
		}
	})
}
