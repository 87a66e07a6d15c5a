package detect

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed hooks.cmake
var hooks string

// Languages that are shared. Others are always detected by CMake: either their detection leaves more than a file and
// variables behind, or nobody has looked.
var languages = []string{"C", "CXX", "ASM", "Fortran"}

// system stands in a language's place for what CMake finds out about the system, and writes to CMakeSystem.cmake.
const system = "SYSTEM"

// Patterns of CMake's regular expressions over the names of variables. Each is one anchored group, which CMake tries at
// the beginning only.
const (
	// What detection can read when there is no toolchain file: CMake's own variables, its modules' internals, which begin
	// with an underscore, and the names without either that CMake's modules for compilers and platforms read.
	relevant = `^(CMAKE|_|src_in$|ABI|ADSP|ANDROID|APPLE|ARCHITECTURE|ASM_DIALECT|BORLAND|BSD|CID|CLANG|COMPILER|CUDA|` +
		`CYGWIN|Clang|DARWIN|EMSCRIPTEN|GHS|GNU|HAVE_FLAG|HIP|IAR|IOS|LINUX|MINGW|MSVC|MSYS|NVCC|OPENWATCOM|OSX|PLATFORM|` +
		`PRESET|QNX|SIMULATE|SUNOS|TEGRA|TI_|UNIX|VERSION_|WASI|WATCOM|WIN|XCODE|XIAR)`

	// What changes with every command, and our own.
	volatile = `^(_cmaketargets_|ARG(C|N|V|V[0-9]+)$|CMAKE_MATCH_|CMAKE_CURRENT_|CMAKE_PARENT_LIST_FILE$)`

	// What names the project, and where its products go. CMAKE_MODULE_PATH is looked into instead.
	project = `^CMAKE_((SOURCE_DIR|BINARY_DIR|HOME_DIRECTORY|CACHEFILE_DIR|PLATFORM_INFO_DIR|PLATFORM_INFO_INITIALIZED|` +
		`MODULE_PATH|FIND_PACKAGE_REDIRECTS_DIR)$|PROJECT_|(ARCHIVE|LIBRARY|RUNTIME|PDB|COMPILE_PDB)_OUTPUT_DIRECTORY|` +
		`[A-Za-z]+` + bulk + `$)`
)

// Variables which on a command line are of use to nothing but detection.
var touched = []string{
	"CMAKE_TRY_COMPILE_TARGET_TYPE", "CMAKE_TRY_COMPILE_CONFIGURATION", "CMAKE_TRY_COMPILE_PLATFORM_VARIABLES",
	"CMAKE_TRY_COMPILE_NO_PLATFORM_VARIABLES", "CMAKE_SYSROOT_COMPILE", "CMAKE_SYSROOT_LINK", "CMAKE_PROGRAM_PATH",
	"CMAKE_PREFIX_PATH", "CMAKE_IGNORE_PATH", "CMAKE_FIND_ROOT_PATH", "CMAKE_FIND_ROOT_PATH_MODE_PROGRAM",
	"CMAKE_${_cmaketargets_language}_COMPILER", "CMAKE_${_cmaketargets_language}_COMPILER_TARGET",
	"CMAKE_${_cmaketargets_language}_COMPILER_EXTERNAL_TOOLCHAIN", "CMAKE_${_cmaketargets_language}_FLAGS_INIT",
}

// Commands that detection is made of.
var replaceable = []string{
	"set", "unset", "string", "list", "file", "include", "find_program", "find_file", "try_compile", "execute_process",
	"exec_program", "configure_file", "get_filename_component", "set_property",
}

// readPolicies sets _cmaketargets_policies to the settings of all policies where the function was called that it stands
// in. It is text to be put in, since PARENT_SCOPE in a macro would mean that function. Whether CMake knows a policy is
// asked once in ten.
const readPolicies = `set(_cmaketargets_policies "")
foreach(_cmaketargets_ten RANGE 100 140)
  string(SUBSTRING ${_cmaketargets_ten} 1 2 _cmaketargets_ten)
  if(POLICY CMP0${_cmaketargets_ten}9)
    foreach(_cmaketargets_digit RANGE 9)
      cmake_policy(GET CMP0${_cmaketargets_ten}${_cmaketargets_digit} _cmaketargets_value PARENT_SCOPE)
      string(APPEND _cmaketargets_policies "${_cmaketargets_value},")
    endforeach()
  else()
    foreach(_cmaketargets_digit RANGE 9)
      if(NOT POLICY CMP0${_cmaketargets_ten}${_cmaketargets_digit})
        break()
      endif()
      cmake_policy(GET CMP0${_cmaketargets_ten}${_cmaketargets_digit} _cmaketargets_value PARENT_SCOPE)
      string(APPEND _cmaketargets_policies "${_cmaketargets_value},")
    endforeach()
    break()
  endif()
endforeach()`

// parameters of a session's script.
type parameters struct {
	token   string // The script is inert unless the environment holds it: a tree may outlive its session.
	session string // The directory for what the script writes.
	salt    string // Part of every key, for what is known outside of CMake.
	env     *surroundings
	entries map[string]string // Entry directories by key.
}

// script returns the text to be put where CMake looks for CMakeSystem.cmake.
func script(p parameters) []byte {
	var b bytes.Buffer
	b.Grow(len(p.env.hooks) + 4<<10)
	fmt.Fprintf(&b, "if(NOT \"$ENV{%s}\" STREQUAL %s)\n  return()\nendif()\n", tokenVariable, quote(p.token))
	property := func(name string, values ...string) {
		fmt.Fprintf(&b, "set_property(GLOBAL PROPERTY _cmaketargets_%s", name)
		for _, v := range values {
			b.WriteString(" " + quote(v))
		}
		b.WriteString(")\n")
	}
	property("session", p.session)
	property("salt", p.salt)
	property("environment", p.env.names...)
	for key, dir := range p.entries {
		property("entry_"+key, dir)
	}
	b.WriteString(p.env.hooks)
	return b.Bytes()
}

// fillIn returns hooks.cmake for the variables of the environment that count, and those among them that are set.
func fillIn(names, defined []string) string {
	return strings.NewReplacer(
		"@RELEVANT@", relevant,
		"@VOLATILE@", volatile,
		"@PROJECT@", project,
		"@SHOWN@", "^("+strings.Join(known, "|")+")$",
		"@LANGUAGES@", strings.Join(languages, " "),
		"@READ_POLICIES@", readPolicies,
		"@TOUCHED@", each(touched, "${", "}", ""),
		"@REPLACED@", each(replaceable, "COMMAND _", "", " OR "),
		"@ENVIRONMENT@", environmentText(names),
		"@DEFINED@", each(append([]string{"PATH"}, defined...), "DEFINED ENV{", "}", " AND "),
	).Replace(hooks)
}

// hooksDigest tells one version of the script from another.
var hooksDigest = sync.OnceValue(func() string { return digestOf([]byte(hooks)) })

// each joins the names, each between before and after.
func each(names []string, before, after, between string) string {
	if len(names) == 0 {
		return ""
	}
	return before + strings.Join(names, after+between+before) + after
}

// environmentText returns what CMake expands to the names and values of environment variables.
func environmentText(names []string) string {
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "env %s=$ENV{%s}\n", name, name)
	}
	return b.String()
}

// quote returns s as one argument of a CMake command, taken as it is. CMake's strings hold no NUL.
func quote(s string) string { return `"` + escapes.Replace(s) + `"` }

var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "\r", `\r`)
