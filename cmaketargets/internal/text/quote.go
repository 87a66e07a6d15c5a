package text

import (
	"fmt"
	"runtime"
	"strings"
	"unicode"
)

// safe are the words that every shell takes as they are.
var safe = Regexp(`^[A-Za-z0-9_@%+=:,./-]+$`)

// Quote makes one line of a command that can be pasted into a shell: a POSIX
// one, or cmd.exe on Windows.
func Quote(args []string) string {
	return quote(args, runtime.GOOS)
}

func quote(args []string, goos string) string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		switch {
		case goos == "windows":
			quoted[i] = quoteWindows(arg)
		case safe().MatchString(arg):
			quoted[i] = arg
		case printable(arg):
			quoted[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		default:
			quoted[i] = quoteANSI(arg)
		}
	}
	return strings.Join(quoted, " ")
}

// printable reports whether Clean has nothing to change, and no tab or blank but
// the usual one would be lost on the way through a clipboard.
func printable(arg string) bool {
	return Clean(arg) == arg && !strings.ContainsFunc(arg, func(r rune) bool { return r != ' ' && unicode.IsSpace(r) })
}

// quoteANSI writes bytes that cannot be shown as $'\x..', which bash, zsh,
// ksh and busybox understand, and POSIX since 2024.
func quoteANSI(arg string) string {
	var b strings.Builder
	b.WriteString("$'")
	for i := range len(arg) {
		switch c := arg[i]; {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f || c == '#': // see ciCommand
			// Octal has at most three digits; \x would swallow a following one.
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// quoteWindows follows the rules of CommandLineToArgvW: backslashes count
// double only before a quote.
func quoteWindows(arg string) string {
	if safe().MatchString(strings.ReplaceAll(arg, `\`, "/")) {
		return arg
	}
	var b strings.Builder
	b.WriteByte('"')
	slashes := 0
	for i := range len(arg) {
		switch c := arg[i]; c {
		case '\\':
			slashes++
			continue
		case '"':
			b.WriteString(strings.Repeat(`\`, 2*slashes+1))
		default:
			b.WriteString(strings.Repeat(`\`, slashes))
		}
		slashes = 0
		b.WriteByte(arg[i])
	}
	b.WriteString(strings.Repeat(`\`, 2*slashes))
	b.WriteByte('"')
	return b.String()
}
