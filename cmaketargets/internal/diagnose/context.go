package diagnose

import "strings"

// reportContext is what a compiler prints before a report: from where the file
// is included, for what a template is needed.
type reportContext struct {
	line    int // where it begins
	include []Frame
	require []Frame
}

// compilerContext recognises lines such as
//
//	In file included from main.c:1,
//	                 from b.h:2:
//	main.cpp: In instantiation of ‘int f(T) [with T = int]’:
//	main.cpp:9:5:   required from ‘int g(T) [with T = int]’
//	main.cpp:9:5:   required from here
//	main.c: In function ‘main’:
//	In function ‘memcpy’,
//	    inlined from ‘main’ at main.c:5:3:
func (s *scanner) compilerContext(line string) bool {
	if rest, ok := strings.CutPrefix(line, "In file included from "); ok {
		// Clang repeats the line for each file, the nearest last.
		outer := s.context.include
		s.context.include = nil
		ok := s.included(rest)
		for _, f := range outer {
			s.context.include = push(s.context.include, f)
		}
		return ok
	}
	if rest, ok := strings.CutPrefix(line, "                 from "); ok && s.context.include != nil {
		return s.included(rest)
	}
	if strings.HasPrefix(line, "    inlined from ") {
		function, place, _ := strings.Cut(line, " at ")
		if file, number, column, ok := splitPlace(strings.TrimRight(place, ",:")); ok && s.context.line > 0 {
			s.context.require = push(s.context.require, Frame{file, number, column, strings.TrimSpace(function)})
			return true
		}
	}
	if strings.HasPrefix(line, "In ") && strings.HasSuffix(line, ",") && strings.Contains(line, "function ") {
		s.atContext()
		return true
	}
	if place, text, ok := strings.Cut(line, ":   required "); ok {
		if file, number, column, ok := splitPlace(place); ok {
			s.atContext()
			s.context.require = push(s.context.require, Frame{file, number, column, "required " + text})
			return true
		}
	}
	if !strings.HasSuffix(line, ":") || strings.HasPrefix(line, " ") {
		return false
	}
	_, text, ok := strings.Cut(line, ": ")
	if ok && (strings.HasPrefix(text, "In ") || strings.HasPrefix(text, "At global scope") || text == "At top level:") {
		s.atContext()
		return true
	}
	return false
}

// included takes "main.c:1," or "main.c:1:0:" for a frame.
func (s *scanner) included(place string) bool {
	file, line, column, ok := splitPlace(strings.TrimRight(place, ",:"))
	if !ok {
		return false
	}
	s.atContext()
	s.context.include = push(s.context.include, Frame{file, line, column, "included from here"})
	return true
}

func (s *scanner) atContext() {
	if s.context.line == 0 {
		s.context.line = s.number
	}
}

// take gives the context to the report that it was printed for. A template's
// comes first, being nearer; what includes a file that a template is in says
// less.
func (c *reportContext) take(d *Diagnostic) {
	if c.line > 0 {
		d.FirstLine = c.line
	}
	for _, f := range c.require {
		d.Stack = push(d.Stack, f)
	}
	for _, f := range c.include {
		d.Stack = push(d.Stack, f)
	}
	*c = reportContext{}
}
