package cmake

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// appendOption appends a flag and its value, nothing when the value is empty.
func appendOption(args []string, flag, value string) []string {
	if value == "" {
		return args
	}
	return append(args, flag, value)
}

// checkArg returns an error for an extra argument of a step that cannot be passed to a program, or
// is one of others, "--flag" or "--flag=value", which would make the step something else.
func checkArg(step model.Step, arg string, others []string) error {
	if arg == "" || strings.ContainsRune(arg, 0) {
		return fmt.Errorf("%s with argument %q: it is not an argument of a program", step, arg)
	}
	if name, _, _ := strings.Cut(arg, "="); slices.Contains(others, name) {
		return otherMode(step, arg)
	}
	return nil
}

func otherMode(step model.Step, arg string) error {
	return fmt.Errorf("%s with argument %q: it would change what is %s, or where", step, arg, step.Past())
}

// isName reports whether text can be the value of a flag. A text that begins with "-" is the next
// flag, for ctest since CMake 4.0.
func isName(text string) bool {
	return !strings.HasPrefix(text, "-") && !strings.ContainsRune(text, 0)
}
