package detect

import "slices"

// Reads returns the names of the variables and policies that decide a check of a version of CMake that is known.
func Reads() (variables, policies []string) {
	variables = slices.Concat(plainVariables, setVariables, rare(), newVariables, detectedVariables)
	for _, l := range languages {
		variables = append(variables, ofLanguage(l)...)
	}
	return variables, slices.Concat(callerPolicies...)
}

// Empty returns the names of the variables of which an empty one is taken for none.
func Empty() []string {
	empty := []string{"CMAKE_EXE_LINKER_FLAGS"} // the others in plainVariables are CMake's own
	for _, l := range languages {
		empty = append(empty, ofLanguage(l)...)
	}
	return empty
}

func ofLanguage(l string) (variables []string) {
	for _, name := range slices.Concat(languageVariables(l, "DEBUG", ""), languageVariables(l, "RELEASE", "Release")) {
		variables = append(variables, "CMAKE_"+l+"_"+name)
	}
	return variables
}
