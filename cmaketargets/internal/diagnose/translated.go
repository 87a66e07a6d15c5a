package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

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
