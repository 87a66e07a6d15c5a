package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// behaviours are words of UndefinedBehaviorSanitizer's messages with the check in -fsanitize= that
// prints them.
var behaviours = []struct{ words, check string }{
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

// undefinedBehaviour keeps "main.c:6:6: runtime error: signed integer overflow: ...".
func (o *output) undefinedBehaviour(place, message string) bool {
	f, ok := splitPlace(place)
	if !ok {
		return false
	}
	code := "undefined-behavior"
	for _, b := range behaviours {
		if strings.Contains(message, b.words) {
			code = b.check
			break
		}
	}
	o.add(&model.Diagnostic{Severity: model.Error, Origin: "ubsan", Code: code, File: f.File, Line: f.Line, Column: f.Column, Message: message})
	return true
}
