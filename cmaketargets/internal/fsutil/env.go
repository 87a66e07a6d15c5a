package fsutil

import (
	"runtime"
	"slices"
	"strings"
)

// Getenv returns the value of a variable in env, which has the form of os.Environ; the
// last one counts. On Windows the case of the name does not matter.
func Getenv(env []string, name string) string {
	for _, entry := range slices.Backward(env) {
		key, value, ok := strings.Cut(entry, "=")
		if ok && (key == name || runtime.GOOS == "windows" && strings.EqualFold(key, name)) {
			return value
		}
	}
	return ""
}

// OnCI reports whether a CI system runs the process. Most set CI.
func OnCI(env []string) bool {
	if !slices.Contains([]string{"", "0", "false"}, Getenv(env, "CI")) {
		return true
	}
	return anySet(env, "TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION")
}

// ByAgent reports whether a coding agent runs the process. These set a variable for the commands that they start:
// Claude Code, Cursor, Gemini CLI, Codex (in its sandbox, or in any case), opencode. AI_AGENT is the name that
// @vercel/detect-agent proposes to all.
func ByAgent(env []string) bool {
	return anySet(env, "AI_AGENT", "CLAUDECODE", "CURSOR_AGENT", "GEMINI_CLI", "CODEX_SANDBOX", "CODEX_CI", "OPENCODE")
}

// anySet reports whether one of the variables is set, and not empty.
func anySet(env []string, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return Getenv(env, name) != "" })
}
