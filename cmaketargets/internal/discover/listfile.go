package discover

import (
	"bytes"
	"errors"
	"fmt"
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

// maxName is the longest name of a project that is kept, in bytes: names are
// for display, and a table gives all the width of the longest.
const maxName = 200

// notFileError says what has the name of a file.
type notFileError struct{ mode fs.FileMode }

func (e *notFileError) Error() string {
	what := "something"
	switch e.mode.Type() {
	case fs.ModeDir:
		what = "a directory"
	case fs.ModeNamedPipe:
		what = "a fifo"
	case fs.ModeSocket:
		what = "a socket"
	case fs.ModeDevice, fs.ModeDevice | fs.ModeCharDevice:
		what = "a device"
	}
	return what + ", not a file"
}

// readListFile looks for the first project() call in dir's CMakeLists.txt. When
// there is none, why says so in words.
func readListFile(dir string) (c call, why string, err error) {
	name := filepath.Join(dir, listFile)
	// Opening a FIFO or a device may block or worse; a link to a file is fine.
	info, err := os.Stat(name)
	if link, _ := os.Readlink(name); link != "" && errors.Is(err, fs.ErrNotExist) {
		return call{}, "", fmt.Errorf("a link to %s: %w", link, fs.ErrNotExist)
	} else if err != nil {
		return call{}, "", err
	}
	if !info.Mode().IsRegular() {
		return call{}, "", &notFileError{info.Mode()}
	}
	f, err := os.Open(name)
	if err != nil {
		return call{}, "", err
	}
	defer f.Close()

	// Scanning anew after doubling what was read costs at most twice one scan.
	var src bytes.Buffer
	for limit := firstRead; ; limit *= 2 {
		_, err := io.CopyN(&src, f, int64(limit-src.Len()))
		if err != nil && !errors.Is(err, io.EOF) {
			return call{}, "", err
		}
		c := scan(src.Bytes())
		if len(c.name) > maxName {
			c.name = ""
		}
		if c.closed || err != nil || limit >= maxRead {
			return c, noCall(src.Bytes(), err == nil), nil
		}
	}
}

// noCall says why there is no call in a file, of which cut says that it goes on
// behind src.
func noCall(src []byte, cut bool) string {
	switch {
	case len(src) == 0:
		return listFile + " is empty"
	case bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")):
		return listFile + " is UTF-16, and CMake reads UTF-8; save it as that"
	case bytes.IndexByte(src[:min(len(src), firstRead)], 0) >= 0:
		return listFile + " is not a text file"
	case cut:
		return fmt.Sprintf("no project() call in the first %d MiB of %s", maxRead>>20, listFile)
	}
	return "no project() call"
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
