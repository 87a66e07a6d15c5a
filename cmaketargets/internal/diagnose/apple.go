package diagnose

import "strings"

// openSymbols recognises what Apple's linker says about symbols:
//
//	Undefined symbols for architecture arm64:
//	  "_util", referenced from:
//	      _main in main.c.o
//	duplicate symbol '_x' in:
//	    main.c.o
func (s *scanner) openSymbols(line string) bool {
	if arch, ok := between(line, "Undefined symbols for architecture ", ":"); ok {
		s.symbols = &Diagnostic{Severity: SeverityError, Origin: "ld", Message: " for architecture " + arch}
		return true
	}
	if symbol, ok := strings.CutPrefix(line, "duplicate symbol "); ok && strings.HasSuffix(symbol, " in:") {
		s.add(&Diagnostic{Severity: SeverityError, Origin: "ld", Message: strings.TrimSuffix(line, " in:")})
		s.symbols = &Diagnostic{}
		return true
	}
	return false
}

// inSymbols takes a line below: each symbol is a report, with who refers to it.
func (s *scanner) inSymbols(line string) bool {
	if s.symbols == nil {
		return false
	}
	text := strings.TrimSpace(line)
	if text == "" || !strings.HasPrefix(line, "  ") {
		s.symbols = nil
		return false
	}
	if symbol, ok := strings.CutSuffix(text, ", referenced from:"); ok && s.symbols.Message != "" {
		d := *s.symbols
		d.Message = "undefined symbol " + symbol + d.Message
		s.add(&d)
		return true
	}
	if s.last != nil {
		f := Frame{Text: "in " + text}
		if s.symbols.Message != "" {
			f.Text = "referenced from " + text
		}
		if strings.HasPrefix(text, "NOTE: ") {
			f.Text = text[len("NOTE: "):]
		}
		s.last.Notes = push(s.last.Notes, f)
		s.last.LastLine = s.number
	}
	return true
}
