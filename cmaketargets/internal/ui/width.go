package ui

import (
	"strings"

	"github.com/rivo/uniseg"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Width is how many columns of a terminal a cleaned text takes.
func Width(line string) int {
	if text.PrintableASCII(line) {
		return len(line)
	}
	return uniseg.StringWidth(line)
}

const ellipsis = "…"

// cut shortens a cleaned text to so many columns, at its end, and never inside
// of what a reader sees as one character.
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

// cutFront shortens a cleaned text at its beginning: of a path, the end tells
// more.
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

// pad fills a text with blanks up to so many columns.
func pad(text string, columns int) string {
	if missing := columns - Width(text); missing > 0 {
		return text + strings.Repeat(" ", missing)
	}
	return text
}

// padFront is pad with the blanks in front.
func padFront(text string, columns int) string {
	if missing := columns - Width(text); missing > 0 {
		return strings.Repeat(" ", missing) + text
	}
	return text
}
