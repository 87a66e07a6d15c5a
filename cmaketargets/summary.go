package cmaketargets

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/record"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// summary is the last line of a run: "12 configured, 1 failed, 0 skipped in
// 3.1s". What was only needed on the way to the steps that were asked for is
// worth a word only if something was done.
func summary(report Report, chain, asked []Step, took time.Duration) string {
	count := map[Status]int{}
	done := map[Step]int{}
	for _, res := range report {
		switch {
		case res.Status == StatusOK:
			done[res.Step]++
		case res.Status != StatusUpToDate || slices.Contains(asked, res.Step):
			count[res.Status]++
		}
	}
	var parts []string
	if n := count[StatusPlanned]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d to do", n))
	}
	for _, step := range chain {
		if done[step] > 0 || slices.Contains(asked, step) && count[StatusPlanned] == 0 {
			parts = append(parts, fmt.Sprintf("%d %s", done[step], step.done()))
		}
	}
	if n := count[StatusUpToDate]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d up to date", n))
	}
	parts = append(parts, fmt.Sprintf("%d failed", count[StatusFailed]+count[StatusTimedOut]), fmt.Sprintf("%d skipped", count[StatusSkipped]))
	if n := count[StatusCancelled]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d cancelled", n))
	}
	return strings.Join(parts, ", ") + " in " + ui.Duration(took)
}

// showResult prints the block of a step that ended. A step that was only
// needed on the way and had nothing to do is not worth a line.
func (r *run) showResult(res Result) {
	if res.Status == StatusUpToDate && !slices.Contains(r.asked, res.Step) && !r.verbose {
		return
	}
	b := ui.Block{What: what(res), Duration: res.Duration, Verdict: string(res.Status), Log: r.show(res.LogFile)}
	switch res.Status {
	case StatusOK:
		// Why a tree that was configured before is configured again is worth
		// knowing; why a new one is, or that somebody asked, is not.
		if r.verbose || res.Step == StepClean || res.Step == StepConfigure && res.Reason != record.Never {
			b.Note = res.Reason
		}
		if res.Detection != "" && r.verbose {
			b.Note += "; compiler detection " + res.Detection
		}
	case StatusUpToDate:
		b.Duration = 0
	case StatusFailed, StatusTimedOut:
		b.Verdict = "FAILED"
		b.Note = causeOf(res.Err).Error()
	default:
		b.Note, b.Duration = res.Reason, 0
	}
	if res.Status.failed() || r.verbose {
		b.Output, b.Cut = res.output, res.cut
	}
	r.screen.Block(b)
}

// what names a step of a project: "configure libs/foo [Release]".
func what(res Result) string {
	s := fmt.Sprintf("%-9s  %s", res.Step, res.Project.Path)
	if res.Variant.Name != "" {
		s += " [" + res.Variant.Name + "]"
	}
	return s
}

// failure is how a failed step is shown once more at the end.
func (r *run) failure(res Result) ui.Failure {
	f := ui.Failure{What: strings.Join(strings.Fields(what(res)), " "), Error: causeOf(res.Err).Error()}
	for _, d := range res.Diagnostics {
		if d.Severity == SeverityError {
			f.Error = r.showDiagnostic(d)
			break
		}
	}
	if res.LogFile != "" {
		f.Log = r.show(res.LogFile)
	}
	if args := res.paste; len(args) > 0 || len(res.Args) > 0 {
		if len(args) == 0 {
			args = res.Args
		}
		f.Paste = ui.Quote(append(pasteEnv(res.Variant), args...))
	}
	return f
}

// maxMessage is how many characters of an error are shown in the list of
// failures; the log has the rest.
const maxMessage = 300

// showDiagnostic writes a diagnostic the way editors and terminals link it,
// relative to the root.
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

// pasteEnv sets a variant's variables in front of a command. Values under a
// name that sounds like a secret are left for the reader to fill in.
func pasteEnv(v Variant) []string {
	if len(v.Env) == 0 {
		return nil
	}
	args := []string{"env"}
	for _, name := range slices.Sorted(maps.Keys(v.Env)) {
		value := v.Env[name]
		upper := strings.ToUpper(name)
		for _, hint := range []string{"TOKEN", "SECRET", "PASS", "KEY", "CREDENTIAL"} {
			if strings.Contains(upper, hint) {
				value = "..."
			}
		}
		args = append(args, name+"="+value)
	}
	return args
}
