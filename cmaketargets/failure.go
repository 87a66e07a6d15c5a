package cmaketargets

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// failures are the failed steps as they are shown at the end. Those that failed
// for the same cause are one.
func (r *run) failures(failed Report) []ui.Failure {
	var list []ui.Failure
	at := map[string]int{}
	for _, res := range failed {
		name := strings.Join(strings.Fields(what(res)), " ")
		key := res.sameFailure()
		if i, ok := at[key]; ok && key != "" {
			list[i].What = append(list[i].What, name)
			continue
		}
		at[key] = len(list)
		list = append(list, r.failure(res, name))
	}
	return list
}

// sameFailure is equal for results that failed for the same cause, and "" where
// nobody can tell.
func (r Result) sameFailure() string {
	if d, ok := r.firstError(); ok && !d.Summary && d.sameAs() != "" {
		return string(r.Step) + " " + d.sameAs()
	}
	if r.LogFile == "" && r.Err != nil {
		return string(r.Step) + " " + causeOf(r.Err).Error()
	}
	return ""
}

// firstError is the error that a person wants to see first.
func (r Result) firstError() (Diagnostic, bool) {
	for _, d := range r.Diagnostics {
		if d.Severity == SeverityError {
			return d, true
		}
	}
	return Diagnostic{}, false
}

// failure is how a failed step is shown once more at the end.
func (r *run) failure(res Result, name string) ui.Failure {
	f := ui.Failure{What: []string{name}, Error: causeOf(res.Err).Error()}
	if d, ok := res.firstError(); ok {
		f.Error, f.Hint = r.showDiagnostic(d), d.Hint
		f.Context = r.context(res, d)
	} else {
		f.Context = lastLines(res.output)
	}
	if res.LogFile != "" {
		f.Log = r.show(res.LogFile)
	}
	f.Paste = res.command()
	return f
}

// command is what to paste into a shell to do the step by hand, "" when it
// runs no command.
func (r Result) command() string { return ui.Quote(pasted(r)) }

// context are three lines: of the source around the error, or of the log where
// the tool begins to speak of it.
func (r *run) context(res Result, d Diagnostic) []string {
	lines, source := res.excerpt(d, r.facts.base(), 1)
	var shown []string
	for _, line := range lines {
		switch {
		case source && line.Number == d.Line:
			shown = append(shown, fmt.Sprintf("> %4d | %s", line.Number, line.Text))
		case source:
			shown = append(shown, fmt.Sprintf("  %4d | %s", line.Number, line.Text))
		case strings.TrimSpace(line.Text) != "":
			shown = append(shown, "| "+line.Text)
		}
	}
	return shown
}

// lastLines are the last three lines of an output that say anything.
func lastLines(output []byte) []string {
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	var shown []string
	for i := len(lines) - 1; i >= 0 && len(shown) < 3; i-- {
		if text := strings.TrimSpace(lines[i]); text != "" {
			shown = append(shown, "| "+text)
		}
	}
	slices.Reverse(shown)
	return shown
}

// maxMessage is how many characters of an error are shown in the list of
// failures; the log has the rest.
const maxMessage = 300

// showDiagnostic writes a diagnostic the way editors and terminals link it.
func (r *run) showDiagnostic(d Diagnostic) string {
	var b strings.Builder
	if d.File != "" {
		b.WriteString(r.show(d.File))
		if d.Line > 0 {
			fmt.Fprintf(&b, ":%d", d.Line)
			if d.Column > 0 {
				fmt.Fprintf(&b, ":%d", d.Column)
			}
		}
		b.WriteString(": ")
	}
	message := strings.Join(strings.Fields(d.Message), " ")
	if runes := []rune(message); len(runes) > maxMessage {
		message = string(runes[:maxMessage]) + " ..."
	}
	b.WriteString(message)
	return b.String()
}

// pasted is the command of a step for a person to paste, empty where none was
// run.
func pasted(res Result) []string {
	args := res.paste
	if len(args) == 0 {
		args = res.Args
	}
	env := pasteEnv(res.Variant)
	if len(args) > 0 && args[0] == "env" && len(env) > 0 {
		args = args[1:]
	}
	if len(args) == 0 {
		return nil
	}
	return append(env, args...)
}

// pasteEnv sets a variant's variables in front of a command. Nobody can know
// which of them hold a secret, so only the values of those are shown that tools
// for building are known by; the others are left for the reader to fill in.
func pasteEnv(v Variant) []string {
	if len(v.Env) == 0 {
		return nil
	}
	args := []string{"env"}
	for _, name := range slices.Sorted(maps.Keys(v.Env)) {
		value := "..."
		if knownVariable.MatchString(name) {
			value = userInfo.ReplaceAllString(v.Env[name], "$1...@")
		}
		args = append(args, name+"="+value)
	}
	return args
}

// knownVariable is a variable whose value is no secret: a tool, its flags, a
// directory to search, a choice of ours or of CMake's
// (https://cmake.org/cmake/help/latest/manual/cmake-env-variables.7.html).
var knownVariable = regexp.MustCompile(`^(` +
	`CC|CXX|FC|CUDACXX|CUDAHOSTCXX|CUDAARCHS|HIPCXX|HIPHOSTCXX|ISPC|OBJC|OBJCXX|SWIFTC|CSC|RC|ASM|ASM_[A-Z]+|LD|AR|NM|RANLIB|STRIP|OBJCOPY|` +
	`([A-Z]+_)?[A-Z]*FLAGS|CTEST_(OUTPUT_ON_FAILURE|PARALLEL_LEVEL|PROGRESS_OUTPUT)|` +
	`CMAKE_(GENERATOR(_INSTANCE|_PLATFORM|_TOOLSET)?|BUILD_TYPE|BUILD_PARALLEL_LEVEL|COLOR_DIAGNOSTICS|CONFIGURATION_TYPES|` +
	`EXPORT_COMPILE_COMMANDS|TOOLCHAIN_FILE|INSTALL_(PREFIX|MODE)|MODULE_PATH|[A-Z]+_PATH|[A-Z]+_(COMPILER|LINKER)_LAUNCHER|OSX_ARCHITECTURES|NO_VERBOSE)|` +
	`PATH|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|LIBRARY_PATH|CPATH|INCLUDE|LIB|PKG_CONFIG|PKG_CONFIG_(PATH|LIBDIR|SYSROOT_DIR)|SDKROOT|MACOSX_DEPLOYMENT_TARGET|` +
	`NINJA_STATUS|CLICOLOR|CLICOLOR_FORCE|NO_COLOR|VERBOSE|DESTDIR|LANG|LC_[A-Z]+|TZ|SOURCE_DATE_EPOCH|CCACHE_[A-Z]*DIR|ASAN_OPTIONS|UBSAN_OPTIONS|TSAN_OPTIONS)$`)

// userInfo is the name and the password in a URL.
var userInfo = regexp.MustCompile(`(://)[^/?#@\s]+@`)
