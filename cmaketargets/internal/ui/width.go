package ui

import (
	"strings"

	"github.com/rivo/uniseg"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Width returns the columns that a cleaned text takes on a terminal.
func Width(line string) int {
	if text.PrintableASCII(line) {
		return len(line)
	}
	return uniseg.StringWidth(line)
}

const ellipsis = "…"

// cut shortens a cleaned text to at most that many columns, between two graphemes.
func cut(text string, columns int) string {
	if columns <= 0 {
		return ""
	}
	if len(text) <= columns || Width(text) <= columns {
		return text
	}
	used, end, state := 0, 0, -1
	for rest := text; rest != ""; {
		var cluster string
		var width int
		cluster, rest, width, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used+width > columns-1 {
			break
		}
		used += width
		end += len(cluster)
	}
	return text[:end] + ellipsis
}

// cutFront is cut at the beginning of the text.
func cutFront(text string, columns int) string {
	if columns <= 0 {
		return ""
	}
	over := Width(text) - columns
	if over <= 0 {
		return text
	}
	state := -1
	for over++; over > 0 && text != ""; { // one more, for the ellipsis
		var width int
		_, text, width, state = uniseg.FirstGraphemeClusterInString(text, state)
		over -= width
	}
	return ellipsis + text
}

// pad appends blanks to a text up to that many columns.
func pad(text string, columns int) string {
	return text + strings.Repeat(" ", max(0, columns-Width(text)))
}

// padFront is pad with the blanks in front.
func padFront(text string, columns int) string {
	return strings.Repeat(" ", max(0, columns-Width(text))) + text
}
