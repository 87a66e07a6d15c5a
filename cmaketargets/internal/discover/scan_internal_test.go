package discover

import (
	"bytes"
	"testing"
)

// FuzzScanBeginning holds the scanner to what readListFile relies on when it
// reads only the beginning of a file: an answer that is closed holds whatever
// follows, and the time does not explode.
func FuzzScanBeginning(f *testing.F) {
	f.Add([]byte("project(a)\nproject(b)"), 9)
	f.Add([]byte("\xef\xbb\xbf# x\r\nproject\t(\"a\\\r\nb\" [[c]]\r\n)"), 24)
	f.Add([]byte("set(x \"a\nproject(y)\" a\"b c\"d $(MAKE)) project(z VERSION 1)"), 58)
	f.Fuzz(func(t *testing.T, src []byte, cut int) {
		if cut < 0 || cut > len(src) {
			return
		}
		part, whole := scan(bytes.Clone(src[:cut])), scan(src)
		if part.closed && part != whole {
			t.Errorf("%q is %+v, with the rest %+v", src[:cut], part, whole)
		}
		if whole.closed && !whole.found || len(whole.name) > len(src) {
			t.Errorf("%q is %+v", src, whole)
		}
	})
}
