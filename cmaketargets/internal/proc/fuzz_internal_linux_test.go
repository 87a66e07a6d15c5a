//go:build !portable

package proc

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
)

// FuzzStat requires the fields of a process's stat to be found after any name, and none where there are
// none.
func FuzzStat(f *testing.F) {
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(stat, "(sd-pam)", 4711, 4710)
	f.Add([]byte("1 (a) Z 0"), ") R 1 1 1 ", 1, 0)
	f.Add([]byte("1 a R 0"), "two\nlines", -1, 1<<40)
	f.Add([]byte(")"), "\xff", 0, 0)
	f.Fuzz(func(t *testing.T, text []byte, comm string, group, session int) {
		p := process{pid: 1, stat: text}
		if fields := len(strings.Fields(string(text))); p.lives() && fields == 0 || fields < 3 && p.group() != -1 {
			t.Errorf("%q is alive: %v, of group %d", text, p.lives(), p.group())
		}
		p.stat = fmt.Appendf(nil, "4711 (%s) S 1 %d %d 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 88 9 10\n", comm, group, session)
		if !p.lives() || p.group() != group || p.session() != session || p.field(19) != "88" {
			t.Errorf("%q has group %d, session %d, start time %q, lives %v", p.stat, p.group(), p.session(), p.field(19), p.lives())
		}
	})
}

// FuzzMarks requires an environment with a mark to be found by the mark or its beginning, also below
// further commands, and none without it to be found.
func FuzzMarks(f *testing.F) {
	f.Add([]byte("PATH=/bin\x00_CMAKETARGETS_COMMAND=4.2.1;4.2.7;\x00HOME=/"), "4711.88.99")
	f.Add([]byte("_CMAKETARGETS_COMMAND\x00=x\x00\x00_CMAKETARGETS_COMMAND=\x00"), "4.2")
	f.Add([]byte("_CMAKETARGETS_COMMAND=junk"), "4.2")
	f.Add([]byte("A=_CMAKETARGETS_COMMAND=4.2.1;\x00_CMAKETARGETS_COMMANDS=4.2.1;"), "4.2")
	f.Fuzz(func(t *testing.T, environ []byte, identity string) {
		if identity == "" || strings.ContainsAny(identity, ";\x00") {
			return // no identity is like that
		}
		env := strings.Split(string(environ), "\x00")
		had := hasMark(environ, []string{identity + "."})
		if had && !bytes.Contains(environ, []byte(markName+"=")) || had && !bytes.Contains(environ, []byte(identity+".")) {
			t.Errorf("%q carries %q", environ, identity)
		}
		if within := Within(env, identity); within && !had {
			t.Errorf("%q is within %q and does not have its mark", environ, identity)
		}
		env = WithMark(WithMark(env, identity+".1;"), "inner.1;")
		block := []byte(strings.Join(env, "\x00"))
		if !hasMark(block, []string{"none", identity + "."}) || !hasMark(block, []string{identity + ".1;"}) || !Within(env, identity) || !Within(env, "inner") {
			t.Errorf("%q is lost in %q", identity, block)
		}
		if hasMark(block, nil) || hasMark(nil, []string{identity + "."}) {
			t.Errorf("%q: no mark, or no environment", block)
		}
	})
}

// FuzzAlive changes the identity of a living process.
func FuzzAlive(f *testing.F) {
	f.Add("", 0)
	f.Add("1", 1)
	f.Add("4711..99", 2)
	f.Add("+1.5.", 30)
	own := Identity()
	start := own[:strings.LastIndexByte(own, '.')]
	f.Fuzz(func(t *testing.T, text string, cut int) {
		if Alive(text) && strings.Count(text, ".") == 0 {
			t.Errorf("%q is alive", text)
		}
		cut = min(max(cut, 0), len(own))
		if got, want := Alive(own[:cut]), cut >= len(start); got != want {
			t.Errorf("%q of %q is alive: %v", own[:cut], own, got)
		}
		if text != "" && text[0] != '.' && Alive(start+text) {
			t.Errorf("%q, which is not %q, is alive", start+text, own)
		}
	})
}
