package buildtree

import (
	"bytes"
	"testing"
)

func TestAnnouncementIsDropped(t *testing.T) {
	const line = "ninja: Jobserver mode detected:  -j2 --jobserver-auth=3,3\n"
	for output, want := range map[string]string{
		"": "", line: "", line + "a\nb\n": "a\nb\n", "a\n" + line: "a\n" + line, "ninja: no work to do.\n": "ninja: no work to do.\n",
		"ninja: ": "ninja: ", "ninja: Jobserver mode detected: cut": "ninja: Jobserver mode detected: cut", "\n": "\n",
	} {
		for _, step := range []int{1, 7, 1000} {
			var got bytes.Buffer
			u := &unannounced{to: &got}
			for rest := []byte(output); len(rest) > 0; {
				n := min(step, len(rest))
				if wrote, err := u.Write(rest[:n]); wrote != n || err != nil {
					t.Fatalf("wrote %d of %d, %v", wrote, n, err)
				}
				rest = rest[n:]
			}
			if err := u.flush(); err != nil || got.String() != want {
				t.Errorf("%q by %d: got %q, %v; want %q", output, step, got.String(), err, want)
			}
		}
	}
}
