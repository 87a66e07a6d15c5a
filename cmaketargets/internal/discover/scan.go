package discover

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmakelang"
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
// does a call in a file whose syntax CMake rejects, so that CMake reports the error.
func scan(src []byte) (c call) {
	cmakelang.Commands(src, func(command cmakelang.Command) bool {
		if strings.EqualFold(command.Name, "project") {
			c = call{true, firstArgument(command.Args)}
		}
		return !c.found
	})
	return c
}

// firstArgument returns the first argument of a command, "" if it depends on a variable.
func firstArgument(args []cmakelang.Arg) string {
	for _, arg := range args {
		value, ok := arg.Literal()
		if arg.Quoted || arg.Bracket || !ok {
			return value
		}
		if element := firstElement(value); element != "" {
			return element
		}
	}
	return ""
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
