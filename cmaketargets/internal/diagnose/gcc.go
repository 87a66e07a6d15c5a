package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// compilerContext is printed before a report: the files that include the reported one, the
// instantiations that need a template, the function.
type compilerContext struct {
	first   int // line; 0 when there is none
	include []model.Frame
	require []model.Frame
}

// take recognises lines such as
//
//	In file included from main.c:1,
//	                 from b.h:2:
//	main.cpp: In instantiation of ‘int f(T) [with T = int]’:
//	main.cpp:9:5:   required from ‘int g(T) [with T = int]’
//	main.cpp:9:5:   required from here
//	main.c: In function ‘main’:
//	In function ‘memcpy’,
//	    inlined from ‘main’ at main.c:5:3:
func (c *compilerContext) take(number int, line string) bool {
	if rest, ok := strings.CutPrefix(line, "In file included from "); ok {
		// Clang repeats the line for each file, the nearest last.
		outer := c.include
		c.include = nil
		ok := c.included(number, rest)
		for _, f := range outer {
			c.include = push(c.include, f)
		}
		return ok
	}
	if rest, ok := strings.CutPrefix(line, "                 from "); ok && c.include != nil {
		return c.included(number, rest)
	}
	if strings.HasPrefix(line, "    inlined from ") {
		function, place, _ := strings.Cut(line, " at ")
		if f, ok := splitPlace(strings.TrimRight(place, ",:")); ok && c.first > 0 {
			f.Text = strings.TrimSpace(function)
			c.require = push(c.require, f)
			return true
		}
	}
	if strings.HasPrefix(line, "In ") && strings.HasSuffix(line, ",") && strings.Contains(line, "function ") {
		return c.begin(number)
	}
	if place, text, ok := strings.Cut(line, ":   required "); ok {
		if f, ok := splitPlace(place); ok {
			f.Text = "required " + text
			c.require = push(c.require, f)
			return c.begin(number)
		}
	}
	if !strings.HasSuffix(line, ":") || strings.HasPrefix(line, " ") {
		return false
	}
	_, text, ok := strings.Cut(line, ": ")
	if ok && (strings.HasPrefix(text, "In ") || strings.HasPrefix(text, "At global scope") || text == "At top level:") {
		return c.begin(number)
	}
	return false
}

// included adds the frame of "main.c:1," or "main.c:1:0:".
func (c *compilerContext) included(number int, place string) bool {
	f, ok := splitPlace(strings.TrimRight(place, ",:"))
	if !ok {
		return false
	}
	f.Text = "included from here"
	c.include = push(c.include, f)
	return c.begin(number)
}

// begin records the first line of the context. It returns true.
func (c *compilerContext) begin(number int) bool {
	if c.first == 0 {
		c.first = number
	}
	return true
}

// move moves the context to the report that it was printed for: first the instantiations, which are
// nearer than the files that include the template's.
func (c *compilerContext) move(d *model.Diagnostic) {
	if c.first > 0 {
		d.LogFirst = c.first
	}
	for _, f := range append(c.require, c.include...) {
		d.Stack = push(d.Stack, f)
	}
	*c = compilerContext{}
}

// translations are GCC's words for reports in the languages that it has, where they are not the
// English ones. No other compiler here follows the user's language.
var translations = []struct{ errors, warnings, notes string }{
	{"致命错误,错误,嚴重錯誤,錯誤", "警告", "附注,附註"},                         // Chinese
	{"fatalna greška,greška", "upozorenje", "napomena"},        // Croatian
	{"fatal fejl,fejl", "advarsel", "bemærk"},                  // Danish
	{"fatale fout,fout", "let op", ""},                         // Dutch
	{"vakava virhe,virhe", "varoitus", "huom"},                 // Finnish
	{"erreur fatale,erreur", "attention,avertissement", ""},    // French
	{"schwerwiegender Fehler,Fehler", "Warnung", "Anmerkung"},  // German
	{"μοιραίο σφάλμα,σφάλμα", "προειδοποίηση", "σημείωση"},     // Greek
	{"", "peringatan", "catatan"},                              // Indonesian
	{"致命的エラー,エラー", "", "備考"},                                   // Japanese; its warnings are the Chinese ones
	{"фатальная ошибка,ошибка", "предупреждение", "замечание"}, // Russian
	{"кобна грешка,грешка", "упозорење", ""},                   // Serbian
	{"error fatal", "aviso", "nota"},                           // Spanish
	{"ödesdigert fel,fel", "varning", "anm"},                   // Swedish
	{"ölümcül hata,hata", "UYARI", "bilgi"},                    // Turkish
	{"критична помилка,помилка", "попередження", "зауваження"}, // Ukrainian
	{"lỗi nghiêm trọng,lỗi", "cảnh báo", "ghi chú"},            // Vietnamese
}

// translated is the severity of each of these words.
var translated = func() map[string]model.Severity {
	words := map[string]model.Severity{}
	for _, t := range translations {
		for severity, list := range map[model.Severity]string{model.Error: t.errors, model.Warning: t.warnings, model.Note: t.notes} {
			for word := range strings.SplitSeq(list, ",") {
				words[word] = severity
			}
		}
	}
	delete(words, "")
	return words
}()

// translatedReport recognises a report in another language than English, at a place or of a part of
// GCC: other tools use these words differently.
//
//	main.c:5:9: Fehler: message [-Wcode]
//	cc1: 致命错误：message
func translatedReport(place, text string) (severity model.Severity, message string, ok bool) {
	if _, ok := splitPlace(place); !ok && !strings.HasPrefix(place, "cc1") && place != "collect2" {
		return "", "", false
	}
	for _, colon := range []string{":", "："} { // A blank can be before it.
		word, message, ok := strings.Cut(text, colon)
		if severity, known := translated[strings.TrimSpace(word)]; ok && known {
			return severity, message, true
		}
	}
	return "", "", false
}

// fortranLines is how many lines a message may be behind its place: gfortran quotes the source
// between them.
const fortranLines = 8

// fortranParser reads the reports of gfortran, which prints the place on a line of its own.
type fortranParser struct {
	*output
	place *model.Diagnostic // without a message
	lines int               // in which the message may follow
}

// open recognises a place: "/src/main.f90:4:1:".
func (p *fortranParser) open(line string) bool {
	place, ok := strings.CutSuffix(line, ":")
	if !ok || place == "" || place[0] == ' ' || place[0] == '\t' {
		return false
	}
	at, ok := splitPlace(place)
	if !ok || at.Column == 0 {
		return false
	}
	p.place = &model.Diagnostic{File: at.File, Line: at.Line, Column: at.Column, Origin: "gcc", LogFirst: p.number}
	p.lines, p.last = fortranLines, nil
	return true
}

// more looks for the message of the place.
func (p *fortranParser) more(line string) bool {
	if p.place == nil {
		return false
	}
	if p.lines--; p.lines < 0 {
		p.place = nil
		return false
	}
	for _, w := range severities {
		if message, ok := strings.CutPrefix(line, w.word+": "); ok {
			d := p.place
			d.Severity, d.Message = w.severity, strings.TrimSpace(message)
			cutOption(d)
			p.place = nil
			p.add(d)
			return true
		}
	}
	return false
}
