package cmaketargets

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// failures are the failed steps as they are shown at the end. Those that failed
// for the same cause are one.
func (r *run) failures(failed Report) []ui.Failure {
	var groups []Report
	at := map[string]int{}
	for _, res := range failed {
		key := res.sameFailure()
		if i, ok := at[key]; ok && key != "" {
			groups[i] = append(groups[i], res)
			continue
		}
		at[key] = len(groups)
		groups = append(groups, Report{res})
	}
	var list []ui.Failure
	for _, group := range groups {
		list = append(list, r.failure(group))
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

// failure is how one step that failed, or several that failed for the same
// cause, are shown once more at the end.
func (r *run) failure(group Report) ui.Failure {
	res := group[0]
	f := ui.Failure{Step: string(res.Step), Error: causeOf(res.Err).Error()}
	for _, res := range group {
		f.Names = append(f.Names, res.name())
	}
	if d, ok := res.firstError(); ok {
		f.Error, f.Hint = r.showDiagnostic(d), d.Hint
		f.Context = r.context(res, d)
		f.More, f.Others = furtherErrors(group)
	} else {
		f.Context = lastLines(res.output)
	}
	if res.LogFile != "" {
		f.Log = r.show(res.LogFile)
	}
	args, hidden := pasted(res)
	f.Paste, f.FillIn = text.Quote(args), hidden
	return f
}

// furtherErrors is how many errors steps have besides the first, which is the
// same in all of them, and the names of the tests among them. What several have
// counts once.
func furtherErrors(group Report) (more int, tests []string) {
	seen := map[string]bool{}
	for _, res := range group {
		first, _ := res.firstError()
		seen[first.identity()] = true
		listed := 0
		for _, d := range res.Diagnostics {
			if d.Severity != SeverityError || d.Summary || d.Test != "" && d.Origin != "ctest" {
				continue // It says that there are others, or is the reason of one that counts.
			}
			listed++
			if id := d.identity(); !seen[id] {
				seen[id] = true
				more++
				if d.Test != "" {
					tests = append(tests, d.Test)
				}
			}
		}
		more += max(res.Errors-listed, 0)
	}
	return more, tests
}

// identity is equal for reports of the same in the same place.
func (d Diagnostic) identity() string {
	return fmt.Sprintf("%q %d %d %q %q", d.File, d.Line, d.Column, d.Message, d.Test)
}

// command is what to paste into a shell to do the step by hand, "" when it
// runs no command.
func (r Result) command() string {
	args, _ := pasted(r)
	return text.Quote(args)
}

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
	b.WriteString(headline(d))
	return b.String()
}

// headline is the message on one line, or as much of it as people read.
func headline(d Diagnostic) string {
	message := d.Message
	if d.Missing != "" {
		// What comes behind the first sentence is advice for all packages; the
		// hint is better.
		message = diagnose.Diagnostic{Message: message}.Headline()
		if end := sentenceEnd.FindStringIndex(message); end != nil {
			message = message[:end[0]+1]
		}
	}
	return shortened(strings.Join(strings.Fields(message), " "))
}

// sentenceEnd is where a sentence ends and another begins.
var sentenceEnd = regexp.MustCompile(`[.!?] +\p{Lu}`)

// shortened cuts what is longer than maxMessage between two words, or, where
// there is none, between two characters.
func shortened(text string) string {
	runes := []rune(text)
	if len(runes) <= maxMessage {
		return text
	}
	text = string(runes[:maxMessage+1])
	if at := strings.LastIndexByte(text, ' '); at > len(text)/2 {
		return text[:at] + " ..."
	}
	return string(runes[:maxMessage]) + "..."
}

// pasted is the command of a step for a person to paste, empty where none was
// run, and which of its variables have a value that is for the reader to fill in.
func pasted(res Result) (args, hidden []string) {
	args = res.paste
	if len(args) == 0 {
		args = res.Args
	}
	env, hidden := pasteEnv(res.Variant)
	if len(args) > 0 && args[0] == "env" && len(env) > 0 {
		args = args[1:]
	}
	if len(args) == 0 {
		return nil, nil
	}
	return append(env, args...), hidden
}

// pasteEnv sets a variant's variables in front of a command. Nobody can know
// which of them hold a secret, so only the values of those are shown that tools
// for building are known by; the others are left for the reader to fill in.
func pasteEnv(v Variant) (args, hidden []string) {
	if len(v.Env) == 0 {
		return nil, nil
	}
	args = []string{"env"}
	for _, name := range slices.Sorted(maps.Keys(v.Env)) {
		value := "..."
		if knownVariable.MatchString(name) {
			value = userInfo.ReplaceAllString(v.Env[name], "$1...@")
		}
		if value != v.Env[name] {
			hidden = append(hidden, name)
		}
		args = append(args, name+"="+value)
	}
	return args, hidden
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
