package fakecmake

import "strings"

// An optionList is a command line that is read from left to right.
type optionList struct{ rest []string }

// next cuts the next word off; ok is false at the end.
func (l *optionList) next() (word string, ok bool) {
	if len(l.rest) == 0 {
		return "", false
	}
	word, l.rest = l.rest[0], l.rest[1:]
	return word, true
}

// valueOf reports whether word is one of the named options, and with which value: "-Sdir", "-S dir" for names with
// one dash; "--name=value", "--name value" for names with two. A value that is missing is empty.
func (l *optionList) valueOf(word string, names ...string) (name, value string, ok bool) {
	for _, name := range names {
		if word == name {
			value, _ := l.next()
			return name, value, true
		}
		long := strings.HasPrefix(name, "--")
		if value, ok := strings.CutPrefix(word, name+"="); ok && long {
			return name, value, true
		}
		if value, ok := strings.CutPrefix(word, name); ok && !long {
			return name, value, true
		}
	}
	return "", "", false
}

// jobs reads the optional number behind -j or --parallel, whose word had value attached; 0 means without a number.
func (l *optionList) jobs(attached string) (n int, ok bool) {
	if attached != "" {
		return atoi(attached)
	}
	if len(l.rest) > 0 {
		if n, ok := atoi(l.rest[0]); ok {
			l.rest = l.rest[1:]
			return n, true
		}
	}
	return 0, true
}

// atoi reads a number without a sign.
func atoi(text string) (n int, ok bool) {
	for _, r := range text {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, text != ""
}
