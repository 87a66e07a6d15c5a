package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// compilerContext is printed before a report: the files that include the reported one, the
// instantiations that need a template, the function.
type compilerContext struct {
	first   int // line; 0 when there is none
	include []model.Frame
	require []model.Frame
}

// take recognises lines such as
//
//	In file included from main.c:1,
//	                 from b.h:2:
//	main.cpp: In instantiation of ‘int f(T) [with T = int]’:
//	main.cpp:9:5:   required from ‘int g(T) [with T = int]’
//	main.cpp:9:5:   required from here
//	main.c: In function ‘main’:
//	In function ‘memcpy’,
//	    inlined from ‘main’ at main.c:5:3:
func (c *compilerContext) take(number int, line string) bool {
	if rest, ok := strings.CutPrefix(line, "In file included from "); ok {
		// Clang repeats the line for each file, the nearest last.
		outer := c.include
		c.include = nil
		ok := c.included(number, rest)
		for _, f := range outer {
			c.include = push(c.include, f)
		}
		return ok
	}
	if rest, ok := strings.CutPrefix(line, "                 from "); ok && c.include != nil {
		return c.included(number, rest)
	}
	if strings.HasPrefix(line, "    inlined from ") {
		function, place, _ := strings.Cut(line, " at ")
		if f, ok := splitPlace(strings.TrimRight(place, ",:")); ok && c.first > 0 {
			f.Text = strings.TrimSpace(function)
			c.require = push(c.require, f)
			return true
		}
	}
	if strings.HasPrefix(line, "In ") && strings.HasSuffix(line, ",") && strings.Contains(line, "function ") {
		return c.begin(number)
	}
	if place, text, ok := strings.Cut(line, ":   required "); ok {
		if f, ok := splitPlace(place); ok {
			f.Text = "required " + text
			c.require = push(c.require, f)
			return c.begin(number)
		}
	}
	if !strings.HasSuffix(line, ":") || strings.HasPrefix(line, " ") {
		return false
	}
	_, text, ok := strings.Cut(line, ": ")
	if ok && (strings.HasPrefix(text, "In ") || strings.HasPrefix(text, "At global scope") || text == "At top level:") {
		return c.begin(number)
	}
	return false
}

// included adds the frame of "main.c:1," or "main.c:1:0:".
func (c *compilerContext) included(number int, place string) bool {
	f, ok := splitPlace(strings.TrimRight(place, ",:"))
	if !ok {
		return false
	}
	f.Text = "included from here"
	c.include = push(c.include, f)
	return c.begin(number)
}

// begin records the first line of the context. It returns true.
func (c *compilerContext) begin(number int) bool {
	if c.first == 0 {
		c.first = number
	}
	return true
}

// move moves the context to the report that it was printed for: first the instantiations, which are
// nearer than the files that include the template's.
func (c *compilerContext) move(d *model.Diagnostic) {
	if c.first > 0 {
		d.LogFirst = c.first
	}
	for _, f := range append(c.require, c.include...) {
		d.Stack = push(d.Stack, f)
	}
	*c = compilerContext{}
}
