package discover_test

import (
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

// The answers of this table are those of CMake 3.25.1 and 4.3.1, with project()
// replaced by a function that prints its first argument; "refused" are files that
// CMake does not parse.
var scanTests = []struct {
	name, src, project string
	ok                 bool
}{
	{"empty", "", "", false},
	{"plain", "project(a)", "a", true},
	{"upper case", "PROJECT(Upper C)\n", "Upper", true},
	{"spaces before the parenthesis", " \tproject \t(a)", "a", true},
	{"split over lines", "project(\n\n  split\n  VERSION 1\n)\n", "split", true},
	{"byte order mark", "\xef\xbb\xbfproject(a)", "a", true},
	{"carriage returns", "project(\r\n  a\r\n)\r\n", "a", true},
	{"after a command", "cmake_minimum_required(VERSION 3.16)\nproject(a C CXX)\n", "a", true},
	{"first of two", "project(a)\nproject(b)\n", "a", true},
	{"no arguments", "project()", "", true},
	{"inside if", "if(X)\n  project(a)\nendif()\n", "a", true},
	{"inside a function", "function(f)\nproject(a)\nendfunction()\n", "a", true},

	{"quoted name", `project("a b")`, "a b", true},
	{"escaped quote", `project("a\"b")`, `a"b`, true},
	{"continued line", "project(\"a\\\nb\")", "ab", true},
	{"continued line with carriage return", "project(\"a\\\r\nb\")", "ab", true},
	{"escapes", `project(a\ \#\(b\tc)`, "a #(b\tc", true},
	{"list as name", "project(a;CXX)", "a", true},
	{"empty list elements", "project(;; ;a)", "a", true},
	{"escaped semicolon", `project(a\;b)`, "a;b", true},
	{"escaped semicolon in quotes", `project("a\;b")`, `a\;b`, true},
	{"semicolon in brackets", "project(a[b;c]d;e)", "a[b;c]d", true},
	{"bracket argument as name", "project([[a]])", "a", true},
	{"bracket argument after a newline", "project([=[\na]]]=])", "a]]", true},
	{"no bracket argument", "project(a[[b)", "a[[b", true},
	{"quoted part", `project(-D"a b"c)`, `-D"a b"c`, true},
	{"make reference", "project($(MAKE)x)", "$(MAKE)x", true},
	{"parenthesis as name", "project((a))", "(", true},
	{"comment before the name", "project( # ) no\n a)", "a", true},
	{"bracket comment before the name", "project(#[[ no ) ]] a)", "a", true},

	{"variable", "project(${NAME})", "", true},
	{"variable within", `project("a-${NAME}")`, "", true},
	{"environment", "project($ENV{NAME})", "", true},
	{"cache", "project(x$CACHE{NAME})", "", true},
	{"escaped variable", `project("\${NAME}")`, "${NAME}", true},
	{"dollar alone", "project($a)", "$a", true},
	{"generator expression", `project("$<C>")`, "$<C>", true},

	{"line comment", "# project(a)\n", "", false},
	{"line comment without end", "# project(a)", "", false},
	{"after a line comment", "# x (\nproject(a)", "a", true},
	{"bracket comment", "#[[\nproject(a)\n]]\n", "", false},
	{"bracket comment of level two", "#[==[ ]] ]=]\nproject(a)\n]==]\nproject(b)", "b", true},
	{"line comment like a bracket", "#[=x[\nproject(a)", "a", true},
	{"line comment with a space", "# [[\nproject(a)", "a", true},
	{"string", "set(x \"\nproject(a)\n\")", "", false},
	{"string with quotes", "set(x \"\\\"\nproject(a)\n\")\nproject(b)", "b", true},
	{"string with a backslash at its end", "set(x \"\\\\\")\nproject(b)", "b", true},
	{"bracket argument", "set(x [[\nproject(a)\n]])", "", false},
	{"bracket argument of level one", "set(x [=[\n]]\nproject(a)\n]=])\nproject(b)", "b", true},
	{"argument", "message(project(a))", "", false},
	{"argument on a line of its own", "message(\nproject(a)\n)", "", false},
	{"after nested parentheses", "if((a) AND (b (c)))\nproject(d)\nendif()", "d", true},
	{"quoted part with a parenthesis", "set(a\"(\" b)\nproject(c)", "c", true},
	{"other command", "my_project(a)\nproject_x(b)\nprojects(c)", "", false},
	{"name only", "set(project a)\n", "", false},

	{"refused: newline before the parenthesis", "project\n(a)", "", false},
	{"refused: comment before the parenthesis", "project#[[x]](a)", "", false},
	{"refused: part of a word", "my-project(a)\n", "", false},
	{"refused: part of a quoted word", "x\"y\"project(a)\n", "", false},
	{"refused: argument of a word", "my-project(project(a))\n", "", false},
	{"refused: behind a stray parenthesis", ")project(a)", "a", true},
	{"refused: error behind the call", "project(a)\nmessage(\"", "a", true},
	{"refused: no closing parenthesis", "project(a\nmessage(x)\n", "a", true},
	{"refused: string without end", "set(x \"\nproject(a)\n", "", false},
	{"refused: bracket without end", "set(x [[\nproject(a)\n]=]", "", false},
	{"refused: call without end in a comment", "project(a #[[ )", "a", true},
	{"refused: zero bytes", "\x00\x01project(a)", "", false},
	{"refused: backslash at the end", "project(a)\\", "a", true},
	{"refused: backslash at the end of a string", "set(\"\\", "", false},
}

func TestScanProject(t *testing.T) {
	for _, test := range scanTests {
		t.Run(test.name, func(t *testing.T) {
			name, ok := discover.ScanProject([]byte(test.src))
			if name != test.project || ok != test.ok {
				t.Errorf("ScanProject(%q) = %q, %v; want %q, %v", test.src, name, ok, test.project, test.ok)
			}
		})
	}
}

// FuzzScanProject checks rules for any file: there is no call in comments, strings and
// arguments, and a call before everything else is found.
func FuzzScanProject(f *testing.F) {
	for _, test := range scanTests {
		f.Add(test.src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		name, ok := discover.ScanProject([]byte(src))
		if name != "" && !ok {
			t.Errorf("name %q without a call", name)
		}
		if ok && !strings.Contains(strings.ToLower(src), "project") {
			t.Error("call without the word")
		}
		level := "[" + strings.Repeat("=", len(src)) + "["
		end := strings.NewReplacer("[", "]").Replace(level)
		for _, hidden := range []string{"#" + level + src + end, "set(x " + level + src + end + ")"} {
			if _, ok := discover.ScanProject([]byte(hidden)); ok {
				t.Error("call within brackets")
			}
		}
		if name, ok := discover.ScanProject([]byte("project(first)\n" + src)); name != "first" || !ok {
			t.Errorf("first call not seen: %q, %v", name, ok)
		}
	})
}
