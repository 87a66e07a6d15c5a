package cmaketargets

import "github.com/magecmake/magecmake/cmaketargets/internal/model"

// Severity is the severity of a Diagnostic.
type Severity string

// The severities.
const (
	SeverityError   = Severity(model.Error)
	SeverityWarning = Severity(model.Warning)
	SeverityNote    = Severity(model.Note)
)

// Diagnostic is an error, a warning or a note that a tool printed.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	// File, Line and Column are its place. File is absolute where the tool named an existing
	// file, else as printed, or empty; Line and Column count from 1, and are 0 when unknown.
	// The screen shows File relative to the directory that mage runs in, else to the top of
	// the repository; reports have it relative to the top of the repository.
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	// Message is the text; it may have several lines.
	Message string `json:"message"`
	// Code is the tool's name for the kind: "-Wunused-variable", "C2065",
	// "heap-buffer-overflow", "Timeout" of a test, "dev" or "deprecation" of a warning of
	// CMake.
	Code string `json:"code,omitempty"`
	// Origin is the tool: "cmake", "gcc", "clang", "msvc", "ld", "ninja", "make", "ctest",
	// "asan", "ubsan", "tsan", "lsan", "msan", "test" for a test library, or the name of
	// another tool.
	Origin string `json:"origin,omitempty"`
	// Missing is the name of the thing to install, in the tool's words, and Hint is a remedy,
	// often a command; either can be empty.
	Missing string `json:"missing,omitempty"`
	Hint    string `json:"hint,omitempty"`
	// Test is the name of the test that failed, for "ctest", or that printed this.
	Test string `json:"test,omitempty"`
	// Stack is the way to File, the nearest first: CMake's calls, including files, the
	// frames of a sanitizer.
	Stack []Frame `json:"stack,omitempty"`
	// Notes are additions of the tool: a compiler's notes, the other definition of a symbol.
	Notes []Frame `json:"notes,omitempty"`
	// LogFirst and LogLast are its lines in the log file, counted from 1; for a test those of
	// all its output.
	LogFirst int `json:"logFirst,omitempty"`
	LogLast  int `json:"logLast,omitempty"`
	// Summary marks a diagnostic that names a failed command without a cause, as Make's
	// "Error 1" does.
	Summary bool `json:"summary,omitempty"`
	// New marks a warning that the step had not printed in this build tree before, since
	// Clean. A warning is forgotten when it is known to be gone: after a step that
	// succeeded, in a build when Ninja compiled its file again.
	New bool `json:"new,omitempty"`

	key string // see model.Diagnostic
}

// Frame is a place with a text about it.
type Frame struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Text   string `json:"text,omitempty"`
}

func diagnosticOf(d model.Diagnostic) Diagnostic {
	return Diagnostic{
		Severity: Severity(d.Severity), File: d.File, Line: d.Line, Column: d.Column, Message: d.Message, Code: d.Code,
		Origin: d.Origin, Missing: d.Missing, Hint: d.Hint, Test: d.Test, Stack: convert[Frame](d.Stack), Notes: convert[Frame](d.Notes),
		LogFirst: d.LogFirst, LogLast: d.LogLast, Summary: d.Summary, New: d.New, key: d.Key,
	}
}

func (d Diagnostic) model() model.Diagnostic {
	return model.Diagnostic{
		Severity: model.Severity(d.Severity), File: d.File, Line: d.Line, Column: d.Column, Message: d.Message, Code: d.Code,
		Origin: d.Origin, Missing: d.Missing, Hint: d.Hint, Test: d.Test, Stack: convert[model.Frame](d.Stack), Notes: convert[model.Frame](d.Notes),
		LogFirst: d.LogFirst, LogLast: d.LogLast, Summary: d.Summary, New: d.New, Key: d.key,
	}
}

// convert converts frames between the documented type and the engine's.
func convert[To, From Frame | model.Frame](frames []From) []To {
	var list []To
	for _, f := range frames {
		list = append(list, To(f))
	}
	return list
}
