package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// linkerParser reads the reports of GNU ld, gold, lld, mold and Apple's ld.
type linkerParser struct {
	*output
	symbols appleSymbols // the open list
}

// open recognises
//
//	main.c:(.text+0x5): undefined reference to `util'
//	/usr/bin/ld: main.c:4: undefined reference to `util'
//	/usr/bin/ld: cannot find -lnowhere: No such file or directory
//	ld.lld: error: undefined symbol: util
//	>>> referenced by main.c:4 (/src/main.c:4)
//	duplicate symbol '_x' in:
func (p *linkerParser) open(line string) bool {
	if rest, ok := strings.CutPrefix(line, ">>> "); ok && p.last != nil && p.last.Origin == "ld" {
		for part := range strings.SplitSeq(rest, ">>> ") { // mold omits the end of a line.
			p.reference(part)
		}
		return true
	}
	if strings.HasPrefix(line, " ") {
		return false
	}
	if p.openSymbols(line) {
		return true
	}
	text, named := cutLinker(line)
	if !named && !strings.Contains(text, ": undefined ") && !strings.Contains(text, ": multiple ") && !strings.Contains(text, ": warning: ") {
		return false
	}
	text = strings.TrimPrefix(strings.TrimPrefix(text, "error: "), "fatal: ")
	if d := symbolReport(text); d != nil {
		p.addInContext(d)
		return true
	}
	if place, message, ok := strings.Cut(text, ": warning: "); ok && (named || strings.Contains(place, ":(.")) {
		f := linkerPlace(place)
		p.addInContext(&model.Diagnostic{Severity: model.Warning, Origin: "ld", File: f.File, Line: f.Line, Message: message})
		return true
	}
	return named && p.openOther(text)
}

// openOther reads what a linker prints after its name, unless it is about a symbol.
func (p *linkerParser) openOther(text string) bool {
	d := &model.Diagnostic{Severity: model.Error, Origin: "ld", Message: text}
	place, rest, _ := strings.Cut(text, ": ")
	switch {
	case strings.Contains(text, ": in function "):
		return p.context.begin(p.number)
	case strings.HasPrefix(rest, "previous definition here"):
		f := linkerPlace(place)
		if rest != "previous definition here" {
			f, rest = model.Frame{}, text
		}
		f.Text = rest
		p.addNote(f)
		return true
	case place == "note", place == "NOTE", strings.HasPrefix(text, "the vtable symbol may be undefined"):
		p.addNote(model.Frame{Text: text})
		return true
	case place == "warning", strings.HasPrefix(text, "skipping incompatible "):
		d.Severity = model.Warning
		d.Message = strings.TrimPrefix(text, "warning: ")
	case !strings.Contains(text, " "), isAbs(text) && rest == "":
		return false // "ld: /usr/bin/ld" is the answer to a question.
	default:
		d.Summary = strings.HasPrefix(text, "final link failed") || strings.HasPrefix(text, "symbol(s) not found") ||
			strings.Contains(text, " duplicate symbol")
	}
	p.addInContext(d)
	return true
}

// symbolReport reads a report about a symbol: "main.c:4: undefined reference to `util'". It returns
// nil for any other text.
func symbolReport(text string) *model.Diagnostic {
	for _, marker := range []string{"undefined reference to ", "multiple definition of ", "undefined symbol: "} {
		place, message, ok := strings.Cut(text, ": "+marker)
		if !ok || strings.ContainsAny(place, "`'\"") {
			continue
		}
		f := linkerPlace(strings.TrimSuffix(place, ": error"))
		d := &model.Diagnostic{Severity: model.Error, Origin: "ld", File: f.File, Line: f.Line, Message: marker + message}
		if both, ok := strings.CutSuffix(message, ": first defined here"); ok {
			if symbol, place, ok := strings.Cut(both, "; "); ok {
				first := linkerPlace(place)
				first.Text = "first defined here"
				d.Message, d.Notes = marker+symbol, push(nil, first)
			}
		}
		return d
	}
	return nil
}

// reference reads a line after ">>> ": a place that refers to the symbol or defines it.
func (p *linkerParser) reference(text string) {
	d := p.last
	d.LogLast = p.number
	for _, verb := range []string{"referenced by ", "defined at ", "defined in "} {
		place, ok := strings.CutPrefix(text, verb)
		if !ok {
			continue
		}
		if _, full, ok := strings.Cut(place, " ("); ok && strings.HasSuffix(full, ")") {
			place = strings.TrimSuffix(full, ")")
		}
		f := linkerPlace(place)
		if d.File == "" {
			d.File, d.Line = f.File, f.Line
		}
		f.Text, _, _ = strings.Cut(verb, " ")
		f.Text += " here"
		d.Notes = push(d.Notes, f)
		return
	}
	switch text = strings.TrimSpace(text); {
	case text == "":
	case len(d.Notes) > 0 && strings.Contains(text, ":(") && !strings.Contains(text, " "):
		// The object and function of the place before.
		d.Notes[len(d.Notes)-1].Text += ", in " + text
	default:
		d.Notes = push(d.Notes, model.Frame{Text: text})
	}
}

// cutLinker removes the name or path of a linker from the start of a line. The blank after the
// colon can be missing, and a drive letter come first.
func cutLinker(line string) (text string, named bool) {
	for _, colon := range []string{": ", ":"} {
		if tool, rest, ok := strings.Cut(line, colon); ok && isLinker(tool) {
			return rest, true
		}
	}
	return line, false
}

// isLinker reports whether a tool is a linker; collect2 only passes on what one printed.
func isLinker(tool string) bool {
	name := toolName(tool)
	return toolOrigin(name) == "ld" && name != "collect2" && !strings.ContainsAny(name, " \t")
}

// linkerPlace splits "main.c:4", "main.c:(.text+0x5)", "main.o:main.c:(.text+0x5)" and
// "main.o:main.c:function main".
func linkerPlace(place string) model.Frame {
	if f, ok := splitPlace(place); ok && f.Line > 0 {
		return model.Frame{File: f.File, Line: f.Line}
	}
	if at := strings.LastIndex(place, ":("); at >= 0 && strings.HasSuffix(place, ")") {
		place = place[:at]
	} else if at := strings.LastIndex(place, ":function "); at >= 0 {
		place = place[:at]
	}
	if at := strings.LastIndexByte(place, ':'); at > 1 {
		place = place[at+1:]
	}
	return model.Frame{File: place}
}

// appleSymbols is a list of symbols that Apple's linker prints.
type appleSymbols struct {
	open         bool
	architecture string // for which they are undefined; empty in a list of duplicates
}

// openSymbols recognises the first line of such a list:
//
//	Undefined symbols for architecture arm64:
//	  "_util", referenced from:
//	      _main in main.c.o
//	duplicate symbol '_x' in:
//	    main.c.o
func (p *linkerParser) openSymbols(line string) bool {
	if architecture := between(line, "Undefined symbols for architecture ", ":"); architecture != "" {
		p.symbols = appleSymbols{true, architecture}
		return true
	}
	if symbol, ok := strings.CutSuffix(line, " in:"); ok && strings.HasPrefix(symbol, "duplicate symbol ") {
		p.addError("ld", symbol)
		p.symbols = appleSymbols{open: true}
		return true
	}
	return false
}

// more takes a line of the list: each symbol is a report, with the places that refer to it.
func (p *linkerParser) more(line string) bool {
	if !p.symbols.open {
		return false
	}
	text := strings.TrimSpace(line)
	if text == "" || !strings.HasPrefix(line, "  ") {
		p.symbols.open = false
		return false
	}
	architecture := p.symbols.architecture
	if symbol, ok := strings.CutSuffix(text, ", referenced from:"); ok && architecture != "" {
		p.addError("ld", "undefined symbol "+symbol+" for architecture "+architecture)
		return true
	}
	note := "in " + text
	if architecture != "" {
		note = "referenced from " + text
	}
	if advice, ok := strings.CutPrefix(text, "NOTE: "); ok {
		note = advice
	}
	p.addNote(model.Frame{Text: note})
	return true
}
