package text_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

func TestClean(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"plain text\tand a tab", "plain text\tand a tab"},
		{"größer 漢字", "größer 漢字"},
		{"a\nb\rc", `a\nb\rc`},
		{"\x1b[31;1mred\x1b[0m \x1b[Kend", "red end"},
		{"\x1b[2J\x1b]0;title\x07", `\e[2J\e]0;title\x07`},
		{"bad \xff\xfe", `bad \xff\xfe`},
		{"nul \x00", `nul \x00`},
		{"c1 \u009b31m", `c1 \x9b31m`},
		{"bidi \u202e", `bidi \u{202e}`},
		{"«\u00a0blanks\u202f»\u3000", "«\u00a0blanks\u202f»\u3000"},
		{"no width \u200b\ufeff", `no width \u{200b}\u{feff}`},
		{"lines \u2028\u2029\u0085", `lines \u{2028}\u{2029}\x85`},
		{"::error file=x::y", `\x3a:error file=x::y`},
		{"::Stop-Commands::x", `\x3a:Stop-Commands::x`}, // names of commands have no case
		{" \t::add-mask::y", " \t\\x3a:add-mask::y"},
		{"a::b::c, :: and ::", "a::b::c, :: and ::"},
		{"x ##[error]y ##vso[task.complete]", `x \x23#[error]y \x23#vso[task.complete]`},
		{"###teamcity[x ##x[ # ## heading", `#\x23#teamcity[x \x23#x[ # ## heading`},
		{"#\x1b[m#[group]", `\x23#[group]`},
	} {
		if got := text.Clean(test.in); got != test.want {
			t.Errorf("Clean(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

// For any text Clean returns one line of printable text that is not much longer, and that does not
// change when it is cleaned again.
func FuzzClean(f *testing.F) {
	f.Add("text\x1b[0m\n")
	f.Add("\xff\u202e::error::x")
	f.Add("\u2003::error::##[x]##vso[y]###[")
	f.Add("::ERROR::x")
	f.Add("\u2028\u0085\u200b\x7f\x1b[3\x1b[1m1m")
	f.Fuzz(func(t *testing.T, in string) {
		got := text.Clean(in)
		if !utf8.ValidString(got) || len(got) > 4*len(in) {
			t.Errorf("Clean(%q) = %q", in, got)
		}
		for _, r := range got {
			if r != '\t' && !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) {
				t.Errorf("Clean(%q) = %q, which has %U", in, got, r)
			}
		}
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(got)), "::e") || strings.Contains(got, "##[") || strings.Contains(got, "##vso[") {
			t.Errorf("Clean(%q) = %q is a command to a CI system", in, got)
		}
		if again := text.Clean(got); again != got {
			t.Errorf("Clean(%q) = %q is cleaned again to %q", in, got, again)
		}
	})
}

// A shell reads the output of Quote as the original text.
func TestQuoteForTheShell(t *testing.T) {
	args := []string{
		"printf", "%s|", "plain", "two words", "it's", `back\slash`, "$HOME", "`id`", "a;b&c", "", "-D X=\"1\"", "tab\there",
		"new\nline", "größer", "\x1b[31m", "\xff1", "!", "~", "#x", "*", "no\u00a0break",
	}
	out, err := exec.Command("bash", "-c", text.Quote(args)).Output()
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Join(args[2:], "|") + "|"; string(out) != want {
		t.Errorf("the shell read %q, want %q", out, want)
	}
	if line := text.Quote(args); strings.ContainsAny(line, "\n\x1b\u00a0") {
		t.Errorf("Quote is not one printable line: %q", line)
	}
}

// FuzzQuote has a shell read the output of Quote: sh as POSIX has it, or bash for text that needs
// $'...'.
func FuzzQuote(f *testing.F) {
	f.Add("plain", "two words", "it's")
	f.Add("-D X=\"$(id)\"", "`id`;&|<>", "new\nline\t\x1b[31m\xff1")
	f.Add("##[error]", "::error::", "##vso[x]\n")
	f.Add("", "~", "\u202e\\'!#*?[a]{b,c}")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if strings.ContainsRune(a+b+c, 0) {
			return // No argument of a program can hold it.
		}
		line := text.Quote([]string{"printf", "%s\\0", a, b, c})
		if text.Clean(line) != line || strings.Contains(line, "\t") {
			t.Errorf("%q, %q, %q: not one printable line: %q", a, b, c, line)
		}
		shell := "sh"
		if strings.Contains(line, "$'") {
			shell = "bash"
		}
		out, err := exec.Command(shell, "-c", line).CombinedOutput()
		if want := a + "\x00" + b + "\x00" + c + "\x00"; err != nil || string(out) != want {
			t.Errorf("%s read %q of %s, want %q, %v", shell, out, line, want, err)
		}
	})
}

func TestDuration(t *testing.T) {
	for in, want := range map[time.Duration]string{
		4 * time.Millisecond: "0.00s", 1234 * time.Millisecond: "1.23s", 59 * time.Second: "59.0s",
		185 * time.Second: "3m05s", 2*time.Hour + time.Minute: "121m00s",
	} {
		if got := text.Duration(in); got != want {
			t.Errorf("Duration(%v) = %s, want %s", in, got, want)
		}
	}
}
