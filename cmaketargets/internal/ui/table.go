package ui

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Column is one column of a Table.
type Column struct {
	Title string
	// Number aligns its cells to the right.
	Number bool
	// Path cuts its cells at their beginning where there is no room.
	Path bool
	// Goes says what becomes of the column on a terminal without room for all.
	Goes Goes
}

// Goes is when a column gives way to others.
type Goes int

// A column stays, goes before those that stay, or before all others.
const (
	Stays Goes = iota
	Soon
	First
)

// Table prints rows of cells in columns that are aligned whatever characters
// are in them. On a terminal no line is wider than that: columns give way, see
// fit. Elsewhere nothing is cut.
func (s *Screen) Table(columns []Column, rows [][]string) {
	widths := make([]int, len(columns))
	header := make([]string, len(columns))
	for i, c := range columns {
		header[i] = c.Title
		widths[i] = Width(c.Title)
	}
	cells := [][]string{header}
	for _, row := range rows {
		clean := make([]string, len(columns))
		for i := range min(len(row), len(columns)) {
			// A tab's width would depend on its place.
			clean[i] = strings.ReplaceAll(text.Clean(row[i]), "\t", `\t`)
			widths[i] = max(widths[i], Width(clean[i]))
		}
		cells = append(cells, clean)
	}
	if s.opts.Size != nil {
		room, _ := s.opts.Size()
		fit(columns, widths, room)
	}
	var b strings.Builder
	for i, row := range cells {
		var line []string
		for j, c := range columns {
			c.Path = c.Path && i > 0
			if widths[j] > 0 {
				line = append(line, c.cell(row[j], widths[j]))
			}
		}
		b.WriteString(strings.TrimRight(strings.Join(line, columnGap), " ") + "\n")
	}
	s.write(b.String())
}

const columnGap = "  "

func (c Column) cell(text string, width int) string {
	switch {
	case c.Number:
		return padFront(cut(text, width), width)
	case c.Path:
		return pad(cutFront(text, width), width)
	}
	return pad(cut(text, width), width)
}

// What is left of a column that is cut.
const (
	leastGoing = 12 // of one that can go
	least      = 4
)

// fit takes away from the columns until there is room for all. Those that go
// first do so, one after the other. Of the rest none may take more than half of
// the room at the cost of others, and a path, of which the end tells most, no
// more than a third; then those go that can, then the widest give way, and when
// there is no room even for something of each, the last go.
func fit(columns []Column, widths []int, room int) {
	over := func() int {
		sum := -len(columnGap)
		for _, w := range widths {
			if w > 0 {
				sum += w + len(columnGap)
			}
		}
		return sum - room
	}
	going := func(goes Goes) {
		for i, c := range columns {
			if n := over(); c.Goes == goes && n > 0 {
				if widths[i] -= n; widths[i] < leastGoing {
					widths[i] = 0
				}
			}
		}
	}
	narrow := func(path, other int) {
		for over() > 0 {
			widest := -1
			for i, w := range widths {
				to := other
				if columns[i].Path {
					to = path
				}
				if w > max(to, least) && (widest < 0 || w >= widths[widest]) {
					widest = i
				}
			}
			if widest < 0 {
				return
			}
			widths[widest]--
		}
	}
	going(First)
	narrow(room/3, room/2)
	going(Soon)
	narrow(least, least)
	for i := len(widths) - 1; i > 0 && over() > 0; i-- {
		widths[i] = 0
	}
}
