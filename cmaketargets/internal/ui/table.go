package ui

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Column is one column of a Table.
type Column struct {
	Title  string
	Number bool // cells are aligned to the right
	Path   bool // cells are cut at their beginning
	Drop   Drop
}

// Drop is the order in which columns are dropped from a terminal without room for all.
type Drop int

// A column is dropped last, before those, or before all others.
const (
	DropLast Drop = iota
	DropEarly
	DropFirst
)

// Table prints rows of cells in aligned columns. On a terminal no line is wider than that; see fit.
// Elsewhere nothing is cut.
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
			// The width of a tab would depend on its place.
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

// The least widths of a column that is cut.
const (
	leastDropped = 12 // narrower, a column is dropped
	least        = 4
)

// fit reduces the widths of columns until they fit into room. First the columns with DropFirst are
// cut or dropped. Then the widest columns shrink to half of the room, paths to a third: their ends
// matter most. Then the columns with DropEarly are cut or dropped, then the widest columns shrink
// to the least width, and then the last columns are dropped.
func fit(columns []Column, widths []int, room int) {
	excess := func() int {
		sum := -len(columnGap)
		for _, w := range widths {
			if w > 0 {
				sum += w + len(columnGap)
			}
		}
		return sum - room
	}
	drop := func(which Drop) {
		for i, c := range columns {
			if n := excess(); c.Drop == which && n > 0 {
				if widths[i] -= n; widths[i] < leastDropped {
					widths[i] = 0
				}
			}
		}
	}
	shrink := func(path, other int) {
		for excess() > 0 {
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
	drop(DropFirst)
	shrink(room/3, room/2)
	drop(DropEarly)
	shrink(least, least)
	for i := len(widths) - 1; i > 0 && excess() > 0; i-- {
		widths[i] = 0
	}
}
