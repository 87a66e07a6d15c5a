package discover

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// listFile is the name of the file that makes a directory CMake's.
const listFile = "CMakeLists.txt"

// The first read takes whole nearly every CMakeLists.txt there is. A call that
// stands behind the last byte that is read is not found: no file that people
// write comes near, and whatever does must not hold up a walk.
const (
	firstRead = 16 << 10
	maxRead   = 1 << 20
)

var errNotRegular = errors.New("not a regular file")

// readListFile looks for the first project() call in dir's CMakeLists.txt.
func readListFile(dir string) (call, error) {
	name := filepath.Join(dir, listFile)
	// Opening a FIFO or a device may block or worse; a link to a file is fine.
	info, err := os.Stat(name)
	if err != nil {
		return call{}, err
	}
	if !info.Mode().IsRegular() {
		return call{}, errNotRegular
	}
	f, err := os.Open(name)
	if err != nil {
		return call{}, err
	}
	defer f.Close()

	// Scanning anew after doubling what was read costs at most twice one scan.
	var src bytes.Buffer
	for limit := firstRead; ; limit *= 2 {
		_, err := io.CopyN(&src, f, int64(limit-src.Len()))
		if err != nil && !errors.Is(err, io.EOF) {
			return call{}, err
		}
		c := scan(src.Bytes())
		if c.closed || err != nil || limit >= maxRead {
			return c, nil
		}
	}
}

// causeOf returns what went wrong without the operation and the path, which
// stand beside it already.
func causeOf(err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
