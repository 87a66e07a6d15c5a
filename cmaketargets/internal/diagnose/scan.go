package diagnose

import (
	"bufio"
	"bytes"
	"errors"
	"hash/maphash"
	"io"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Read reads the output of CMake, a build or ctest; step is "configure", "build", "test" or
// "install". Time is linear in the input, memory bounded. When r fails, Read returns the
// diagnostics until then and the error.
func Read(step string, r io.Reader) (Report, error) {
	s := newScanner(step, r)
	err := s.run()
	return s.out.kept.report(step), err
}

// scanner turns lines of output into diagnostics.
type scanner struct {
	out       *output
	lines     *lineReader
	cmake     cmakeParser
	ctest     ctestParser
	sanitizer sanitizerParser
	python    pythonParser
	linker    linkerParser
	fortran   fortranParser
	compiler  compilerParser
	check     checkParser
}

func newScanner(step string, r io.Reader) *scanner {
	o := &output{step: step, kept: keeper{seed: maphash.MakeSeed(), seen: map[uint64]*entry{}}}
	s := &scanner{out: o, lines: newLineReader(r)}
	s.cmake.out, s.ctest.out, s.sanitizer.out, s.python.out = o, o, o, o
	s.linker.out, s.fortran.out, s.compiler.out, s.check.out = o, o, o, o
	s.ctest.sanitizer = &s.sanitizer
	return s
}

// run reads all lines and closes an open diagnostic at the end.
func (s *scanner) run() error {
	var err error
	for err == nil {
		var line string
		if line, err = s.lines.next(); err == nil {
			s.out.number = s.lines.number
			s.line(line)
		}
	}
	s.cmake.close()
	s.sanitizer.close()
	s.out.closeFailure()
	s.ctest.close()
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// line reads one line. The order matters: reports that are open come first, then the forms that
// nothing else has, then the general ones.
func (s *scanner) line(line string) {
	if s.cmake.more(line) {
		return
	}
	if s.ctest.take(line) {
		s.out.begin("")
		return
	}
	if s.sanitizer.more(line) || s.python.more(line) || s.linker.more(line) || s.fortran.more(line) || s.check.more(line) ||
		s.cmake.open(line) || s.out.ninja(line) || s.out.make(line) {
		return
	}
	if done, total, ok := progress(line); ok {
		s.out.next(line, done, total)
		return
	}
	command := &s.out.commands.current
	switch {
	case line == "":
	case strings.HasPrefix(line, "-- "):
		s.out.last = nil // A quotation in a status line of CMake is no report.
		s.cmake.status(line)
	case strings.HasPrefix(line, "["):
		s.out.last = nil
		command.record(line)
	case s.out.context.take(s.out.number, line):
	case !s.out.quotes(line) && (s.out.diskFull(line) || s.out.outOfMemory(line)), s.sanitizer.open(line), s.python.open(line), s.check.open(line), s.out.program(line),
		s.linker.open(line), s.compiler.open(line), s.fortran.open(line):
		if command.lastLine == "" {
			command.record(line) // The command may print nothing but this warning.
		}
	case strings.HasPrefix(line, "fatal: "):
		s.cmake.fatal(line)
		command.record(line)
	case strings.HasPrefix(line, "Error: "):
		// cmake --build and cmake --install before they have a project.
		s.out.add(&model.Diagnostic{Severity: model.Error, Message: strings.TrimPrefix(line, "Error: "), Origin: "cmake", Summary: true})
	case !s.quoted(line):
		command.record(line)
	}
}

// quoted adds a line to the last report and reports whether it certainly belongs there: source with
// or without a margin, the marks below it, suggestions.
func (s *scanner) quoted(line string) bool {
	if s.out.last == nil {
		return false
	}
	if s.out.last.Origin == "ubsan" {
		if f, ok := sanitizerFrame(strings.TrimSpace(line)); ok {
			s.out.last.Stack, s.out.last.LogLast = push(s.out.last.Stack, f), s.out.number
			return true
		}
	}
	switch {
	case line[0] == ' ' || line[0] == '\t' || line == "compilation terminated.":
		s.out.last.LogLast = s.out.number
		return true
	case s.out.number != s.out.source: // Clang quotes source without a margin; it counts once marks follow.
		s.out.last = nil
	}
	return false
}

// maxLine bounds the part of a line that is read, in bytes. Only echoed commands are longer.
const maxLine = 64 << 10

// lineReader splits output into lines as a terminal shows them: without escape sequences, and with
// the text that a progress display overwrote after a carriage return as a line of its own.
type lineReader struct {
	in     *bufio.Reader
	number int    // of the line that was returned, as an editor counts
	buffer []byte // the current line
	rest   []byte // of it, after a carriage return
	more   bool   // rest is to be returned
}

func newLineReader(r io.Reader) *lineReader {
	size := maxLine
	if known, ok := r.(interface{ Len() int }); ok {
		size = min(size, known.Len()+1) // Most output is short.
	}
	return &lineReader{in: bufio.NewReaderSize(r, size)}
}

// next returns the next line, or io.EOF.
func (l *lineReader) next() (string, error) {
	if !l.more {
		line, err := l.in.ReadSlice('\n')
		if len(line) == 0 && err != nil {
			return "", err
		}
		l.number++
		l.buffer = append(l.buffer[:0], bytes.TrimSuffix(line, []byte{'\n'})...)
		skipLine(l.in, err)
		l.rest = bytes.TrimSuffix(l.buffer, []byte{'\r'})
	}
	var line []byte
	line, l.rest, l.more = bytes.Cut(l.rest, []byte{'\r'})
	return text.Plain(string(line)), nil
}

// skipLine reads the rest of a line of which ReadSlice returned the beginning and err.
func skipLine(in *bufio.Reader, err error) {
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = in.ReadSlice('\n')
	}
}
