package cmake

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// maxScanned bounds the part that is read of each file of a Ninja build tree, in bytes. Pools are at the top of
// rules.ninja, and the first link is behind the compiles of the first target.
const maxScanned = 16 << 20

// PoolDepth returns the depth of a pool of a Ninja build tree, 0 if there is none.
func PoolDepth(buildDir, name string) (depth int) {
	if name == "console" {
		return 1 // of Ninja itself
	}
	inside := false
	scan(filepath.Join(buildDir, "CMakeFiles", "rules.ninja"), func(line []byte) bool {
		if key, value, ok := strings.Cut(strings.TrimSpace(string(line)), "="); inside && ok && strings.TrimSpace(key) == "depth" {
			depth, _ = strconv.Atoi(strings.TrimSpace(value))
			return false
		}
		inside = string(line) == "pool "+name
		return true
	})
	return max(0, depth)
}

// LinkPool returns the depth of the pool of the first link in a Ninja build tree, 1 if nothing is linked. ok is
// false if that has none, and where no link was found in the part of a large file that is read.
func LinkPool(buildDir string) (depth int, ok bool) {
	files, _ := filepath.Glob(filepath.Join(buildDir, "CMakeFiles", "impl-*.ninja")) // of several configurations
	pool, linked, whole := "", false, true
	for _, file := range append(files, filepath.Join(buildDir, "build.ninja")) {
		whole = scan(file, func(line []byte) bool {
			switch value, pooled := bytes.CutPrefix(line, []byte("  pool = ")); {
			case bytes.HasPrefix(line, []byte("build ")):
				if linked {
					return false
				}
				linked = bytes.Contains(line, []byte("_LINKER__"))
			case linked && pooled:
				pool = string(bytes.TrimSpace(value))
				return false
			}
			return true
		}) && whole
		if linked {
			depth = PoolDepth(buildDir, pool)
			return depth, depth > 0
		}
	}
	return 1, whole
}

// scan calls f for each line of a file until that returns false. It reports whether it has read as far as that, or the
// whole file.
func scan(path string, f func(line []byte) bool) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	scanner := bufio.NewScanner(io.LimitReader(file, maxScanned))
	scanner.Buffer(nil, maxScanned)
	read := 0
	for scanner.Scan() {
		if read += len(scanner.Bytes()) + 1; !f(bytes.TrimSuffix(scanner.Bytes(), []byte("\r"))) {
			return true
		}
	}
	return scanner.Err() == nil && read < maxScanned
}
