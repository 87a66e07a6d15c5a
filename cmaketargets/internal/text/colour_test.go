package text_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

func TestStripColour(t *testing.T) {
	for in, want := range map[string]string{
		"":                                   "",
		"plain\n":                            "plain\n",
		"\x1b[01m\x1b[Ka.c:1:\x1b[m\x1b[K x": "a.c:1: x",
		"\x1b[38;2;1;2;3mx\x1b[0m":           "x",
		"\x1b]0;title\x07 \x1b[2J \x1b":      "\x1b]0;title\x07 \x1b[2J ",
		"\x1b\x1b[1mx":                       "\x1bx",
		"\x1b[1\nx":                          "\x1b[1\nx",
		"\x1b[" + strings.Repeat("1", 50):    "\x1b[" + strings.Repeat("1", 50),
	} {
		for name, read := range map[string]func(io.Reader) io.Reader{
			"whole": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader,
		} {
			var out bytes.Buffer
			if _, err := io.Copy(text.StripColour(&out), read(strings.NewReader(in))); err != nil {
				t.Fatal(err)
			}
			if out.String() != want {
				t.Errorf("%q, %s: got %q, want %q", in, name, out.String(), want)
			}
		}
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b]8;;https://x\x1b\\link\x1b]8;;\x07 \x1b[1mbold\x1b[": "link bold",
		"a\x1b]x\nfailed because\n":                                "a\nfailed because\n",
		"a\x1b\n\xff":                                              "a\n\uFFFD",
	} {
		if got := text.Plain(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
