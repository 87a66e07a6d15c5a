package setup

// programs lists, for each tool whose name is not that of its only program, the alternatives.
//
// "cc" and "c++" are whatever CMake would find by itself. Fedora and Alpine call Ninja ninja-build
// and samu, but have a "ninja" as well; older ones have only ninja-build.
var programs = map[string][]string{
	"c++":      {"c++", "g++", "clang++", "cl"},
	"cc":       {"cc", "gcc", "clang", "cl"},
	"chromium": {"chromium", "chromium-browser", "google-chrome", "chrome"},
	"make":     {"make", "gmake", "mingw32-make", "nmake"},
	"ninja":    {"ninja", "ninja-build", "samu"},
}

// missing returns the tools for which no program is found, in the order given.
func missing(look func(string) (string, error), tools []string) []string {
	var list []string
	for _, tool := range tools {
		if !present(look, tool) {
			list = append(list, tool)
		}
	}
	return list
}

func present(look func(string) (string, error), tool string) bool {
	candidates, ok := programs[tool]
	if !ok {
		candidates = []string{tool}
	}
	for _, program := range candidates {
		if _, err := look(program); err == nil {
			return true
		}
	}
	return false
}
