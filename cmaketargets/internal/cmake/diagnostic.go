package cmake

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Diagnostic is something that a tool reported.
type Diagnostic struct {
	Severity string // "error", "warning" or "note"

	// File is as printed: relative to the source directory for CMake's own,
	// to the build tree for most compilers; "" when there is none. For what
	// CMake reports inside one of its modules it is where that was called.
	// Line and Column count from one; zero means unknown.
	File         string
	Line, Column int

	// Message may have several lines, CMake's paragraphs one each.
	Message string

	// Code is what the tool calls this kind of report, "-Wunused-variable"
	// or "C2065", the exit status of a command, or the outcome of a test.
	Code string

	// Origin is who reported: "cmake", "gcc", "clang", "msvc", "ld",
	// "ninja", "make", "ctest", or the name of another tool. A compiler that
	// prints as GCC does, and does not give itself away, is "gcc".
	Origin string

	// Summary means that the report only says that some command failed, and
	// not why, as Make's "Error 1" does.
	Summary bool
}

// maxHeadline bounds what is joined to a headline, in bytes.
const maxHeadline = 240

// Severities of a [Diagnostic].
const (
	SeverityError   = "error"
	SeverityWarning = "warning"
	SeverityNote    = "note"
)

// String returns the diagnostic on one line, "main.c:5:9: error: message".
func (d Diagnostic) String() string {
	var out strings.Builder
	if d.File != "" {
		out.WriteString(d.File)
		if d.Line > 0 {
			fmt.Fprintf(&out, ":%d", d.Line)
		}
		if d.Column > 0 {
			fmt.Fprintf(&out, ":%d", d.Column)
		}
		out.WriteString(": ")
	}
	fmt.Fprintf(&out, "%s: %s", d.Severity, d.Headline())
	return out.String()
}

// Headline returns the message's first sentence on one line: its first line,
// with the indented lines after it and, where the sentence goes on behind
// those, its end. CMake writes "The C compiler", then its path indented, then
// "is not able to compile a simple test program".
func (d Diagnostic) Headline() string {
	head, rest, _ := strings.Cut(d.Message, "\n")
	indented := false
	for line := range strings.Lines(rest) {
		text := strings.TrimSpace(line)
		if text == "" || len(head)+len(text) > maxHeadline {
			break
		}
		if line[0] == ' ' {
			indented = true
			head += " " + text
			continue
		}
		if indented && text[0] >= 'a' && text[0] <= 'z' {
			head += " " + text
		}
		break
	}
	return head
}

// Diagnostics reads the output of CMake, a build or ctest and returns what it
// reports, in the order of the output: of errors, warnings, notes and
// summaries the first hundred each. Time is linear in the input; memory does
// not grow with it. It returns what it has, and the error, when r fails.
func Diagnostics(r io.Reader) ([]Diagnostic, error) {
	s := scanner{lines: newLineReader(r)}
	err := s.run()
	return s.found, err
}

// FirstError returns the error in output that a person wants to see first: the
// first that says what is wrong, else the first that says that something
// failed. step is "configure", "build", "test" or "install"; in the output of
// a test step, what ctest says about its tests comes before what the tests
// print.
func FirstError(step string, output []byte) (Diagnostic, bool) {
	found, _ := Diagnostics(bytes.NewReader(output)) // A reader of bytes does not fail.
	return First(step, found)
}

// First chooses, as [FirstError] does, among what [Diagnostics] returned.
func First(step string, found []Diagnostic) (Diagnostic, bool) {
	best, rank := Diagnostic{}, 0
	for _, d := range found {
		r := 2
		switch {
		case d.Severity != SeverityError:
			continue
		case step == "test" && d.Origin == "ctest":
			r = 3
		case d.Summary:
			r = 1
		}
		if r > rank {
			best, rank = d, r
		}
	}
	return best, rank > 0
}
