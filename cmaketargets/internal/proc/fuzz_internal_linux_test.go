//go:build !portable

package proc

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
)

// FuzzStat holds the reader of a process's stat to finding its fields behind
// any name, and none where there are none.
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
			t.Errorf("%q has group %d, session %d, birth %q, lives %v", p.stat, p.group(), p.session(), p.field(19), p.lives())
		}
	})
}

// FuzzMarks holds the marks in an environment to this: whoever got one is
// found by it, by itself or by its beginning, also below further commands; and
// nobody is who has it not.
func FuzzMarks(f *testing.F) {
	f.Add([]byte("PATH=/bin\x00_CMAKETARGETS_COMMAND=4.2.1;4.2.7;\x00HOME=/"), "4711.88.99")
	f.Add([]byte("_CMAKETARGETS_COMMAND\x00=x\x00\x00_CMAKETARGETS_COMMAND=\x00"), "4.2")
	f.Add([]byte("_CMAKETARGETS_COMMAND=junk"), "4.2")
	f.Add([]byte("A=_CMAKETARGETS_COMMAND=4.2.1;\x00_CMAKETARGETS_COMMANDS=4.2.1;"), "4.2")
	f.Fuzz(func(t *testing.T, environ []byte, name string) {
		if name == "" || strings.ContainsAny(name, ";\x00") {
			return // no name is like that
		}
		env := strings.Split(string(environ), "\x00")
		had := marked(environ, []string{name + "."})
		if had && !bytes.Contains(environ, []byte(markName+"=")) || had && !bytes.Contains(environ, []byte(name+".")) {
			t.Errorf("%q carries %q", environ, name)
		}
		if within := Within(env, name); within && !had {
			t.Errorf("%q is within %q and does not carry it", environ, name)
		}
		env = withMark(withMark(env, name+".1;"), "inner.1;")
		block := []byte(strings.Join(env, "\x00"))
		if !marked(block, []string{"none", name + "."}) || !marked(block, []string{name + ".1;"}) || !Within(env, name) || !Within(env, "inner") {
			t.Errorf("%q is lost in %q", name, block)
		}
		if marked(block, nil) || marked(nil, []string{name + "."}) {
			t.Errorf("%q: nobody's mark, or in no environment", block)
		}
	})
}

// FuzzAlive changes the name of a living process, which then is nobody's.
func FuzzAlive(f *testing.F) {
	f.Add("", 0)
	f.Add("1", 1)
	f.Add("4711..99", 2)
	f.Add("+1.5.", 30)
	own := Name()
	birth := own[:strings.LastIndexByte(own, '.')]
	f.Fuzz(func(t *testing.T, text string, cut int) {
		if Alive(text) && strings.Count(text, ".") == 0 {
			t.Errorf("%q is alive", text)
		}
		cut = min(max(cut, 0), len(own))
		if got, want := Alive(own[:cut]), cut >= len(birth); got != want {
			t.Errorf("%q of %q is alive: %v", own[:cut], own, got)
		}
		if text != "" && text[0] != '.' && Alive(birth+text) {
			t.Errorf("%q, which is not %q, is alive", birth+text, own)
		}
	})
}

// FuzzUnderWay tells the guard anything: whom it would signal is never
// everybody, nor a single process, and what the guard's own lines say is
// understood up to where they end, as far as whole lines go.
func FuzzUnderWay(f *testing.F) {
	f.Add([]byte("4.2.1; 0\n4.2.1; 4711\n4.2.2; 0\n4.2.1; -1\n"), []byte{0, 1, 2, 3}, 30)
	f.Add([]byte("4.2.1; 1\n; 5\n 7\nx -9\n4.2.1; 47"), []byte{9, 9, 200}, 0)
	f.Fuzz(func(t *testing.T, told, turns []byte, cut int) {
		for mark, pid := range underWay(bytes.NewReader(told)) {
			if pid < 0 || pid == 1 || len(mark) < 2 || !bytes.Contains(told, fmt.Appendf(nil, "%s ", mark)) {
				t.Errorf("%q: would end %q, %d", told, mark, pid)
			}
		}
		var lines []string
		for _, turn := range turns {
			lines = append(lines, fmt.Sprintf("4.2.%d; %d\n", turn%8, []int{starting, 4000 + int(turn), ended}[turn/8%3]))
		}
		all := strings.Join(lines, "")
		cut = min(max(cut, 0), len(all))
		want := map[string]int{}
		for _, line := range lines[:strings.Count(all[:cut], "\n")] {
			var mark string
			var pid int
			if _, err := fmt.Sscan(line, &mark, &pid); err != nil {
				t.Fatal(err)
			}
			if want[mark] = pid; pid == ended {
				delete(want, mark)
			}
		}
		if got := underWay(strings.NewReader(all[:cut])); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q: %v, want %v", all[:cut], got, want)
		}
	})
}
