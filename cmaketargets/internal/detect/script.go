package detect

import (
	"bytes"
	_ "embed"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

var (
	//go:embed hooks.cmake
	hooks string

	// policies sets _cmaketargets_policies to the settings of all policies at the place where the
	// function around it was called. It is inserted as text, since PARENT_SCOPE in a macro would mean
	// that function. The existence of a policy is tested once in ten.
	//go:embed policies.cmake
	policies string

	// answerHooks is the replacement of try_compile.
	//
	//go:embed answers.cmake
	answerHooks string

	// contextHooks sets _cmaketargets_context to the variables that can decide an answer. It is inserted as text, since the
	// call of a function would cost more.
	//
	//go:embed context.cmake
	contextHooks string
)

// searchedLists are the variables of the environment with directories or files for compilers and linkers. Nothing is stored
// where one of them is set.
var searchedLists = []string{
	"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH", "LD_LIBRARY_PATH", "LD_RUN_PATH", "COMPILER_PATH",
	"GCC_EXEC_PREFIX", "LD_PRELOAD", "DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES",
}

// volatile is a CMake regular expression for the names of variables that change with every command,
// and of our own. It is one anchored group, which CMake tries at the beginning only.
const volatile = `^(_cmaketargets_|ARG(C|N|V|V[0-9]+)$|CMAKE_MATCH_|CMAKE_CURRENT_|CMAKE_PARENT_LIST_FILE$)`

// languages lists the languages that are shared. The detection of others leaves more behind than a
// file and variables, or has not been examined.
var languages = []string{"C", "CXX", "ASM", "Fortran"}

// system is used like a language for CMake's detection of the system, in CMakeSystem.cmake.
const system = "SYSTEM"

// parameters are those of a session's script.
type parameters struct {
	token   string // the script does nothing unless the environment holds it: a tree may outlive its session
	session string // directory that the script writes to
	salt    string // part of every key: the state outside of CMake
	env     *environment
	entries map[string]string // directories of entries by key
	answers map[string]string // properties of answers
	audit   bool
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
	property("environment", known...)
	for key, dir := range p.entries {
		property("entry_"+key, dir)
	}
	for name, value := range p.answers {
		property(name, value)
	}
	if p.audit {
		property("audit", "TRUE")
	}
	b.WriteString(p.env.hooks)
	return b.Bytes()
}

// fillIn returns hooks.cmake for the environment variables names, of which defined are set.
func fillIn(names, defined []string) string {
	checks := ""
	if runtime.GOOS == "linux" { // elsewhere it is not known where compilers search
		places := ""
		for _, place := range [][2]string{{"BINARY", buildPlace}, {"SOURCE", sourcePlace}} {
			places += "string(REPLACE \"" + separator + "${CMAKE_" + place[0] + "_DIR}/\" \"" + separator + place[1] +
				"/\" _cmaketargets_call \"${_cmaketargets_call}\")\n"
		}
		checks = strings.NewReplacer("@READ_CALLER@", readCaller(), "@CALLER_POLICIES@", strings.Join(slices.Concat(callerPolicies...), " "),
			"@READ_CONTEXT@", strings.Replace(contextHooks, "@READ_FEW@", readFew(), 1), "@LANGUAGES@", strings.Join(languages, "|"),
			"@SEPARATOR@", separator, "@ANSWER@", answerText(), "@PLACES@", places, "@SEARCHED@", "$ENV{"+strings.Join(searchedLists, "}$ENV{")+"}",
			"@LANGUAGE_FILES@", "CMake"+strings.Join(languages, "Compiler.cmake CMake")+"Compiler.cmake", "@ENVIRONMENT@", environmentText(slices.DeleteFunc(slices.Clone(names), func(name string) bool {
				return name == "CMAKE_PREFIX_PATH" || name == "CMAKE_PROGRAM_PATH" // which only find_* reads
			}))).Replace(answerHooks)
	}
	return strings.NewReplacer(
		"@ANSWERS@", checks,
		"@VOLATILE@", volatile,
		"@SEPARATOR@", separator,
		"@OTHERS@", environmentText(slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(known, name) })),
		"@LANGUAGES@", strings.Join(languages, " "),
		"@READ_POLICIES@", policies,
		"@ENVIRONMENT@", environmentText(names),
		"@DEFINED@", "DEFINED ENV{PATH"+strings.Join(append([]string{""}, defined...), "} AND DEFINED ENV{")+"}",
	).Replace(hooks)
}

// hooksHash identifies the version of the script.
var hooksHash = sync.OnceValue(func() string {
	return fsutil.Hash(hooks + policies + answerHooks + contextHooks + readCaller() + readFew())
})

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
