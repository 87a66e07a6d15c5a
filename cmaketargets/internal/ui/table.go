package ui

import "strings"

// Table prints rows of cells in columns that are aligned whatever characters
// are in them.
func (s *Screen) Table(header []string, rows [][]string) {
	var widths []int
	measure := func(row []string) {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], Width(tableCell(cell)))
		}
	}
	measure(header)
	for _, row := range rows {
		measure(row)
	}
	var b strings.Builder
	write := func(row []string) {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(pad(tableCell(cell), widths[i]) + "  ")
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	write(header)
	for _, row := range rows {
		write(row)
	}
	s.write(b.String())
}

// tableCell is a cleaned text whose width does not depend on its place.
func tableCell(text string) string { return strings.ReplaceAll(Clean(text), "\t", `\t`) }
