package compdb

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// foreignError says why a file is not taken for one of ours.
type foreignError struct{ what string }

// Error implements error.
func (e *foreignError) Error() string { return e.what }

// ours returns nil for a file that this package wrote: a list with a line for each entry, that begins with the name of
// the file. CMake, Bear, compdb and Ninja all begin with the directory or put an entry on several lines. A foreign or
// missing one is a *foreignError, and so is one of ours that somebody has reformatted.
func ours(path string) error {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return &foreignError{err.Error()}
	case info.Mode()&fs.ModeSymlink != 0:
		return &foreignError{"a symbolic link"}
	case info.IsDir():
		return &foreignError{"a directory"}
	case !info.Mode().IsRegular():
		return &foreignError{"not a regular file"}
	}
	file, err := fsutil.Open(path)
	if err != nil {
		return &foreignError{err.Error()}
	}
	defer func() { _ = file.Close() }()
	if !ourForm(bufio.NewReaderSize(file, 64<<10)) {
		return &foreignError{"not written by this tool"}
	}
	return nil
}

// ourForm reads to the end, or to the first line that merger.write would not have written.
func ourForm(in *bufio.Reader) bool {
	if first, err := in.ReadSlice('\n'); err != nil || string(first) != "[\n" {
		return false
	}
	for last := false; ; {
		begin, end, err := line(in)
		switch {
		case last:
			_, more := in.ReadByte()
			return string(begin) == "]\n" && errors.Is(more, io.EOF)
		case err != nil, !bytes.HasPrefix(begin, []byte(`{"file":"`)):
			return false
		case bytes.HasSuffix(end, []byte("}\n")):
			last = true
		case !bytes.HasSuffix(end, []byte("},\n")):
			return false
		}
	}
}

// line returns the begin and the end of a line of any length, at most 16 bytes of each.
func line(in *bufio.Reader) (begin, end []byte, err error) {
	const some = 16
	for {
		part, err := in.ReadSlice('\n')
		if len(begin) == 0 {
			begin = bytes.Clone(part[:min(len(part), some)])
		}
		end = append(end, part...)
		end = bytes.Clone(end[max(0, len(end)-some):])
		if !errors.Is(err, bufio.ErrBufferFull) {
			if errors.Is(err, io.EOF) && len(part) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return begin, end, err
		}
	}
}
