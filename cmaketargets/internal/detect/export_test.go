package detect

import "slices"

// Reads returns what decides a check of a version of CMake that is known: the names of variables and of policies.
func Reads() (variables, policies []string) {
	all, empty := rare()
	variables = slices.Concat(plainVariables, setVariables, all, empty, newVariables, detectedVariables, newEmptyVariables)
	for _, l := range languages {
		for _, name := range languageVariables(l, "DEBUG", "") {
			variables = append(variables, "CMAKE_"+l+"_"+name)
		}
		for _, name := range languageVariables(l, "RELEASE", "Release") {
			variables = append(variables, "CMAKE_"+l+"_"+name)
		}
	}
	return variables, slices.Concat(callerPolicies...)
}
