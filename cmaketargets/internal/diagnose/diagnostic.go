package diagnose

import (
	"fmt"
	"strings"
)

// Diagnostic is something that a tool reported.
type Diagnostic struct {
	Severity Severity

	// Origin is who reported: "cmake", "gcc", "clang", "msvc", "ld",
	// "ninja", "make", "ctest", a sanitizer ("asan", "ubsan", "tsan", "lsan",
	// "msan", "hwasan"), "test" for what a test library prints, "assert", "c++"
	// for an exception that nobody caught, "python", "system" for a full disk,
	// whoever met it, or the name of another tool. A compiler that prints as GCC does, and does not give itself away,
	// is "gcc".
	Origin string

	// Code is what the tool calls this kind of report: "-Wunused-variable",
	// "C2065", "dev" or "deprecation" of a CMake warning, "heap-buffer-overflow",
	// the exit status of a command, or the outcome of a test.
	Code string

	// File is as printed: relative to the source directory for CMake's own,
	// to the build tree for most compilers; "" when there is none. For what
	// CMake reports inside one of its modules it is where that was called, for
	// a sanitizer the first frame that is not the system's. Line and Column
	// count from one; zero means unknown.
	File         string
	Line, Column int

	// Message may have several lines, CMake's paragraphs one each.
	Message string

	// Missing is what has to be installed, by the name that the tool gave it:
	// a package ("Boost"), a header ("zlib.h"), a library ("-lz"), a program
	// ("ninja") or a compiler ("cc", "c++", "fortran"); "" when nothing is
	// known to be missing.
	Missing string

	// Test is the name of the test that failed, for ctest, or that printed
	// this.
	Test string

	// Stack is how one got there, the nearest first: CMake's calls, the files
	// that include this one, the instantiations of a template, the frames of a
	// sanitizer.
	Stack []Frame

	// Notes are what the tool added: a compiler's notes, the other places of a
	// symbol.
	Notes []Frame

	// FirstLine and LastLine are where the report is in the output, counted
	// from one as an editor counts, with what it quotes; for a test with all
	// that it printed.
	FirstLine, LastLine int

	// Summary means that the report only says that some command failed, and
	// not why, as Make's "Error 1" does.
	Summary bool
}

// Frame is a place, and what is said about it.
type Frame struct {
	File         string
	Line, Column int
	Text         string
}

// Severity is how bad a [Diagnostic] is.
type Severity string

// The severities.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityNote    Severity = "note" // with no report that it belongs to
)

// maxHeadline bounds what is joined to a headline, in bytes.
const maxHeadline = 240

// String returns the diagnostic on one line, "main.c:5:9: error: message".
func (d Diagnostic) String() string {
	place := Frame{d.File, d.Line, d.Column, ""}.String()
	if place != "" {
		place += ": "
	}
	return fmt.Sprintf("%s%s: %s", place, d.Severity, d.Headline())
}

// placed reports whether it is about a line of a file.
func (d Diagnostic) placed() bool { return d.File != "" && d.Line > 0 }

// harmless returns the diagnostic as one of a command that succeeded.
func (d Diagnostic) harmless() Diagnostic {
	switch {
	case d.Severity != SeverityError:
	case d.placed():
		d.Severity = SeverityWarning
	default:
		d.Severity = SeverityNote
	}
	return d
}

// vague reports whether it is only known from a line "word: error: text", where
// nobody knows what word is.
func (d Diagnostic) vague() bool {
	switch d.Origin {
	case "gcc", "clang", "ld", "ninja", "make", "cmake", "ctest", "c++", "python", "test", "assert", "system":
		return false
	}
	return d.File == "" && d.Code == ""
}

// String returns the frame on one line, "main.c:5:9: text".
func (f Frame) String() string {
	var out strings.Builder
	if f.File != "" {
		out.WriteString(f.File)
		if f.Line > 0 {
			fmt.Fprintf(&out, ":%d", f.Line)
			if f.Column > 0 {
				fmt.Fprintf(&out, ":%d", f.Column)
			}
		}
	}
	if f.Text != "" {
		if out.Len() > 0 {
			out.WriteString(": ")
		}
		out.WriteString(f.Text)
	}
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
