package main

import (
	"encoding/xml"
	"strings"
	"testing"
)

func TestSVG(t *testing.T) {
	got := svg("\x1b[32mok\x1b[0m  a <漢字> \x1b[1mb\x1b[22m c  d\n\n", 20)
	for _, want := range []string{
		`<text x="16.0" y="30" textLength="16.8" fill="#56d364">ok</text>`,
		`<text x="49.6" y="30" textLength="67.2">a &lt;漢字&gt;</text>`,
		`<text x="125.2" y="30" textLength="8.4" font-weight="bold">b</text>`,
		`<text x="142.0" y="30" textLength="33.6">c  d</text>`,
		"<desc>ok  a &lt;漢字&gt; b c  d</desc>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if err := xml.Unmarshal([]byte(got), new(struct{})); err != nil {
		t.Error(err)
	}
}
