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

// languages lists the languages that are shared. The detection of others leaves more behind than a
// file and variables, or has not been examined.
var languages = []string{"C", "CXX", "ASM", "Fortran"}

// system is used like a language for CMake's detection of the system, in CMakeSystem.cmake.
const system = "SYSTEM"

// CMake regular expressions for names of variables. Each is one anchored group, which CMake tries at
// the beginning only.
const (
	// relevant matches what detection can read without a toolchain file: CMake's own variables,
	// internal ones of its modules (_*), and other names that its modules for compilers and platforms
	// read.
	relevant = `^(CMAKE|_|src_in$|ABI|ADSP|ANDROID|APPLE|ARCHITECTURE|ASM_DIALECT|BORLAND|BSD|CID|CLANG|COMPILER|CUDA|` +
		`CYGWIN|Clang|DARWIN|EMSCRIPTEN|GHS|GNU|HAVE_FLAG|HIP|IAR|IOS|LINUX|MINGW|MSVC|MSYS|NVCC|OPENWATCOM|OSX|PLATFORM|` +
		`PRESET|QNX|SIMULATE|SUNOS|TEGRA|TI_|UNIX|VERSION_|WASI|WATCOM|WIN|XCODE|XIAR)`

	// volatile matches what changes with every command, and our own variables.
	volatile = `^(_cmaketargets_|ARG(C|N|V|V[0-9]+)$|CMAKE_MATCH_|CMAKE_CURRENT_|CMAKE_PARENT_LIST_FILE$)`

	// project matches the names and output directories of the project. CMAKE_MODULE_PATH is examined
	// instead.
	project = `^CMAKE_((SOURCE_DIR|BINARY_DIR|HOME_DIRECTORY|CACHEFILE_DIR|PLATFORM_INFO_DIR|PLATFORM_INFO_INITIALIZED|` +
		`MODULE_PATH|FIND_PACKAGE_REDIRECTS_DIR)$|PROJECT_|(ARCHIVE|LIBRARY|RUNTIME|PDB|COMPILE_PDB)_OUTPUT_DIRECTORY|` +
		`[A-Za-z]+` + bulk + `$)`
)

// touched lists variables that only detection reads, if they are given on the command line.
var touched = []string{
	"CMAKE_TRY_COMPILE_TARGET_TYPE", "CMAKE_TRY_COMPILE_CONFIGURATION", "CMAKE_TRY_COMPILE_PLATFORM_VARIABLES",
	"CMAKE_TRY_COMPILE_NO_PLATFORM_VARIABLES", "CMAKE_SYSROOT_COMPILE", "CMAKE_SYSROOT_LINK", "CMAKE_PROGRAM_PATH",
	"CMAKE_PREFIX_PATH", "CMAKE_IGNORE_PATH", "CMAKE_FIND_ROOT_PATH", "CMAKE_FIND_ROOT_PATH_MODE_PROGRAM",
	"CMAKE_${_cmaketargets_language}_COMPILER", "CMAKE_${_cmaketargets_language}_COMPILER_TARGET",
	"CMAKE_${_cmaketargets_language}_COMPILER_EXTERNAL_TOOLCHAIN", "CMAKE_${_cmaketargets_language}_FLAGS_INIT",
}

// replaceable lists the commands that detection consists of.
var replaceable = []string{
	"set", "unset", "string", "list", "file", "include", "find_program", "find_file", "try_compile", "execute_process",
	"exec_program", "configure_file", "get_filename_component", "set_property",
}

// readPolicies sets _cmaketargets_policies to the settings of all policies at the place where the
// function around it was called. It is inserted as text, since PARENT_SCOPE in a macro would mean
// that function. The existence of a policy is tested once in ten.
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

// parameters are those of a session's script.
type parameters struct {
	token   string // the script does nothing unless the environment holds it: a tree may outlive its session
	session string // directory that the script writes to
	salt    string // part of every key: the state outside of CMake
	env     *environment
	entries map[string]string // directories of entries by key
}

// script returns the text of the session's CMakeSystem.cmake.
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

// fillIn returns hooks.cmake for the environment variables names, of which defined are set.
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

// hooksHash identifies the version of the script.
var hooksHash = sync.OnceValue(func() string { return hash(hooks) })

// each joins the names, enclosed by before and after.
func each(names []string, before, after, between string) string {
	return before + strings.Join(names, after+between+before) + after
}

// environmentText returns text that CMake expands to the names and values of variables.
func environmentText(names []string) string {
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "env %s=$ENV{%s}\n", name, name)
	}
	return b.String()
}

// quote returns s as a literal argument of a CMake command. CMake's strings hold no NUL.
func quote(s string) string { return `"` + escapes.Replace(s) + `"` }

var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "\r", `\r`)
