package text_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// FuzzStripColour holds the writer to leaving the same out however its input is
// cut, to adding nothing, and to keeping all that is no part of a colour.
func FuzzStripColour(f *testing.F) {
	f.Add([]byte("\x1b[01m\x1b[Ka.c:1:\x1b[m\x1b[K warning\n"), 3)
	f.Add([]byte("\x1b[38;2;1;2;3mx\x1b[0m\x1b]0;title\x07\x1b[2J\x1b"), 8)
	f.Add([]byte("\x1b\x1b[1m[1mx\x1b[1\nx"), 1)
	f.Add([]byte("\x1b["+strings.Repeat("1", 40)+"m"), 31)
	f.Fuzz(func(t *testing.T, in []byte, cut int) {
		if cut < 0 || cut > len(in) {
			cut = 0
		}
		write := func(parts ...[]byte) string {
			var out bytes.Buffer
			w := text.StripColour(&out)
			for _, part := range parts {
				if n, err := w.Write(part); n != len(part) || err != nil {
					t.Fatal(n, err)
				}
			}
			return out.String()
		}
		whole := write(in)
		var bytewise [][]byte
		for i := range in {
			bytewise = append(bytewise, in[i:i+1])
		}
		if cut, single := write(in[:cut], in[cut:]), write(bytewise...); cut != whole || single != whole {
			t.Errorf("%q: whole %q, in two %q, in single bytes %q", in, whole, cut, single)
		}
		left := whole
		for _, c := range in {
			left = strings.TrimPrefix(left, string([]byte{c}))
		}
		if left != "" || withoutColours(whole) != withoutColours(string(in)) {
			t.Errorf("%q became %q", in, whole)
		}
	})
}

// withoutColours drops every byte that a colour may be made of.
func withoutColours(text string) string {
	var kept []byte
	for _, c := range []byte(text) {
		if !strings.ContainsRune("\x1b[0123456789;:mK", rune(c)) {
			kept = append(kept, c)
		}
	}
	return string(kept)
}
