// Package logfile writes log files of bounded size, in bounded memory.
//
// Of a log that outgrows its limit the beginning and the end are kept, for the
// cause of a failure stands in one of them, with a line between the two that
// says how much is missing.
package logfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
)

// File is a log file that is being written. It is not safe for concurrent use.
type File struct {
	head *os.File
	room int64 // bytes that fit into the head
	last byte  // of the head
	tail *ring
	max  int64 // size of the tail
}

// Create makes the file anew: a link in its place, or another hard link to it,
// is none of our business. It will not grow beyond limit bytes, not
// counting the line in its middle; a negative limit is none. While it is
// written, there can be a second file of half that size, named like it with
// ".tail" at the end; one that a killed process left is removed.
func Create(path string, limit int64) (*File, error) {
	if err := os.Remove(path + ".tail"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	head, err := create(path)
	if err != nil {
		return nil, err
	}
	if limit < 0 {
		return &File{head: head, room: math.MaxInt64}, nil
	}
	return &File{head: head, room: limit - limit/2, max: limit / 2}, nil
}

func create(path string) (*os.File, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
}

// Name returns the path that the file was made with.
func (f *File) Name() string { return f.head.Name() }

// Write implements io.Writer.
func (f *File) Write(p []byte) (int, error) {
	whole := len(p)
	if n := min(int64(len(p)), f.room); n > 0 {
		if _, err := f.head.Write(p[:n]); err != nil {
			return 0, err
		}
		f.room, f.last, p = f.room-n, p[n-1], p[n:]
	}
	if len(p) == 0 {
		return whole, nil
	}
	if f.tail == nil {
		file, err := create(f.Name() + ".tail")
		if err != nil {
			return 0, err
		}
		f.tail = &ring{file: file, size: f.max}
	}
	if err := f.tail.write(p); err != nil {
		return 0, err
	}
	return whole, nil
}

// Close completes the file.
func (f *File) Close() error {
	if f.tail == nil {
		return f.head.Close()
	}
	err := f.join()
	return errors.Join(err, f.tail.file.Close(), os.Remove(f.tail.file.Name()), f.head.Close())
}

// join puts the tail behind the head.
func (f *File) join() error {
	tail, missing := f.tail.reader(), f.tail.missing()
	if missing > 0 {
		// The first line of the tail has lost its beginning.
		start := make([]byte, maxLine)
		n, err := io.ReadFull(tail, start)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		start = start[:n]
		if end := bytes.IndexByte(start, '\n'); end >= 0 {
			start, missing = start[end+1:], missing+int64(end)+1
		}
		mark := fmt.Sprintf("... cmaketargets: %s of output left out here (Config.LogLimit) ...\n", size(missing))
		if f.last != '\n' {
			mark = "\n" + mark
		}
		tail = io.MultiReader(bytes.NewReader([]byte(mark)), bytes.NewReader(start), tail)
	}
	_, err := io.Copy(f.head, tail)
	return err
}

// maxLine is how far the beginning of a line is looked for, in bytes.
const maxLine = 64 << 10

// size is a number of bytes as people read it.
func size(n int64) string {
	const units = "kMGTPE"
	if n < 1000 {
		return fmt.Sprintf("%d bytes", n)
	}
	value, unit := float64(n)/1000, 0
	for ; value >= 999.95 && unit < len(units)-1; unit++ {
		value /= 1000
	}
	return fmt.Sprintf("%.1f %cB", value, units[unit])
}
