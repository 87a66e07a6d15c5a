package diagnose

import "strings"

// translated are the words of GCC, the only compiler at hand that speaks the
// language of who started it, in those that it speaks, where they are not the
// English ones.
var translated = map[string]Severity{
	// Chinese
	"致命错误": SeverityError, "错误": SeverityError, "警告": SeverityWarning, "附注": SeverityNote,
	"嚴重錯誤": SeverityError, "錯誤": SeverityError, "附註": SeverityNote,
	// Croatian
	"fatalna greška": SeverityError, "greška": SeverityError, "upozorenje": SeverityWarning, "napomena": SeverityNote,
	// Danish
	"fatal fejl": SeverityError, "fejl": SeverityError, "advarsel": SeverityWarning, "bemærk": SeverityNote,
	// Dutch
	"fatale fout": SeverityError, "fout": SeverityError, "let op": SeverityWarning,
	// Finnish
	"vakava virhe": SeverityError, "virhe": SeverityError, "varoitus": SeverityWarning, "huom": SeverityNote,
	// French
	"erreur fatale": SeverityError, "erreur": SeverityError, "attention": SeverityWarning, "avertissement": SeverityWarning,
	// German
	"schwerwiegender Fehler": SeverityError, "Fehler": SeverityError, "Warnung": SeverityWarning, "Anmerkung": SeverityNote,
	// Greek
	"μοιραίο σφάλμα": SeverityError, "σφάλμα": SeverityError, "προειδοποίηση": SeverityWarning, "σημείωση": SeverityNote,
	// Indonesian
	"peringatan": SeverityWarning, "catatan": SeverityNote,
	// Japanese; its warnings are the Chinese ones
	"致命的エラー": SeverityError, "エラー": SeverityError, "備考": SeverityNote,
	// Russian
	"фатальная ошибка": SeverityError, "ошибка": SeverityError, "предупреждение": SeverityWarning, "замечание": SeverityNote,
	// Serbian
	"кобна грешка": SeverityError, "грешка": SeverityError, "упозорење": SeverityWarning,
	// Spanish
	"error fatal": SeverityError, "aviso": SeverityWarning, "nota": SeverityNote,
	// Swedish
	"ödesdigert fel": SeverityError, "fel": SeverityError, "varning": SeverityWarning, "anm": SeverityNote,
	// Turkish
	"ölümcül hata": SeverityError, "hata": SeverityError, "UYARI": SeverityWarning, "bilgi": SeverityNote,
	// Ukrainian
	"критична помилка": SeverityError, "помилка": SeverityError, "попередження": SeverityWarning, "зауваження": SeverityNote,
	// Vietnamese
	"lỗi nghiêm trọng": SeverityError, "lỗi": SeverityError, "cảnh báo": SeverityWarning, "ghi chú": SeverityNote,
}

// colons are what stands behind such a word; a blank can be between.
var colons = []string{":", "："}

// reportTranslated keeps a report in another language than English, of a place
// or of a part of GCC: there these words are none of anybody else's.
//
//	main.c:5:9: Fehler: message [-Wcode]
//	cc1: 致命错误：message
func (s *scanner) reportTranslated(place, text string) bool {
	if _, _, _, ok := splitPlace(place); !ok && !strings.HasPrefix(place, "cc1") && place != "collect2" {
		return false
	}
	for _, colon := range colons {
		word, message, ok := strings.Cut(text, colon)
		if severity, known := translated[strings.TrimSpace(word)]; ok && known {
			return s.report(place, severity, "", message)
		}
	}
	return false
}
