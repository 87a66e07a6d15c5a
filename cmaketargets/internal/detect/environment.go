package detect

import (
	"bytes"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// tokenVariable holds the token that activates a session's script, while the session's cmake runs.
const tokenVariable = "CMAKETARGETS_DETECT_TOKEN"

// irrelevant matches environment variables that describe a login session or a job and cannot
// influence a compiler. All others count: a compiler may be a script that reads any of them.
var irrelevant = text.Regexp(`^(_|PWD|OLDPWD|SHLVL|TERM|TERMCAP|COLUMNS|LINES|COLORTERM|LS_COLORS|CLICOLOR|DISPLAY|` +
	`WAYLAND_DISPLAY|WINDOWID|WINDOWPATH|XAUTHORITY|PS[1-4]|PROMPT|PROMPT_COMMAND|HIST.*|MAIL|EDITOR|VISUAL|PAGER|LESS.*|` +
	`GPG_TTY|GPG_AGENT_INFO|DBUS_SESSION_BUS_ADDRESS|DESKTOP_.*|GNOME_.*|KDE_.*|GTK_.*|QT_.*|SESSION_MANAGER|INVOCATION_ID|` +
	`JOURNAL_STREAM|SYSTEMD_EXEC_PID|MANAGERPID|SSH_.*|TMUX.*|STY|WT_.*|TERM_.*|VTE_VERSION|KITTY_.*|ALACRITTY_.*|ITERM_.*|` +
	`KONSOLE_.*|STARSHIP_.*|VSCODE_.*|MAKEFLAGS|MFLAGS|MAKELEVEL|MAKE_TERM.*|NINJA_STATUS|_?CMAKETARGETS_.*|MAGEFILE_.*|` +
	`GITHUB_.*|RUNNER_.*|CI_.*|BUILD_.*|BUILDKITE_.*|TRAVIS_.*|CIRCLE_.*|CTEST_.*|JOB_NAME|XDG_SESSION_.*|XDG_VTNR|XDG_SEAT.*)$`)

// known lists variables that count even if unset at the start, because a CMakeLists.txt can set
// them. Only their values are written to files while CMake runs, and only they can be changed by a
// detection.
var known = []string{
	"AR", "AS", "ASM", "ASMFLAGS", "CC", "CFLAGS", "CPATH", "CPLUS_INCLUDE_PATH", "CPPFLAGS", "CUDAARCHS", "CUDACXX",
	"CUDAFLAGS", "CUDAHOSTCXX", "CXX", "CXXFLAGS", "C_INCLUDE_PATH", "CCACHE_PREFIX", "CCACHE_PATH", "CCACHE_DISABLE",
	"CCC_OVERRIDE_OPTIONS", "COMPILER_PATH", "DEPENDENCIES_OUTPUT", "DEVELOPER_DIR", "FC", "FFLAGS", "GCC_EXEC_PREFIX", "INCLUDE", "LANG",
	"LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LD", "LDFLAGS", "LD_LIBRARY_PATH", "LD_PRELOAD", "LD_RUN_PATH",
	"LIB", "LIBPATH", "LIBRARY_PATH", "MACOSX_DEPLOYMENT_TARGET", "NM", "OBJCOPY", "OBJDUMP", "PATH", "PATHEXT", "RANLIB",
	"SDKROOT", "SOURCE_DATE_EPOCH", "STRIP", "SUNPRO_DEPENDENCIES", "TMPDIR", "TEMP", "TMP", "HOME", "CMAKE_PREFIX_PATH", "CMAKE_PROGRAM_PATH",
	"CMAKE_APPBUNDLE_PATH", "CMAKE_APPLE_SILICON_PROCESSOR", "CMAKE_C_COMPILER_LAUNCHER", "CMAKE_CXX_COMPILER_LAUNCHER",
	"CMAKE_TOOLCHAIN_FILE", "CMAKE_BUILD_TYPE", "CMAKE_CONFIGURATION_TYPES", "CMAKE_COLOR_DIAGNOSTICS", "CL", "_CL_",
}

// nameInCMake matches the names that CMake accepts in $ENV{...} without escapes.
var nameInCMake = text.Regexp(`^[A-Za-z0-9_]+$`)

// environment is a process environment prepared for the script.
type environment struct {
	all     []string // as given
	names   []string // variables that the script reads, sorted
	defined []string // those of all that are set and that the script reads, sorted
	hash    string   // of relevant variables whose names CMake cannot spell
	hooks   string   // hooks.cmake, filled in
}

func newEnvironment(env []string) *environment {
	e := &environment{all: slices.Clone(env)}
	var unspelled []string
	for _, entry := range env {
		name, _, _ := strings.Cut(entry, "=")
		switch {
		case irrelevant().MatchString(name):
		case nameInCMake().MatchString(name):
			e.defined = append(e.defined, name)
		default:
			unspelled = append(unspelled, entry)
		}
	}
	sort.Strings(e.defined)
	e.defined = slices.Compact(e.defined)
	e.names = slices.Concat(known, e.defined)
	sort.Strings(e.names)
	e.names = slices.Compact(e.names)
	sort.Strings(unspelled)
	e.hash = fsutil.Hash(strings.Join(unspelled, "\x00"))
	e.hooks = fillIn(e.names, e.defined)
	return e
}

// relativeCompiler returns the name of a variable whose compiler CMake looks for below its working directory, or "".
// No key has that directory.
func relativeCompiler(env []string) string {
	for _, name := range []string{"CC", "CXX", "FC", "ASM"} {
		value := strings.TrimLeft(fsutil.Getenv(env, name), " '\"")
		if filepath.IsAbs(value) {
			continue
		}
		for word := range strings.FieldsSeq(value) { // a path may contain blanks
			if !strings.HasPrefix(word, "-") && !filepath.IsAbs(word) && strings.Contains(filepath.ToSlash(word), "/") {
				return name
			}
		}
	}
	return ""
}

// unusualPreset matches what has the effect of an argument that unusual matches.
var unusualPreset = text.Regexp(`"(trace|tryCompile|uninitialized)"\s*:|"output"\s*:\s*true`)

// presets returns the text that a preset among args adds to every key, because it can set
// environment variables of any name inside CMake. A reason means that its content cannot be
// determined.
func presets(args []string, source string) (salt, reason string) {
	if !slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "--preset") }) {
		return "", ""
	}
	salt = strings.Join(args, "\x00")
	for _, name := range []string{"CMakePresets.json", "CMakeUserPresets.json"} {
		text, _, err := fsutil.Read(filepath.Join(source, name), maxFile)
		if err != nil {
			continue
		}
		if bytes.Contains(text, []byte(`"include"`)) {
			return "", name + " includes other files"
		}
		if unusualPreset().Match(text) {
			return "", name + " changes the output of cmake"
		}
		salt += "\n" + fsutil.Hash(text)
		if bytes.Contains(text, []byte(`"environment"`)) {
			salt += "\n" + source // variables may refer to it
		}
	}
	return salt, ""
}
