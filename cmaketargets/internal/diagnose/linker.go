package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// linkerParser reads the reports of GNU ld, gold, lld, mold and Apple's ld.
type linkerParser struct {
	out          *output
	listed       bool   // in a list of symbols by Apple's ld
	architecture string // for which they are undefined; empty in a list of duplicates
}

// open recognises
//
//	main.c:(.text+0x5): undefined reference to `util'
//	/usr/bin/ld: main.c:4: undefined reference to `util'
//	/usr/bin/ld: cannot find -lnowhere: No such file or directory
//	ld.lld: error: undefined symbol: util
//	>>> referenced by main.c:4 (/src/main.c:4)
//	./app: symbol lookup error: ./libx.so: undefined symbol: util
//	duplicate symbol '_x' in:
func (p *linkerParser) open(line string) bool {
	if rest, ok := strings.CutPrefix(line, ">>> "); ok && p.out.last != nil && p.out.last.Origin == "ld" {
		for part := range strings.SplitSeq(rest, ">>> ") { // mold omits the end of a line.
			p.reference(part)
		}
		return true
	}
	if strings.HasPrefix(line, " ") {
		return false
	}
	if p.openList(line) {
		return true
	}
	text, named := cutLinker(line)
	if !named && !strings.Contains(text, ": undefined ") && !strings.Contains(text, ": multiple ") && !strings.Contains(text, ": warning: ") {
		return false
	}
	text = strings.TrimPrefix(strings.TrimPrefix(text, "error: "), "fatal: ")
	if d := symbolReport(text); d != nil {
		p.out.addInContext(d)
		return true
	}
	if place, message, ok := strings.Cut(text, ": warning: "); ok && (named || strings.Contains(place, ":(.")) {
		f := linkerPlace(place)
		p.out.addInContext(&model.Diagnostic{Severity: model.Warning, Origin: "ld", File: f.File, Line: f.Line, Message: message})
		return true
	}
	return named && p.openOther(text)
}

// openOther reads the text that a linker prints after its name, unless it is about a symbol.
func (p *linkerParser) openOther(text string) bool {
	d := &model.Diagnostic{Severity: model.Error, Origin: "ld", Message: text}
	place, rest, _ := strings.Cut(text, ": ")
	switch {
	case strings.Contains(text, ": in function "):
		return p.out.context.begin(p.out.number)
	case strings.HasPrefix(rest, "previous definition here"):
		f := linkerPlace(place)
		if rest != "previous definition here" {
			f, rest = model.Frame{}, text
		}
		f.Text = rest
		p.out.addNote(f)
		return true
	case place == "note", place == "NOTE", strings.HasPrefix(text, "the vtable symbol may be undefined"):
		p.out.addNote(model.Frame{Text: text})
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
	p.out.addInContext(d)
	return true
}

// symbolForm is a report about a symbol: "main.c:4: undefined reference to `util'".
var symbolForm = text.Regexp("^([^`'\"]*?)(?:: error)?: " +
	"((?:undefined reference to |multiple definition of |undefined symbol: ).*?)(?:; (.*): first defined here)?$")

// symbolReport returns the report about a symbol, nil for any other text.
func symbolReport(text string) *model.Diagnostic {
	if !strings.Contains(text, ": undefined ") && !strings.Contains(text, ": multiple ") {
		return nil
	}
	found := symbolForm().FindStringSubmatch(text)
	if found == nil {
		return nil
	}
	f := linkerPlace(found[1])
	d := &model.Diagnostic{Severity: model.Error, Origin: "ld", File: f.File, Line: f.Line, Message: found[2]}
	if found[3] != "" {
		first := linkerPlace(found[3])
		first.Text = "first defined here"
		d.Notes = push(nil, first)
	}
	return d
}

// symbolPlace is a place that refers to the symbol or defines it, after ">>> ".
var symbolPlace = text.Regexp(`^(referenced by|defined at|defined in) (?:.*? \((.*)\)|(.*))$`)

// reference reads a line after ">>> ".
func (p *linkerParser) reference(text string) {
	d := p.out.last
	d.LogLast = p.out.number
	if found := symbolPlace().FindStringSubmatch(text); found != nil {
		f := linkerPlace(found[2] + found[3])
		if d.File == "" {
			d.File, d.Line = f.File, f.Line
		}
		verb, _, _ := strings.Cut(found[1], " ")
		f.Text = verb + " here"
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

// isLinker reports whether a tool is a linker; collect2 only passes on the output of one.
func isLinker(tool string) bool {
	name := toolName(tool)
	return !strings.ContainsAny(name, " \t") && name != "collect2" && toolOrigin(name) == "ld"
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
	return model.Frame{File: strings.TrimSpace(place)}
}

// openList recognises the first line of a list of symbols that Apple's linker prints:
//
//	Undefined symbols for architecture arm64:
//	  "_util", referenced from:
//	      _main in main.c.o
//	duplicate symbol '_x' in:
//	    main.c.o
func (p *linkerParser) openList(line string) bool {
	architecture := between(line, "Undefined symbols for architecture ", ":")
	symbol, ok := strings.CutSuffix(line, " in:")
	duplicate := ok && strings.HasPrefix(symbol, "duplicate symbol ")
	if architecture == "" && !duplicate {
		return false
	}
	p.listed, p.architecture = true, architecture
	if architecture == "" {
		p.out.addError("ld", symbol)
	}
	return true
}

// more takes a line of the list: each symbol is a report, with the places that refer to it.
func (p *linkerParser) more(line string) bool {
	text := strings.TrimSpace(line)
	p.listed = p.listed && text != "" && strings.HasPrefix(line, "  ")
	if !p.listed {
		return false
	}
	symbol, head := strings.CutSuffix(text, ", referenced from:")
	advice, isAdvice := strings.CutPrefix(text, "NOTE: ")
	switch {
	case p.architecture != "" && head:
		p.out.addError("ld", "undefined symbol "+symbol+" for architecture "+p.architecture)
	case isAdvice:
		p.out.addNote(model.Frame{Text: advice})
	case p.architecture != "":
		p.out.addNote(model.Frame{Text: "referenced from " + text})
	default:
		p.out.addNote(model.Frame{Text: "in " + text})
	}
	return true
}
