package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

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
