package ui_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
PATH  NAME
…s/a  日本
…o/b  é
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

// Columns are dropped in the order of Drop. A title is cut at its end.
func TestTableDrops(t *testing.T) {
	columns := []ui.Column{
		{Title: "PROJECT", Path: true},
		{Title: "NAME", Drop: ui.DropEarly},
		{Title: "TARGETS", Number: true, Drop: ui.DropEarly},
		{Title: "BUILT", Drop: ui.DropEarly},
		{Title: "BUILD TREE", Path: true, Drop: ui.DropFirst},
		{Title: "STATE"},
	}
	rows := [][]string{
		{"libs/core", "core", "12", "5 min ago", "build/libs/core", "up to date"},
		{"libs/network", "net", "3", "-", "build/libs/network", "to configure: CMakeLists.txt changed"},
	}
	for width, want := range map[int]string{
		96: `
PROJECT       NAME  TARGETS  BUILT      BUILD TREE          STATE
libs/core     core       12  5 min ago  build/libs/core     up to date
libs/network  net         3  -          build/libs/network  to configure: CMakeLists.txt changed
`,
		90: `
PROJECT       NAME  TARGETS  BUILT      BUILD TREE    STATE
libs/core     core       12  5 min ago  …d/libs/core  up to date
libs/network  net         3  -          …ibs/network  to configure: CMakeLists.txt changed
`,
		80: `
PROJECT       NAME  TARGETS  BUILT      STATE
libs/core     core       12  5 min ago  up to date
libs/network  net         3  -          to configure: CMakeLists.txt changed
`,
		72: `
PROJECT       TARGETS  BUILT      STATE
libs/core          12  5 min ago  up to date
libs/network        3  -          to configure: CMakeLists.txt changed
`,
		40: `
PROJECT       STATE
libs/core     up to date
libs/network  to configure: CMake…
`,
		20: `
PROJE…  STATE
…/core  up to date
…twork  to config…
`,
		12: `
PRO…  STATE
…ore  up to…
…ork  to co…
`,
	} {
		var out bytes.Buffer
		ui.New(ui.Options{Out: &out, Size: size(width, 24)}).Table(columns, rows)
		if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), out.String()); diff != "" {
			t.Errorf("in %d columns:\n%s", width, diff)
		}
	}
	// A long path costs the others little.
	rows = append(rows, []string{"libs/a/long/path/to/where/the/project/is", "is", "1", "-", "build/libs/a/long/path/to/where/the/project/is", "up to date"})
	want := `
PROJECT                       BUILT      STATE
libs/core                     5 min ago  up to date
libs/network                  -          to configure: CMakeLists.txt changed
…ath/to/where/the/project/is  -          up to date
`
	var out bytes.Buffer
	ui.New(ui.Options{Out: &out, Size: size(84, 24)}).Table(columns, rows)
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), out.String()); diff != "" {
		t.Error(diff)
	}
}
