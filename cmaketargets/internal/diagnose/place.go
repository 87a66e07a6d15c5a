package diagnose

import (
	"strconv"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// splitPlace splits "file:5", "file:5:9", "file(5)" and "file(5,9)". It takes neither a drive
// letter nor a number for a file.
func splitPlace(place string) (model.Frame, bool) {
	if open := strings.LastIndexByte(place, '('); open > 0 && strings.HasSuffix(place, ")") {
		first, second, _ := strings.Cut(place[open+1:len(place)-1], ",")
		line, ok := number(first)
		if !ok {
			return model.Frame{}, false
		}
		column, _ := strconv.Atoi(second)
		return model.Frame{File: place[:open], Line: line, Column: max(0, column)}, true
	}
	file, last, ok := splitNumber(place)
	if !ok {
		return model.Frame{}, false
	}
	if before, first, ok := splitNumber(file); ok {
		return model.Frame{File: before, Line: first, Column: last}, true
	}
	return model.Frame{File: file, Line: last}, true
}

// setPlace sets the place of a diagnostic.
func setPlace(d *model.Diagnostic, at model.Frame) {
	d.File, d.Line, d.Column = at.File, at.Line, at.Column
}

// splitNumber splits "file:5".
func splitNumber(text string) (file string, n int, ok bool) {
	at := strings.LastIndexByte(text, ':')
	if at <= 0 {
		return text, 0, false
	}
	n, ok = number(text[at+1:])
	return text[:at], n, ok
}

// number returns the value of a text that is all digits.
func number(text string) (n int, ok bool) {
	if !isNumber(text) {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

// isNumber reports whether a text is all digits.
func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// toolName returns the name of a program without its directory, in the notation of any system, and
// without ".exe".
func toolName(path string) string {
	return strings.TrimSuffix(baseName(path), ".exe")
}

// baseName returns the last element of a path of any system.
func baseName(path string) string {
	return path[strings.LastIndexAny(path, `/\`)+1:]
}

// isAbs reports whether a text begins like an absolute path of any system.
func isAbs(text string) bool {
	return strings.HasPrefix(text, "/") || strings.HasPrefix(text, `\\`) || len(text) > 2 && text[1] == ':' && (text[2] == '/' || text[2] == '\\')
}

// toolOrigin returns the origin of a report by the tool with this name.
func toolOrigin(tool string) string {
	switch {
	case strings.Contains(tool, "clang"):
		return "clang"
	case tool == "collect2", tool == "ld", tool == "mold", tool == "lld-link", strings.HasPrefix(tool, "ld."),
		strings.HasPrefix(tool, "ld64"), strings.HasSuffix(tool, "-ld"):
		return "ld"
	case tool == "cc", tool == "c++", strings.HasPrefix(tool, "cc1"), strings.Contains(tool, "gcc"), strings.Contains(tool, "g++"), tool == "f951":
		return "gcc"
	}
	return tool
}

// between returns the text between two others, or "" when it is not there or has several lines.
func between(text, before, after string) string {
	_, rest, _ := strings.Cut(text, before)
	name, _, ok := strings.Cut(rest, after)
	if !ok || strings.Contains(name, "\n") {
		return ""
	}
	return name
}
