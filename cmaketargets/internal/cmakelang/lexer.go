// Package cmakelang reads the CMake language: the commands of a file with their arguments, and the
// dependencies of a project's code beside the files that CMake lists.
//
// [Commands] is the parser, [Read] collects the uses in one file, and [Resolve] follows the calls
// between the files of a project and replaces variables. Nothing is executed, so an answer is either
// certain or "unknown" with a reason.
package cmakelang

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
)

// Command is a call of a command as written.
type Command struct {
	Name string // as written
	Line int    // of the name
	Args []Arg
}

// Arg is an argument of a command. A parenthesis within the arguments is one, too.
type Arg struct {
	Text    string // as written, without quotes or brackets
	Line    int
	Quoted  bool
	Bracket bool // nothing in it is replaced
}

// Commands calls visit for each command in src, until visit returns false. Comments, strings and the
// arguments of other commands hold no command. The Args are valid until visit returns. An error of
// syntax, at which CMake would stop, ends nothing.
func Commands(src []byte, visit func(Command) bool) {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	l := lexer{src: bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), line: 1}
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
			line := l.lineNumber()
			command := l.unquoted()
			if len(command) == 0 {
				l.pos++
				continue
			}
			l.space()
			if l.peek(0) == '(' && !visit(Command{Name: string(command), Line: line, Args: l.arguments()}) {
				return
			}
		}
	}
}

// arguments skips the arguments of a command with their parentheses and returns them.
func (l *lexer) arguments() []Arg {
	l.args = l.args[:0]
	depth := 0
	for l.more() {
		arg := Arg{Line: l.lineNumber()}
		switch c := l.src[l.pos]; c {
		case '(', ')':
			l.pos++
			if c == '(' {
				depth++
			} else if depth--; depth == 0 {
				return l.args
			}
			if depth == 1 && c == '(' {
				continue
			}
			arg.Text = string(c)
		case '#':
			l.comment()
			continue
		case '"':
			arg.Text, arg.Quoted = string(l.quoted()), true
		default:
			if text, ok := l.bracket(); ok {
				arg.Text, arg.Bracket = string(text), true
			} else if text := l.unquoted(); len(text) > 0 {
				arg.Text = string(text)
			} else {
				l.pos++
				continue
			}
		}
		l.args = append(l.args, arg)
	}
	return l.args
}

// Literal returns the value of an argument without escapes, except that of a semicolon, which only
// lists resolve. It is not ok when the argument refers to a variable.
func (a Arg) Literal() (value string, ok bool) {
	if a.Bracket {
		return a.Text, true
	}
	return literal(a.Text)
}

func literal(text string) (value string, ok bool) {
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
func refersToVariable(rest string) bool {
	for _, c := range []byte(rest) {
		if !isWord(c) {
			return c == '{'
		}
	}
	return false
}

// lexer reads a CMake file by the lexical rules of cmake-language(7), including the legacy forms of
// unquoted arguments that CMake still reads. CR LF must have been replaced by LF.
type lexer struct {
	src     []byte
	pos     int
	args    []Arg // of the last command
	line    int   // of the byte at counted
	counted int
}

// lineNumber returns the number of the current line.
func (l *lexer) lineNumber() int {
	l.line += bytes.Count(l.src[l.counted:l.pos], []byte{'\n'})
	l.counted = l.pos
	return l.line
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
var unquotedArgument = sync.OnceValue(func() *regexp.Regexp {
	const element = `\$\([A-Za-z0-9_]*\)|\\[^\x00\n]|[^\x00 \t\r\n()#"\\]`
	return regexp.MustCompile(`^(?:` + element + `)(?:` + element + `|"(?:` + element + `|[ \t])*")*`)
})

// unquoted skips an unquoted argument and returns it as written. It is empty when none begins here.
func (l *lexer) unquoted() []byte {
	line, _, _ := bytes.Cut(l.src[l.pos:], []byte{'\n'})
	end := bytes.IndexAny(line, "\x00 \t\r()#\"\\")
	switch {
	case end < 0:
		end = len(line)
	case line[end] == '"' || line[end] == '\\' || line[end] == '(' && end > 0 && line[end-1] == '$': // In few arguments.
		end = len(unquotedArgument().Find(line))
	}
	l.pos += end
	return line[:end]
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
