package diagnose

import (
	"strconv"
	"strings"
)

// splitPlace splits "file:5", "file:5:9", "file(5)" and "file(5,9)". A drive
// letter is not taken for a file, nor a number for one.
func splitPlace(place string) (file string, line, column int, ok bool) {
	if open := strings.LastIndexByte(place, '('); open > 0 && strings.HasSuffix(place, ")") {
		first, second, _ := strings.Cut(place[open+1:len(place)-1], ",")
		if !isNumber(first) {
			return "", 0, 0, false
		}
		line, err := strconv.Atoi(first)
		if err != nil {
			return "", 0, 0, false
		}
		column, _ = strconv.Atoi(second)
		return place[:open], line, max(0, column), true
	}
	var numbers []int
	file = place
	for len(numbers) < 2 {
		at := strings.LastIndexByte(file, ':')
		if at <= 0 {
			break
		}
		if !isNumber(file[at+1:]) {
			break
		}
		n, err := strconv.Atoi(file[at+1:])
		if err != nil {
			break
		}
		file, numbers = file[:at], append(numbers, n)
	}
	switch len(numbers) {
	case 1:
		return file, numbers[0], 0, true
	case 2:
		return file, numbers[1], numbers[0], true
	}
	return "", 0, 0, false
}

// toolOrigin names the origin of what a tool says about itself.
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

// baseName returns the last element of a path of any system.
func baseName(path string) string {
	return path[strings.LastIndexAny(path, `/\`)+1:]
}

// isAbs reports whether a text begins like an absolute path of any system.
func isAbs(text string) bool {
	return strings.HasPrefix(text, "/") || strings.HasPrefix(text, `\\`) || len(text) > 2 && text[1] == ':' && (text[2] == '/' || text[2] == '\\')
}

// isNumber reports whether a text is all digits.
func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
