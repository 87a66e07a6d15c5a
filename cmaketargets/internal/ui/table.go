package ui

import "strings"

// Column is one column of a Table.
type Column struct {
	Title string
	// Number aligns its cells to the right.
	Number bool
	// Path cuts its cells at their beginning where there is no room.
	Path bool
}

// Table prints rows of cells in columns that are aligned whatever characters
// are in them. On a terminal no line is wider than that: the widest columns
// give way first. Elsewhere nothing is cut.
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
			clean[i] = strings.ReplaceAll(Clean(row[i]), "\t", `\t`)
			widths[i] = max(widths[i], Width(clean[i]))
		}
		cells = append(cells, clean)
	}
	if s.opts.Size != nil {
		room, _ := s.opts.Size()
		fit(widths, room-len(columnGap)*(len(columns)-1))
	}
	var b strings.Builder
	for _, row := range cells {
		var line strings.Builder
		for i, c := range columns {
			line.WriteString(c.cell(row[i], widths[i]) + columnGap)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
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

// fit takes away from the widest columns until there is room for all, but
// leaves something of each.
func fit(widths []int, room int) {
	const least = 4
	total := 0
	for _, w := range widths {
		total += w
	}
	for ; total > room; total-- {
		widest := 0
		for i, w := range widths {
			if w >= widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= least {
			return
		}
		widths[widest]--
	}
}
