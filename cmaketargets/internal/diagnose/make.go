package diagnose

import (
	"strconv"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// make recognises the messages of GNU Make about a failed rule:
//
//	gmake[2]: *** [CMakeFiles/gen.dir/build.make:73: gen.h] Error 3
//	make: *** No rule to make target 'x.h', needed by 'gen'.  Stop.
func (o *output) make(line string) bool {
	if cycle, ok := strings.CutSuffix(line, " dependency dropped."); ok {
		if _, cycle, ok = strings.Cut(cycle, ": Circular "); ok {
			o.add(&model.Diagnostic{Severity: model.Warning, Origin: "make", Message: "circular dependency dropped: " + cycle})
			return true
		}
	}
	if isMakeStatus(line) {
		return true
	}
	place, rest, ok := strings.Cut(line, ": *** ")
	if !ok || strings.HasPrefix(line, " ") {
		return false
	}
	at, isFile := splitPlace(place) // Makefile:3: *** missing separator.
	if !isFile && !isMake(place) {
		return false
	}
	if strings.HasSuffix(rest, "...") || strings.HasSuffix(rest, "…") {
		return true // "Waiting for unfinished jobs....", in any language.
	}
	d := &model.Diagnostic{Severity: model.Error, Origin: "make", File: at.File, Line: at.Line, Message: rest}
	inside, status, ok := strings.Cut(strings.TrimPrefix(rest, "["), "] ")
	if ok && strings.HasPrefix(rest, "[") {
		o.ruleFailed(d, strings.TrimSpace(inside[strings.LastIndex(inside, ": ")+1:]), status)
		return true
	}
	o.add(d)
	o.begin("")
	return true
}

// ruleFailed keeps d as the failure of the rule for target. status is "Error 2", in any language,
// "Error 2 (ignored)" or the name of a signal.
func (o *output) ruleFailed(d *model.Diagnostic, target, status string) {
	d.Summary = true
	d.Message, d.Missing = o.commands.current.failed(target, ": "+status)
	words, ignored, _ := strings.Cut(status, "(")
	words = strings.TrimSpace(words)
	if code, err := strconv.Atoi(words[strings.LastIndexByte(words, ' ')+1:]); err == nil {
		d.Code = strconv.Itoa(code)
		if ignored != "" {
			return
		}
	}
	o.innerFailure()
	e := o.add(d)
	e.words = d.Message != target+" failed: "+status
	// The output since the command was announced is its own, or that of commands beside it.
	since, sure := o.commands.announced(target)
	mixed := since < o.commands.current.number
	o.kept.blame(since, mixed)
	e.blamed = sure && !mixed || e.words && o.commands.failure != nil
	o.begin("")
}

// isMake reports whether a text is the name of Make, such as "gmake[2]".
func isMake(name string) bool {
	tool, _, _ := strings.Cut(baseName(name), "[")
	return strings.HasSuffix(strings.TrimSuffix(tool, ".exe"), "make")
}

// isMakeStatus reports whether Make prints a line about itself, which is no output of a command.
func isMakeStatus(line string) bool {
	tool, text, ok := strings.Cut(line, ": ")
	return ok && isMake(tool) &&
		(strings.HasPrefix(text, "Entering directory ") || strings.HasPrefix(text, "Leaving directory ") ||
			strings.HasPrefix(text, "Nothing to be done for ") || strings.HasSuffix(text, " not remade because of errors."))
}
