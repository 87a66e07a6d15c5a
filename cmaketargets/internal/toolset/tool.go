package toolset

// A lookPath finds a program as exec.LookPath does.
type lookPath = func(string) (string, error)

// programs lists, for each tool whose name is not its only program's, the programs any of which will do.
//
// "cc" and "c++" are whatever CMake would find by itself. Fedora and Alpine know Ninja as ninja-build and samu, but
// each has a "ninja" as well; ninja-build alone is found on older ones.
var programs = map[string][]string{
	"c++":      {"c++", "g++", "clang++", "cl"},
	"cc":       {"cc", "gcc", "clang", "cl"},
	"chromium": {"chromium", "chromium-browser", "google-chrome", "chrome"},
	"make":     {"make", "gmake", "mingw32-make", "nmake"},
	"ninja":    {"ninja", "ninja-build", "samu"},
}

// Missing returns those of the tools for which no program is found, in the order given.
func Missing(look func(string) (string, error), tools ...string) []string {
	var missing []string
	for _, tool := range tools {
		if !present(look, tool) {
			missing = append(missing, tool)
		}
	}
	return missing
}

func present(look lookPath, tool string) bool {
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
