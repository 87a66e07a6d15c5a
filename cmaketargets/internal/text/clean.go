package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text from outside fit for one line of a screen: characters that
// could move the cursor, change colours or end the line are shown as escapes,
// and bytes that are no UTF-8 as \x. A tab stays a tab. Colour sequences that
// compilers print (CSI ... m) are dropped.
//
// A CI system takes no part of it for a command of its own, wherever it is
// printed; see ciCommand.
func Clean(text string) string {
	if !PrintableASCII(text) {
		text = escape(text)
	}
	if !strings.Contains(text, "::") && !strings.Contains(text, "##") {
		return text // A line that is drawn ten times a second has to be cheap.
	}
	return ciCommand().ReplaceAllStringFunc(text, func(match string) string {
		// Without the first of two equal signs there is no pair.
		at := strings.IndexAny(match, "#:")
		return fmt.Sprintf(`%s\x%02x%s`, match[:at], match[at], match[at+1:])
	})
}

// ciCommand matches the commands that CI systems obey when a program in one of
// their jobs prints them: "::error::text" where a line begins with it, blanks
// apart, and "##[error]text", "##vso[...]" and "##teamcity[...]" wherever they
// stand. Case does not count in their names.
//
// https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
// https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
var ciCommand = Regexp(`^[\t\pZ]*::[A-Za-z]|##[A-Za-z]*\[`)

// escape is Clean for text that is not printable ASCII.
func escape(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		if n := Colour(text[i:]); n > 0 {
			i += n
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case r == '\t' || unicode.IsPrint(r) || unicode.Is(unicode.Zs, r): // French puts no-break spaces into quotes
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == 0x1b:
			b.WriteString(`\e`)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
		i += size
	}
	return b.String()
}

// PrintableASCII reports whether text is printable ASCII, tabs included.
func PrintableASCII(text string) bool {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c >= 0x7f || c < ' ' && c != '\t' {
			return false
		}
	}
	return true
}
