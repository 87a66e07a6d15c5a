package detect

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
)

// tokenVariable holds, while a session's cmake runs, what makes the session's script act.
const tokenVariable = "CMAKETARGETS_DETECT_TOKEN"

// Variables of the environment that say where somebody sits and which job runs, and cannot reach a compiler's answer.
// All others count: a compiler may be a script that reads any of them.
var passing = regexp.MustCompile(`^(_|PWD|OLDPWD|SHLVL|TERM|TERMCAP|COLUMNS|LINES|COLORTERM|LS_COLORS|CLICOLOR|DISPLAY|` +
	`WAYLAND_DISPLAY|WINDOWID|WINDOWPATH|XAUTHORITY|PS[1-4]|PROMPT|PROMPT_COMMAND|HIST.*|MAIL|EDITOR|VISUAL|PAGER|LESS.*|` +
	`GPG_TTY|GPG_AGENT_INFO|DBUS_SESSION_BUS_ADDRESS|DESKTOP_.*|GNOME_.*|KDE_.*|GTK_.*|QT_.*|SESSION_MANAGER|INVOCATION_ID|` +
	`JOURNAL_STREAM|SYSTEMD_EXEC_PID|MANAGERPID|SSH_.*|TMUX.*|STY|WT_.*|TERM_.*|VTE_VERSION|KITTY_.*|ALACRITTY_.*|ITERM_.*|` +
	`KONSOLE_.*|STARSHIP_.*|VSCODE_.*|MAKEFLAGS|MFLAGS|MAKELEVEL|MAKE_TERM.*|NINJA_STATUS|_?CMAKETARGETS_.*|MAGEFILE_.*|` +
	`GITHUB_.*|RUNNER_.*|CI_.*|BUILD_.*|BUILDKITE_.*|TRAVIS_.*|CIRCLE_.*|CTEST_.*|JOB_NAME|XDG_SESSION_.*|XDG_VTNR|XDG_SEAT.*)$`)

// Variables that count even when the environment at the start does not have them: a CMakeLists.txt can set them. Only
// their values are written down, while CMake runs, and only these can come out of a detection otherwise than they went in.
var known = []string{
	"AR", "AS", "ASM", "ASMFLAGS", "CC", "CFLAGS", "CPATH", "CPLUS_INCLUDE_PATH", "CPPFLAGS", "CUDAARCHS", "CUDACXX",
	"CUDAFLAGS", "CUDAHOSTCXX", "CXX", "CXXFLAGS", "C_INCLUDE_PATH", "CCACHE_PREFIX", "CCACHE_PATH", "CCACHE_DISABLE",
	"CCC_OVERRIDE_OPTIONS", "COMPILER_PATH", "DEVELOPER_DIR", "FC", "FFLAGS", "GCC_EXEC_PREFIX", "INCLUDE", "LANG",
	"LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LD", "LDFLAGS", "LD_LIBRARY_PATH", "LD_PRELOAD", "LD_RUN_PATH",
	"LIB", "LIBPATH", "LIBRARY_PATH", "MACOSX_DEPLOYMENT_TARGET", "NM", "OBJCOPY", "OBJDUMP", "PATH", "PATHEXT", "RANLIB",
	"SDKROOT", "SOURCE_DATE_EPOCH", "STRIP", "TMPDIR", "TEMP", "TMP", "HOME", "CMAKE_PREFIX_PATH", "CMAKE_PROGRAM_PATH",
	"CMAKE_APPBUNDLE_PATH", "CMAKE_APPLE_SILICON_PROCESSOR", "CMAKE_C_COMPILER_LAUNCHER", "CMAKE_CXX_COMPILER_LAUNCHER",
	"CMAKE_TOOLCHAIN_FILE", "CMAKE_BUILD_TYPE", "CMAKE_CONFIGURATION_TYPES", "CMAKE_COLOR_DIAGNOSTICS", "CL", "_CL_",
}

// nameInCMake is what CMake accepts between the braces of $ENV{...} without escapes.
var nameInCMake = regexp.MustCompile(`^[A-Za-z0-9_]+$`)

// surroundings are what an environment comes to.
type surroundings struct {
	all     []string // The environment itself.
	names   []string // Of the variables that the script is to look at, sorted.
	defined []string // Those among them that are set.
	digest  string   // Of those that count but have names which CMake cannot spell.
	hooks   string   // hooks.cmake, filled in.
}

// surround looks at an environment.
func surround(env []string) *surroundings {
	s := &surroundings{all: slices.Clone(env)}
	s.names, s.defined, s.digest = environment(env)
	s.hooks = fillIn(s.names, s.defined)
	return s
}

// environment returns the fields of surroundings of the same names.
func environment(env []string) (names, defined []string, digest string) {
	var unspelled []string
	for _, entry := range env {
		name, _, _ := strings.Cut(entry, "=")
		switch {
		case passing.MatchString(name):
		case nameInCMake.MatchString(name):
			defined = append(defined, name)
		default:
			unspelled = append(unspelled, entry)
		}
	}
	slices.Sort(defined)
	defined = slices.Compact(defined)
	names = slices.Concat(known, defined)
	slices.Sort(names)
	slices.Sort(unspelled)
	return slices.Compact(names), defined, digestOf([]byte(strings.Join(unspelled, "\x00")))
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
