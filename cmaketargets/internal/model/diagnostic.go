package model

import (
	"fmt"
	"strings"
)

// Severity is the severity of a Diagnostic.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// OutOfMemory is the Code of an error about memory that a tool was refused, or about one that
// was killed, as the system does for lack of memory.
const OutOfMemory = "out-of-memory"

// Diagnostic is an error, a warning or a note that a tool printed.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	// File is as printed, absolute once it was resolved. Line and Column count
	// from 1 and are 0 when unknown.
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`           // may have several lines
	Code    string `json:"code,omitempty"`    // "-Wunused-variable", "C2065", "Timeout"
	Origin  string `json:"origin,omitempty"`  // "cmake", "gcc", "ctest", ...
	Missing string `json:"missing,omitempty"` // the dependency to install, in the tool's words
	Hint    string `json:"hint,omitempty"`    // advice
	Test    string `json:"test,omitempty"`    // the test that failed or that printed it
	// Stack is the way to File, the nearest first: CMake's calls, including
	// files, a sanitizer's frames. Notes are the tool's additions.
	Stack []Frame `json:"stack,omitempty"`
	Notes []Frame `json:"notes,omitempty"`
	// LogFirst and LogLast are its lines in the log, counted from 1.
	LogFirst int `json:"logFirst,omitempty"`
	LogLast  int `json:"logLast,omitempty"`
	// Summary marks a diagnostic that names a failed command without a cause,
	// such as Make's "Error 1".
	Summary bool `json:"summary,omitempty"`
	// New marks a warning that the step had not printed in this build tree.
	New bool `json:"new,omitempty"`
	// Inner is the ExternalProject, or the content of FetchContent, whose CMake printed
	// it; File is relative to that one's source directory.
	Inner string `json:"-"`
	// Key is equal for the same failure in several projects; empty for a
	// failure that cannot be compared.
	Key string `json:"-"`
}

// Frame is a place with a text about it.
type Frame struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Text   string `json:"text,omitempty"`
}

// String returns the frame on one line: "main.c:5:9: text".
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

// maxHeadline bounds a headline, in bytes.
const maxHeadline = 240

// Headline returns the first sentence of the message on one line: its first
// line, the indented lines below it and, where the sentence goes on after
// those, its end. CMake prints "The C compiler", the path indented, then "is not
// able to compile a simple test program".
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

// String returns the diagnostic on one line: "main.c:5:9: error: message".
func (d Diagnostic) String() string {
	place := Frame{d.File, d.Line, d.Column, ""}.String()
	if place != "" {
		place += ": "
	}
	return fmt.Sprintf("%s%s: %s", place, d.Severity, d.Headline())
}
