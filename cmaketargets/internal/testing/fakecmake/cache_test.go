package fakecmake

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCacheRoundTrip(t *testing.T) {
	want := cache{
		"PLAIN":       {"STRING", "a=b;c"},
		"EMPTY":       {"BOOL", ""},
		"WITH::COLON": {"UNINITIALIZED", "x"},
		"SPACED":      {"STRING", " x "},
		"INSIDE":      {"INTERNAL", "1"},
	}
	dir := t.TempDir()
	if err := want.write(dir, "cmake"); err != nil {
		t.Fatal(err)
	}
	got, err := readCache(dir)
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(entry{})); diff != "" || err != nil {
		t.Errorf("readCache after write: error %v (-want +got):\n%s", err, diff)
	}
}

func TestReadCacheMissing(t *testing.T) {
	if got, err := readCache(t.TempDir()); got != nil || err != nil {
		t.Errorf("readCache of an empty directory = %v, %v, want nothing", got, err)
	}
}

func TestAtLeast(t *testing.T) {
	for _, tt := range []struct {
		have, want string
		ok         bool
	}{
		{"3.25.1", "3.25.1", true},
		{"3.25.1", "3.24", true},
		{"3.9.6", "3.16", false},
		{"4.0.0-rc2", "3.31", true},
		{"3.24.0-rc1", "3.24", true},
		{"nonsense", "3.0", false},
	} {
		if got := atLeast(tt.have, tt.want); got != tt.ok {
			t.Errorf("atLeast(%q, %q) = %v, want %v", tt.have, tt.want, got, tt.ok)
		}
	}
}
