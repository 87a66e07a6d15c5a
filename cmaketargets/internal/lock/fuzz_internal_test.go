package lock

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzRead writes any text to a lock's file: the holder read from it has a short String, and a holder that
// was written is read whole or, when the file was cut off, as the zero Holder.
func FuzzRead(f *testing.F) {
	f.Add([]byte("\x00{\"pid\":4711,\"host\":\"a\",\"does\":\"build\",\"identity\":\"4711.88.99\",\"since\":\"2026-01-31T12:00:00Z\"}\n"), 4711, "host", "build", "4711.88.99", 30)
	f.Add([]byte("\x00{}{"), 0, "", "", "", 0)
	f.Add([]byte("x{\"pid\":-1,\"since\":\"9999-12-31T23:59:59-12:00\"}"), -1, "\x1b[31m", "two\nlines", "\"", 5)
	path := filepath.Join(f.TempDir(), "lock")
	put := func(t *testing.T, text []byte) {
		t.Helper()
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, pid int, host, does, identity string, cut int) {
		put(t, text)
		if h := Read(path); h != (Holder{}) && len(h.String()) > maxHolder+100 || h.PID == 0 && h.Here() {
			t.Errorf("%q is %+v, %s", text, h, h)
		}
		want := Holder{PID: pid, Host: host, Does: does, Identity: identity, Since: time.Unix(int64(pid), 0).UTC(), Leader: pid}
		if !utf8.ValidString(strings.Join([]string{host, does, identity}, " ")) {
			return // JSON has no such text
		}
		if want.write(path) != nil {
			return // nor such a time
		}
		whole, err := os.ReadFile(path)
		if err != nil || len(whole) > offset+maxHolder {
			return
		}
		if got := Read(path); got != want || !strings.HasSuffix(string(whole), "}\n") {
			t.Errorf("%+v came back as %+v of %q", want, got, whole)
		}
		if cut >= 0 && cut < len(whole)-1 {
			if put(t, whole[:cut]); Read(path) != (Holder{}) {
				t.Errorf("cut after %d bytes, %q is %+v", cut, whole, Read(path))
			}
		}
	})
}
