package inputs

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// unknownNames is the hash of a directory whose names at the beginning of the step are unknown.
const unknownNames = "unknown"

// stampDir returns the stamp of the names in a directory: Size is their number, Hash that of their
// list. See listing for the names that count.
func stampDir(path string) Stamp {
	s := stat(path)
	if s.Size < 0 {
		return s
	}
	s.Size, s.Hash = listing(path)
	if stat(path).ModTime != s.ModTime {
		s.ModTime = noTime // the names may be those of before or after the change
	}
	return s
}

// listing returns the number of names in a directory and their hash, leaving out hidden files and
// those that editors, and we for editors, write beside sources.
func listing(path string) (int64, string) {
	names, err := namesIn(path)
	if err != nil {
		return -1, ""
	}
	names = slices.DeleteFunc(names, func(n string) bool {
		return strings.HasPrefix(n, ".") || strings.HasSuffix(n, "~") || n == "4913" || // vim's write probe
			n == "compile_commands.json"
	})
	return int64(len(names)), fsutil.Hash(fmt.Sprintf("%q", names))[:32]
}

// namesIn returns the names in a directory, sorted.
func namesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, err
}
