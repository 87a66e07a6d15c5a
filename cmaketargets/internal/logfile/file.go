// Package logfile writes log files of bounded size, in bounded memory.
//
// A log that outgrows its limit keeps its beginning and its end, each half of the limit, because
// the cause of a failure is in one of them. A line between them gives the size of the missing part.
package logfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// File is a log file that is being written. It is not safe for concurrent use.
//
// The bytes after the first half are written in a circle to the second half of the file; Close puts
// them in order. A process that is killed before that leaves them as they are.
type File struct {
	file  *os.File
	head  int64 // size of the first half
	tail  int64 // size of the second half
	total int64 // bytes written
}

// Create creates the file. A file or link at path is removed first, so that nothing is written
// through a link, and so are temporary files of a process that was killed in Close. The file will
// not exceed limit bytes, not counting the line in its middle; a negative limit is none.
func Create(path string, limit int64) (*File, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	fsutil.RemoveTemporary(path)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	if limit < 0 {
		return &File{file: file, head: math.MaxInt64}, nil
	}
	return &File{file: file, head: limit - limit/2, tail: limit / 2}, nil
}

// Name returns the path that the file was created with.
func (f *File) Name() string { return f.file.Name() }

// Write implements io.Writer.
func (f *File) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		at, room := f.total, f.head-f.total
		if room <= 0 && f.tail == 0 {
			f.total += int64(len(p) - written)
			break
		}
		if room <= 0 {
			at = f.head + (f.total-f.head)%f.tail
			room = f.head + f.tail - at
		}
		n, err := f.file.WriteAt(p[written:written+int(min(room, int64(len(p)-written)))], at)
		f.total += int64(n)
		written += n
		if err != nil {
			return written, err
		}
	}
	return len(p), nil
}

// Close completes the file.
func (f *File) Close() error {
	missing := f.total - f.head - f.tail
	if f.head == math.MaxInt64 || missing <= 0 {
		return f.file.Close()
	}
	start := int64(0) // of the second half, where its oldest byte is
	if f.tail > 0 {
		start = missing % f.tail
	}
	section := func(at, n int64) io.Reader { return io.NewSectionReader(f.file, at, n) }
	tail := bufio.NewReaderSize(io.MultiReader(section(f.head+start, f.tail-start), section(f.head, start)), maxLine)
	// The first line of the second half has lost its beginning.
	first, err := tail.Peek(maxLine)
	if err != nil && !errors.Is(err, io.EOF) {
		return errors.Join(err, f.file.Close())
	}
	cut, _ := tail.Discard(bytes.IndexByte(first, '\n') + 1)
	line := fmt.Sprintf("... cmaketargets: %s of output left out here (Config.LogLimit) ...\n", text.Bytes(missing+int64(cut)))
	last := make([]byte, 1)
	if _, err := f.file.ReadAt(last, f.head-1); err != nil || last[0] != '\n' {
		line = "\n" + line
	}
	return fsutil.WriteTo(f.Name(), func(w io.Writer) error {
		_, err := io.Copy(w, io.MultiReader(section(0, f.head), bytes.NewReader([]byte(line)), tail))
		return errors.Join(err, f.file.Close()) // Windows replaces no open file.
	})
}

// maxLine bounds the search for the end of a line, in bytes.
const maxLine = 64 << 10
