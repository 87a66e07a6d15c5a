//go:build unix

package discover_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

// Opening the first would wait for a writer, reading the second would not end.
func TestFindSpecialFiles(t *testing.T) {
	root := tree(t, "fifo/", "device/", "a/CMakeLists.txt")
	if err := syscall.Mkfifo(filepath.Join(root, "fifo", "CMakeLists.txt"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", filepath.Join(root, "device", "CMakeLists.txt")); err != nil {
		t.Fatal(err)
	}
	check(t, discover.Options{Root: root}, outline{
		Projects: []string{"a"},
		Ignored: []string{
			"device: CMakeLists.txt: is not a file",
			"fifo: CMakeLists.txt: is not a file",
		},
	})
}
