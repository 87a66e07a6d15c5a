package text

import "testing"

func TestQuoteWindows(t *testing.T) {
	for in, want := range map[string]string{
		`C:\cmake\bin\cmake.exe`: `C:\cmake\bin\cmake.exe`,
		`C:\Program Files\x`:     `"C:\Program Files\x"`,
		`ends with\ `:            `"ends with\ "`,
		`a "quoted" word`:        `"a \"quoted\" word"`,
		`slash before \"`:        `"slash before \\\""`,
		``:                       `""`,
		`dir with space\`:        `"dir with space\\"`,
	} {
		if got := quote([]string{in}, "windows"); got != want {
			t.Errorf("quote(%q) = %s, want %s", in, got, want)
		}
	}
}
