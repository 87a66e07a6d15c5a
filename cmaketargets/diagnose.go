package cmaketargets

import (
	"bytes"
	"io"
	"os"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

// Diagnostic is an error or a warning that a tool printed.
type Diagnostic struct {
	// Severity is "error", "warning" or "note".
	Severity string `json:"severity"`
	// File, Line and Column say where. File is absolute where the tool named a
	// file that is there, else as it was printed, or empty; Line and Column
	// count from 1, and are 0 when unknown.
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	// Message is the text; it may have several lines.
	Message string `json:"message"`
	// Code is the tool's name for the kind, "-Wunused-variable" for one.
	Code string `json:"code,omitempty"`
	// Origin is who said so: "cmake", "gcc", "clang", "msvc", "ld", "ninja",
	// "make" or "ctest".
	Origin string `json:"origin,omitempty"`
}

// diagnose reads the errors and warnings out of a step's output, the first real
// error first. Of what was cut it reads the log; a log that cannot be read has
// none.
func (t *tree) diagnose(res Result) []Diagnostic {
	var log io.Reader = bytes.NewReader(res.output)
	if res.cut {
		file, err := os.Open(res.LogFile)
		if err != nil {
			return nil
		}
		defer func() { _ = file.Close() }()
		log = file
	}
	found, err := cmake.Diagnostics(log)
	if err != nil || len(found) == 0 {
		return nil
	}
	var list []Diagnostic
	first, ok := cmake.First(string(res.Step), found)
	if ok {
		list = append(list, t.diagnostic(first))
	}
	for _, d := range found {
		if !ok || d != first {
			list = append(list, t.diagnostic(d))
		}
	}
	return list
}

// diagnostic finds the file that a tool named: CMake speaks relative to the
// source directory, compilers relative to the build tree they run in.
func (t *tree) diagnostic(d cmake.Diagnostic) Diagnostic {
	out := Diagnostic{d.Severity, d.File, d.Line, d.Column, d.Message, d.Code, d.Origin}
	if d.File == "" || filepath.IsAbs(d.File) {
		return out
	}
	base := t.dir
	if d.Origin == "cmake" {
		base = t.project.Dir
	}
	if path := filepath.Join(base, d.File); exists(path) {
		out.File = path
	}
	return out
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
