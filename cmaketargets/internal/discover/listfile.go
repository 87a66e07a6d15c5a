package discover

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

const (
	listFile = "CMakeLists.txt"
	// maxRead bounds the search for a call, in bytes. No file that people write comes near.
	maxRead = 1 << 20
	// maxName bounds the name of a project, in bytes: a table gives all rows the width of the longest.
	maxName = 200
)

// readListFile looks for the first project() call in dir's CMakeLists.txt. When there is none, why
// is the reason in words.
func readListFile(dir string) (c call, src []byte, why string, err error) {
	name := filepath.Join(dir, listFile)
	src, err = fsutil.ReadStart(name, maxRead)
	if errors.Is(err, fs.ErrNotExist) {
		if link, _ := os.Readlink(name); link != "" {
			err = fmt.Errorf("a link to %s: %w", link, fs.ErrNotExist)
		}
	}
	if err != nil {
		return call{}, nil, "", err
	}
	c = scan(src)
	if len(c.name) > maxName {
		c.name = ""
	}
	return c, src, noCall(src), nil
}

// noCall returns the reason why there is no call in a file that begins with src.
func noCall(src []byte) string {
	switch {
	case len(src) == 0:
		return listFile + " is empty"
	case bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")):
		return listFile + " is UTF-16, and CMake reads UTF-8; save it as that"
	case bytes.IndexByte(src, 0) >= 0:
		return listFile + " is not a text file"
	case len(src) == maxRead:
		return fmt.Sprintf("no project() call in the first %d MiB of %s", maxRead>>20, listFile)
	}
	return "no project() call"
}
