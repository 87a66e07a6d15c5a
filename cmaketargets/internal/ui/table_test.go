package ui_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

func TestTable(t *testing.T) {
	columns := []ui.Column{{Title: "PATH", Path: true}, {Title: "NAME"}, {Title: "N", Number: true}, {Title: "STATE"}}
	rows := [][]string{
		{"libs/a", "日本", "7", "up to date"},
		{"very/long/path/to/b", "e\u0301", "123", "a\tb\x1b[2Jc"},
		{"c"},
	}
	for _, test := range []struct {
		name  string
		width int // 0 for no terminal
		want  string
	}{
		{"not on a terminal", 0, `
PATH                 NAME    N  STATE
libs/a               日本    7  up to date
very/long/path/to/b  é     123  a\tb\e[2Jc
c
`},
		{"with room", 100, `
PATH                 NAME    N  STATE
libs/a               日本    7  up to date
very/long/path/to/b  é     123  a\tb\e[2Jc
c
`},
		{"narrow", 30, `
PATH       NAME    N  STATE
libs/a     日本    7  up to d…
…ath/to/b  é     123  a\tb\e[…
c
`},
		{"too narrow", 10, `
PATH  NAME    N  STA…
…s/a  日本    7  up …
…o/b  é     123  a\t…
c
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			o := ui.Options{Out: &out}
			if test.width > 0 {
				o.Size = func() (int, int) { return test.width, 24 }
			}
			ui.New(o).Table(columns, rows)
			got, want := out.String(), strings.ReplaceAll(strings.TrimPrefix(test.want, "\n"), "é", "e\u0301")
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
