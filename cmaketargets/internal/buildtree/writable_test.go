package buildtree

import "testing"

func TestNotWritable(t *testing.T) {
	for _, test := range []struct {
		path, top string
		uid       int
		other     bool
		want      string
	}{
		{"build/a/CMakeFiles", "build/a", 0, true, `write build/a/CMakeFiles: permission denied, it belongs to user 0; to change that: sudo chown -R "$(id -u)" build/a`},
		{"build/a b", "build/a b", 1000, true, `write build/a b: permission denied, it belongs to user 1000; to change that: sudo chown -R "$(id -u)" 'build/a b'`},
		{".", "", 0, true, "write .: permission denied, it belongs to user 0; set Config.BuildRoot to another directory"},
		{"build", "build", 1000, false, "write build: permission denied; to change that: chmod -R u+rwX build"},
	} {
		if got := notWritable(test.path, test.top, test.uid, test.other).Error(); got != test.want {
			t.Errorf(" got %s\nwant %s", got, test.want)
		}
	}
}
