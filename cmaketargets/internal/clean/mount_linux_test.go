//go:build !portable

package clean

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// FuzzUnescape checks that the reader of mount points restores the characters that the kernel
// escapes: white space, "#" and the backslash. See mangle and seq_path in
// https://github.com/torvalds/linux/blob/v6.6/fs/seq_file.c
func FuzzUnescape(f *testing.F) {
	for _, seed := range []string{"/", "/mnt/my disk", `/a\040b`, "/tab\tand\nline", `/ends\`, `/\0`, `/\999`, `/\+12`, "/\xff\u00fc#"} {
		f.Add(seed)
	}
	kernel := strings.NewReplacer(" ", `\040`, "\t", `\011`, "\n", `\012`, `\`, `\134`, "#", `\043`)
	f.Fuzz(func(t *testing.T, path string) {
		if got := unescape(kernel.Replace(path)); got != path {
			t.Errorf("%q came back as %q", path, got)
		}
		if got := unescape(path); len(got) > len(path) || got != path && !strings.Contains(path, `\`) {
			t.Errorf("unescape(%q) = %q", path, got)
		}
	})
}

func TestMountID(t *testing.T) {
	for _, path := range []string{"/", "/proc", "/sys", t.TempDir()} {
		dir, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = dir.Close() }()
		info, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", dir.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("mnt_id:\t%d\n", mountID(dir))
		if !strings.Contains(string(info), want) {
			t.Errorf("%s: mountID gives %q, the kernel says:\n%s", path, want, info)
		}
	}
}
