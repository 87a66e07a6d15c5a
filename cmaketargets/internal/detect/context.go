package detect

import (
	"fmt"
	"slices"
	"strings"
)

// unreadVersion is the first version of CMake whose try_compile is not known: the variables and policies that it reads,
// and passes to the program's project. TestWhatChecksRead compares the following lists with a CMake; those of a new
// version are to be read in its cmCoreTryCompile.cxx and in cmMakefile::TryCompile, too.
const unreadVersion = "4.4"

// callerPolicies are those that try_compile asks for, by groups that some version of CMake has added. Each group is there
// only where the one before it is.
var callerPolicies = [][]string{
	{"CMP0056", "CMP0065", "CMP0066", "CMP0067", "CMP0083", "CMP0091", "CMP0104", "CMP0123", "CMP0126", "CMP0128", "CMP0136", "CMP0137"},
	{"CMP0141"},
	{"CMP0155"},
	{"CMP0157"},
	{"CMP0181", "CMP0184"},
	{"CMP0197"},
	{"CMP0210"},
}

// readCaller returns CMake code that sets _cmaketargets_policies to the settings of policies at the place where the
// function around it was called: of those that try_compile asks for where they are known, else of all.
func readCaller() string {
	var b strings.Builder
	fmt.Fprintf(&b, "if(CMAKE_VERSION VERSION_LESS %s)\nset(_cmaketargets_policies \"few\")\n", unreadVersion)
	for i, group := range callerPolicies {
		if i > 0 {
			fmt.Fprintf(&b, "if(POLICY %s)\n", group[len(group)-1])
		}
		for j, policy := range group {
			fmt.Fprintf(&b, "cmake_policy(GET %s _cmaketargets_%d PARENT_SCOPE)\n", policy, j)
		}
		b.WriteString("string(APPEND _cmaketargets_policies \"")
		for j := range group {
			fmt.Fprintf(&b, ",${_cmaketargets_%d}", j)
		}
		b.WriteString("\")\n")
	}
	b.WriteString(strings.Repeat("endif()\n", len(callerPolicies)-1) + "else()\n" + policies + "\nendif()\n")
	return b.String()
}

var (
	// plainVariables are those of which only the value counts: one that is empty is like none.
	plainVariables = []string{
		"CMAKE_GENERATOR", "CMAKE_GENERATOR_INSTANCE", "CMAKE_GENERATOR_PLATFORM", "CMAKE_GENERATOR_TOOLSET", "CMAKE_EXE_LINKER_FLAGS",
	}
	// setVariables are those that are often set. One that is empty is another thing than none.
	setVariables = []string{"CMAKE_POSITION_INDEPENDENT_CODE", "CMAKE_TRY_COMPILE_CONFIGURATION", "CMAKE_TRY_COMPILE_TARGET_TYPE"}
	// rareVariables are seldom set. Where one of them is, even to nothing, all variables of CMake count: it changes the
	// files that try_compile writes, or CMake fails.
	rareVariables = []string{
		"CMAKE_APPLE_ARCH_SYSROOTS", "CMAKE_ARMClang_CMP0123", "CMAKE_CUDA_ARCHITECTURES", "CMAKE_CUDA_RUNTIME_LIBRARY",
		"CMAKE_ENABLE_EXPORTS", "CMAKE_HIP_ARCHITECTURES", "CMAKE_HIP_RUNTIME_LIBRARY", "CMAKE_ISPC_HEADER_SUFFIX",
		"CMAKE_ISPC_INSTRUCTION_SETS", "CMAKE_LINK_SEARCH_END_STATIC", "CMAKE_LINK_SEARCH_START_STATIC",
		"CMAKE_MAXIMUM_RECURSION_DEPTH", "CMAKE_MSVC_RUNTIME_LIBRARY", "CMAKE_MSVC_RUNTIME_LIBRARY_DEFAULT",
		"CMAKE_OSX_ARCHITECTURES", "CMAKE_OSX_DEPLOYMENT_TARGET", "CMAKE_OSX_SYSROOT", "CMAKE_POLICY_WARNING_CMP0056",
		"CMAKE_POLICY_WARNING_CMP0066", "CMAKE_POLICY_WARNING_CMP0067", "CMAKE_POLICY_WARNING_CMP0126",
		"CMAKE_SUPPRESS_DEVELOPER_WARNINGS", "CMAKE_SYSROOT", "CMAKE_SYSROOT_COMPILE", "CMAKE_SYSROOT_LINK",
		"CMAKE_TOOLCHAIN_FILE", "CMAKE_TRY_COMPILE_NO_PLATFORM_VARIABLES", "CMAKE_TRY_COMPILE_OSX_ARCHITECTURES",
		"CMAKE_TRY_COMPILE_PLATFORM_VARIABLES", "CMAKE_USER_MAKE_RULES_OVERRIDE", "CMAKE_WARN_DEPRECATED",
		"CMAKE_WATCOM_RUNTIME_LIBRARY", "CMAKE_WATCOM_RUNTIME_LIBRARY_DEFAULT",
	}
	// newVariables are further ones, which CMake 3.25 does not read: to read one would suppress its warning of an unused variable.
	newVariables = []string{
		"CMAKE_CXX_LINK_PIE_SUPPORTED", "CMAKE_CXX_SCAN_FOR_MODULES",
		"CMAKE_C_LINK_PIE_SUPPORTED", "CMAKE_EXECUTABLE_ENABLE_EXPORTS", "CMAKE_EXPERIMENTAL_CXX_IMPORT_STD",
		"CMAKE_EXPERIMENTAL_EXPORT_PACKAGE_DEPENDENCIES", "CMAKE_EXPERIMENTAL_MAPPED_PACKAGE_INFO", "CMAKE_Fortran_LINK_PIE_SUPPORTED",
		"CMAKE_LINKER_TYPE", "CMAKE_SHARED_LIBRARY_ENABLE_EXPORTS",
		"CMAKE_CUDA_LINK_PIE_SUPPORTED", "CMAKE_HIP_LINK_PIE_SUPPORTED", "CMAKE_HIP_PLATFORM", "CMAKE_ISPC_LINK_PIE_SUPPORTED",
		"CMAKE_MSVC_CMP0197", "CMAKE_MSVC_DEBUG_INFORMATION_FORMAT", "CMAKE_MSVC_DEBUG_INFORMATION_FORMAT_DEFAULT",
		"CMAKE_MSVC_RUNTIME_CHECKS", "CMAKE_MSVC_RUNTIME_CHECKS_DEFAULT", "CMAKE_OBJCXX_LINK_PIE_SUPPORTED", "CMAKE_OBJC_LINK_PIE_SUPPORTED",
		"CMAKE_Swift_COMPILATION_MODE_DEFAULT", "CMAKE_Swift_LINK_PIE_SUPPORTED", "CMAKE_VS_USE_DEBUG_LIBRARIES",
	}
	// detectedVariables are others of this kind, which the detection of a newer CMake sets, perhaps to nothing.
	detectedVariables = []string{"CMAKE_CXX_COMPILER_CLANG_SCAN_DEPS", "CMAKE_CXX_STDLIB_MODULES_JSON"}
	// allLanguages are those of which try_compile passes on some variables, whether they are enabled or not.
	allLanguages = []string{"C", "CUDA", "CXX", "Fortran", "HIP", "ISPC", "OBJC", "OBJCXX", "Swift"}
)

// rare returns rareVariables with those of languages.
func rare() []string {
	all := slices.Clone(rareVariables)
	for _, l := range allLanguages {
		for _, name := range []string{"COMPILER_EXTERNAL_TOOLCHAIN", "COMPILER_TARGET", "PIE_SUPPORTED", "LINK_NO_PIE_SUPPORTED"} {
			all = append(all, "CMAKE_"+l+"_"+name)
		}
	}
	for _, l := range languages {
		all = append(all, "CMAKE_USER_MAKE_RULES_OVERRIDE_"+l)
	}
	return all
}

// languageVariables returns the names after CMAKE_<LANG>_ of the variables whose values try_compile passes on, of which one
// that is empty is like none. upper is the configuration in capital letters, DEBUG by default.
func languageVariables(language, upper, configuration string) []string {
	names := []string{"FLAGS", "FLAGS_" + upper, "LINK_FLAGS", "LINK_FLAGS_" + configuration}
	if language == "C" || language == "CXX" {
		names = append(names, "STANDARD", "STANDARD_REQUIRED", "EXTENSIONS")
	}
	return names
}

// readFew returns CMake code that sets _cmaketargets_text to the values of all variables that try_compile reads, for
// languages whose files are known, or leaves it empty.
func readFew() string {
	var b strings.Builder
	anySet := func(names []string) string { return "DEFINED " + strings.Join(names, " OR DEFINED ") }
	// One condition of many names costs more inside of another one.
	fmt.Fprintf(&b, "set(_cmaketargets_value FALSE)\nif(NOT CMAKE_VERSION VERSION_LESS 3.26)\nif(%s)\nset(_cmaketargets_value TRUE)\nendif()\nendif()\n"+
		"if(%s)\nset(_cmaketargets_value TRUE)\nendif()\n"+
		"if(CMAKE_VERSION VERSION_LESS %s AND NOT _cmaketargets_files STREQUAL \"no\" AND NOT _cmaketargets_value",
		anySet(newVariables), anySet(rare()), unreadVersion)
	for _, name := range setVariables {
		fmt.Fprintf(&b, "\nAND NOT (DEFINED %s AND \"${%s}\" STREQUAL \"\")", name, name)
	}
	b.WriteString(")\nset(_cmaketargets_text \"few ${_cmaketargets_files}\n$CACHE{CMAKE_MAKE_PROGRAM}\n")
	for _, name := range slices.Concat(plainVariables, setVariables) {
		fmt.Fprintf(&b, "%s=${%s}\n", name, name)
	}
	b.WriteString("\")\nstring(TOUPPER \"${CMAKE_TRY_COMPILE_CONFIGURATION}\" _cmaketargets_value)\n" +
		"if(_cmaketargets_value STREQUAL \"\")\nset(_cmaketargets_value DEBUG)\nendif()\n")
	for _, l := range languages {
		fmt.Fprintf(&b, "if(\"%s\" IN_LIST _cmaketargets_languages)\nstring(APPEND _cmaketargets_text \"", l)
		for _, name := range languageVariables(l, "${_cmaketargets_value}", "${CMAKE_TRY_COMPILE_CONFIGURATION}") {
			fmt.Fprintf(&b, "%s_%s=${CMAKE_%s_%s}\n", l, name, l, name)
		}
		b.WriteString("\")\nendif()\n")
	}
	b.WriteString("if(NOT CMAKE_VERSION VERSION_LESS 3.26)\n")
	for _, name := range detectedVariables {
		fmt.Fprintf(&b, "if(DEFINED %s)\nstring(APPEND _cmaketargets_text \"%s=${%s}\n\")\nendif()\n", name, name, name)
	}
	b.WriteString("endif()\n")
	b.WriteString("endif()\n")
	return b.String()
}
