package cmake

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestFailedTests(t *testing.T) {
	dir := t.TempDir()
	if err := SetFailedTests(dir, nil); err != nil || FailedTests(dir) != nil {
		t.Errorf("without ctest: %v", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "Testing", "Temporary"), 0o777); err != nil {
		t.Fatal(err)
	}
	want := []FailedTest{{"2", "a"}, {"14", "b: c"}}
	if err := SetFailedTests(dir, want); err != nil {
		t.Fatal(err)
	}
	if got := FailedTests(dir); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if err := SetFailedTests(dir, nil); err != nil || FailedTests(dir) != nil {
		t.Errorf("removed: %v", err)
	}
}
