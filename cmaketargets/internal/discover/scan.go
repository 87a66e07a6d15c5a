package discover

import (
	"bytes"
	"regexp"
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

// lexer reads a CMake file by the lexical rules of cmake-language(7), including the legacy forms of
// unquoted arguments that CMake still reads. CR LF must have been replaced by LF.
type lexer struct {
	src []byte
	pos int
}

func (l *lexer) more() bool { return l.pos < len(l.src) }

// peek returns the byte n places ahead, 0 after the end.
func (l *lexer) peek(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

// space skips spaces within a line, which CMake allows between a command's name and its parenthesis.
func (l *lexer) space() {
	for c := l.peek(0); c == ' ' || c == '\t' || c == '\r'; c = l.peek(0) {
		l.pos++
	}
}

// comment skips a line comment, up to its newline, or a bracket comment.
func (l *lexer) comment() {
	l.pos++ // #
	if _, ok := l.bracket(); !ok {
		line, _, _ := bytes.Cut(l.src[l.pos:], []byte{'\n'})
		l.pos += len(line)
	}
}

// bracket skips [[...]], [=[...]=] and so on and returns the text inside, without a newline after the
// opening. It does not move when no bracket opens here.
func (l *lexer) bracket() (text []byte, ok bool) {
	if l.peek(0) != '[' {
		return nil, false
	}
	n := 1
	for l.peek(n) == '=' {
		n++
	}
	if l.peek(n) != '[' {
		return nil, false
	}
	closing := []byte("]" + strings.Repeat("=", n-1) + "]")
	text = l.src[l.pos+n+1:]
	if i := bytes.Index(text, closing); i >= 0 {
		l.pos += n + 1 + i + len(closing)
		text = text[:i]
	} else {
		l.pos = len(l.src)
	}
	return bytes.TrimPrefix(text, []byte{'\n'}), true
}

// quoted skips a quoted argument and returns the text inside, escapes as written.
func (l *lexer) quoted() []byte {
	l.pos++ // "
	for start := l.pos; l.more(); l.pos++ {
		switch l.src[l.pos] {
		case '\\':
			l.pos++
		case '"':
			l.pos++
			return l.src[start : l.pos-1]
		}
	}
	l.pos = len(l.src) // an escape may have moved beyond
	return nil
}

// unquotedArgument matches an unquoted argument, which may hold $(MAKE) references and, after its
// beginning, "quoted parts". Unlike a quoted argument these hold no newline, parenthesis or number
// sign.
var unquotedArgument = func() *regexp.Regexp {
	const element = `\$\([A-Za-z0-9_]*\)|\\[^\x00\n]|[^\x00 \t\r\n()#"\\]`
	return regexp.MustCompile(`^(?:` + element + `)(?:` + element + `|"(?:` + element + `|[ \t])*")*`)
}()

// unquoted skips an unquoted argument and returns it as written. It is empty when none begins here.
func (l *lexer) unquoted() []byte {
	line, _, _ := bytes.Cut(l.src[l.pos:], []byte{'\n'})
	end := bytes.IndexAny(line, "\x00 \t\r()#\"\\$")
	switch {
	case end < 0:
		end = len(line)
	case bytes.IndexByte([]byte(`"\$`), line[end]) >= 0: // In few arguments.
		end = len(unquotedArgument.Find(line))
	}
	l.pos += end
	return line[:end]
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
