package diagnose

import "strings"

// behaviours are what UndefinedBehaviorSanitizer says, and the name of the
// check in -fsanitize= that says it.
var behaviours = []struct{ says, check string }{
	{"unsigned integer overflow", "unsigned-integer-overflow"},
	{"signed integer overflow", "signed-integer-overflow"},
	{"cannot be represented in type", "signed-integer-overflow"},
	{"shift", "shift"},
	{"division by zero", "integer-divide-by-zero"},
	{"is outside the range of representable values", "float-cast-overflow"},
	{"out of bounds", "bounds"},
	{"misaligned address", "alignment"},
	{"null pointer passed", "nonnull-attribute"},
	{"null pointer returned", "returns-nonnull-attribute"},
	{"offset to null pointer", "pointer-overflow"},
	{"offset to non-null pointer", "pointer-overflow"},
	{"pointer index expression", "pointer-overflow"},
	{"null pointer", "null"},
	{"insufficient space for an object", "object-size"},
	{"is not a valid value for type 'bool'", "bool"},
	{"is not a valid value for type", "enum"},
	{"unreachable program point", "unreachable"},
	{"without returning a value", "return"},
	{"variable length array bound", "vla-bound"},
	{"does not point to an object of type", "vptr"},
	{"incorrect function type", "function"},
}

// undefinedBehaviour keeps "main.c:6:6: runtime error: signed integer overflow:
// ...", with the stack behind it where there is one.
func (s *scanner) undefinedBehaviour(place, message string) bool {
	file, line, column, ok := splitPlace(place)
	if !ok {
		return false
	}
	code := "undefined-behavior"
	for _, b := range behaviours {
		if strings.Contains(message, b.says) {
			code = b.check
			break
		}
	}
	s.add(&Diagnostic{Severity: SeverityError, Origin: "ubsan", Code: code, File: file, Line: line, Column: column, Message: message})
	return true
}

// undefinedFrame takes a line of the stack behind such a report.
func (s *scanner) undefinedFrame(line string) bool {
	f, ok := sanitizerFrame(strings.TrimSpace(line))
	if ok {
		s.last.Stack, s.last.LastLine = push(s.last.Stack, f), s.number
	}
	return ok
}
