package discover

import (
	"bytes"
	"strings"
)

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
	if _, ok := l.bracket(); ok {
		return
	}
	if i := bytes.IndexByte(l.src[l.pos:], '\n'); i >= 0 {
		l.pos += i
	} else {
		l.pos = len(l.src)
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

// unquoted skips an unquoted argument, which may hold "quoted parts" and $(MAKE) references, and
// returns it as written. It is empty when none begins here.
func (l *lexer) unquoted() []byte {
	start := l.pos
	for l.more() {
		n := l.element()
		if n == 0 && l.pos > start && l.src[l.pos] == '"' {
			n = l.quotedPart()
		}
		if n == 0 {
			break
		}
		l.pos += n
	}
	return l.src[start:l.pos]
}

// element returns the length of one element of an unquoted argument.
func (l *lexer) element() int {
	switch l.peek(0) {
	case 0, ' ', '\t', '\r', '\n', '(', ')', '#', '"':
		return 0
	case '\\':
		if c := l.peek(1); c == 0 || c == '\n' {
			return 0
		}
		return 2
	case '$':
		if n := l.makeReference(); n > 0 {
			return n
		}
	}
	return 1
}

// makeReference returns the length of the $(NAME) that begins here.
func (l *lexer) makeReference() int {
	if l.peek(1) != '(' {
		return 0
	}
	n := 2
	for isWord(l.peek(n)) {
		n++
	}
	if l.peek(n) != ')' {
		return 0
	}
	return n + 1
}

// quotedPart returns the length of a "quoted part" within an unquoted argument. Unlike a quoted
// argument it holds no newline, parenthesis or number sign.
func (l *lexer) quotedPart() int {
	at := lexer{l.src, l.pos + 1}
	for at.more() {
		if at.src[at.pos] == '"' {
			return at.pos + 1 - l.pos
		}
		n := at.element()
		if c := at.src[at.pos]; c == ' ' || c == '\t' {
			n = 1
		}
		if n == 0 {
			break
		}
		at.pos += n
	}
	return 0
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
