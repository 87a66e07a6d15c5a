package diagnose

import (
	"strings"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// compilerContext is printed before a report: the files that include the reported one, the
// instantiations that need a template, the function.
type compilerContext struct {
	first   int // line; 0 when there is none
	include []model.Frame
	require []model.Frame
}

// contextHead is the first line of a context that ends in a colon or comma.
var contextHead = text.Regexp(`^(?:In .*function .*,|[^ ](?:[^:]|:+[^ :])*:+ (?:In .*|At global scope.*|At top level):)$`)

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
		ok := c.frame(number, &c.include, rest, "included from here")
		for _, f := range outer {
			c.include = push(c.include, f)
		}
		return ok
	}
	if rest, ok := strings.CutPrefix(line, "                 from "); ok && c.include != nil {
		return c.frame(number, &c.include, rest, "included from here")
	}
	if strings.HasPrefix(line, "    inlined from ") && c.first > 0 {
		function, place, _ := strings.Cut(line, " at ")
		return c.frame(number, &c.require, place, strings.TrimSpace(function))
	}
	if place, text, ok := strings.Cut(line, ":   required "); ok && c.frame(number, &c.require, place, "required "+text) {
		return true
	}
	ends := strings.HasSuffix(line, ":") || strings.HasSuffix(line, ",")
	return ends && contextHead().MatchString(line) && c.begin(number)
}

// frame adds a frame at "main.c:1," or "main.c:1:0:" to a list.
func (c *compilerContext) frame(number int, list *[]model.Frame, place, text string) bool {
	f, ok := splitPlace(strings.TrimRight(place, ",:"))
	if !ok {
		return false
	}
	f.Text = text
	*list = push(*list, f)
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
var translations = map[model.Severity]string{
	model.Error: "致命错误,错误,嚴重錯誤,錯誤,致命的エラー,エラー," + // Chinese, Japanese
		"fatalna greška,greška,fatal fejl,fejl,fatale fout,fout,vakava virhe,virhe," + // Croatian, Danish, Dutch, Finnish
		"erreur fatale,erreur,schwerwiegender Fehler,Fehler,μοιραίο σφάλμα,σφάλμα," + // French, German, Greek
		"фатальная ошибка,ошибка,кобна грешка,грешка,критична помилка,помилка," + // Russian, Serbian, Ukrainian
		"error fatal,ödesdigert fel,fel,ölümcül hata,hata,lỗi nghiêm trọng,lỗi", // Spanish, Swedish, Turkish, Vietnamese
	model.Warning: "警告,upozorenje,advarsel,let op,varoitus,attention,avertissement,Warnung,προειδοποίηση," +
		"peringatan,предупреждение,упозорење,aviso,varning,UYARI,попередження,cảnh báo",
	model.Note: "附注,附註,備考,napomena,bemærk,huom,Anmerkung,σημείωση,catatan,замечание,nota,anm,bilgi,зауваження,ghi chú",
}

// translated is the severity of each of these words.
var translated = sync.OnceValue(func() map[string]model.Severity {
	words := map[string]model.Severity{}
	for severity, list := range translations {
		for word := range strings.SplitSeq(list, ",") {
			words[word] = severity
		}
	}
	return words
})

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
		if severity, known := translated()[strings.TrimSpace(word)]; ok && known {
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
	out   *output
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
	p.place = &model.Diagnostic{File: at.File, Line: at.Line, Column: at.Column, Origin: "gcc", LogFirst: p.out.number}
	p.lines, p.out.last = fortranLines, nil
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
	if found := cutReport(line); found != nil && found[2] == "" {
		d := p.place
		d.Severity, d.Message = severityOf(found[1]), strings.TrimSpace(found[3])
		cutOption(d)
		p.place = nil
		p.out.add(d)
		return true
	}
	return false
}
