package discover

import (
	"bytes"
	"strings"
)

// call is the first call of project() in a file.
type call struct {
	found bool
	name  string // of the project; "" when it depends on a variable
}

// scan finds the first call of project() in a CMakeLists.txt with this content.
//
// Comments, strings and the arguments of other commands hold no call. A call inside if(), function()
// or the like counts, whether or not CMake would reach it: the file is written to be a project. So
// does a call in a file whose syntax CMake rejects, so that CMake gets to say why.
func scan(src []byte) call {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	l := lexer{src: bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))}
	for l.more() {
		switch c := l.src[l.pos]; c {
		case '#':
			l.comment()
		case '(':
			l.arguments()
		case '"':
			l.quoted()
		default:
			if _, ok := l.bracket(); ok {
				continue
			}
			command := l.unquoted()
			if len(command) == 0 {
				l.pos++
				continue
			}
			l.space()
			if l.peek(0) == '(' && bytes.EqualFold(command, []byte("project")) {
				return call{true, l.arguments()}
			}
		}
	}
	return call{}
}

// arguments skips the arguments of a command with their parentheses and returns the first one, "" if
// it depends on a variable.
func (l *lexer) arguments() (first string) {
	seen := false
	argument := func(value string) {
		if !seen {
			first, seen = value, true
		}
	}
	depth := 0
	for l.more() {
		switch c := l.src[l.pos]; c {
		case '(':
			depth++
			l.pos++
			if depth > 1 {
				argument("(")
			}
		case ')':
			depth--
			l.pos++
			if depth == 0 {
				return first
			}
		case '#':
			l.comment()
		case '"':
			value, _ := literal(l.quoted())
			argument(value)
		default:
			if text, ok := l.bracket(); ok {
				argument(string(text))
			} else if text := l.unquoted(); len(text) == 0 {
				l.pos++
			} else if value, ok := literal(text); !ok {
				argument("")
			} else if element := firstElement(value); element != "" {
				argument(element)
			}
		}
	}
	return first
}

// literal resolves the escapes of an argument except that of a semicolon, which only lists resolve.
// It is not ok when the argument refers to a variable.
func literal(text []byte) (value string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '$' && refersToVariable(text[i+1:]):
			return "", false
		case c == '\\' && i+1 < len(text):
			i++
			switch c = text[i]; c {
			case '\n': // a line continued in a quoted argument
				continue
			case 'n':
				c = '\n'
			case 't':
				c = '\t'
			case 'r':
				c = '\r'
			case ';':
				b.WriteByte('\\')
			}
		}
		b.WriteByte(c)
	}
	return b.String(), true
}

// refersToVariable reports whether the text after a dollar sign makes it a reference: {NAME},
// ENV{NAME} or CACHE{NAME}.
func refersToVariable(rest []byte) bool {
	for _, c := range rest {
		if !isWord(c) {
			return c == '{'
		}
	}
	return false
}

// firstElement returns the first element of a list that is not empty, "" for none. A semicolon that
// is escaped or within square brackets separates nothing.
func firstElement(list string) string {
	var b strings.Builder
	nesting := 0
	for i := 0; i < len(list); i++ {
		c := list[i]
		switch {
		case c == '\\' && i+1 < len(list) && list[i+1] == ';':
			i++
			c = ';'
		case c == '[':
			nesting++
		case c == ']':
			nesting--
		case c == ';' && nesting == 0:
			if b.Len() > 0 {
				return b.String()
			}
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
