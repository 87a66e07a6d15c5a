//go:build unix

package jobserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// fifo holds the tokens that are granted to one build and that no client of it has taken. Each byte in
// it is one.
type fifo struct {
	fd   int      // ours: for reading and writing, without blocking
	file *os.File // for the build, a descriptor with flags of its own: Make changes them
	path string
	dir  string // of a FIFO with a name, "" for another
}

// reopen completes f with the descriptor for the build, and closes f where that fails.
func (f *fifo) reopen() (*fifo, error) {
	fd, err := open(f.path, 0)
	if err != nil {
		f.close()
		return nil, err
	}
	f.file = os.NewFile(uintptr(fd), f.path)
	return f, nil
}

// open opens a FIFO for reading and writing.
func open(path string, flags int) (int, error) {
	fd, err := syscall.Open(path, syscall.O_RDWR|syscall.O_CLOEXEC|flags, 0)
	if err != nil {
		return -1, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return fd, nil
}

// newNamedFIFO returns a FIFO in a directory of its own, which only this user can enter.
func newNamedFIFO() (*fifo, error) {
	dir, err := os.MkdirTemp("", "cmaketargets-jobs-")
	if err != nil {
		return nil, fmt.Errorf("make jobserver: %w", err)
	}
	f := &fifo{fd: -1, path: dir + "/tokens", dir: dir}
	err = syscall.Mkfifo(f.path, 0o600)
	if err == nil {
		f.fd, err = open(f.path, syscall.O_NONBLOCK)
	}
	if err != nil {
		f.close()
		return nil, fmt.Errorf("make jobserver: %w", err)
	}
	return f.reopen()
}

// put adds up to n tokens, and returns how many.
func (f *fifo) put(n int) int {
	if n <= 0 {
		return 0
	}
	tokens := make([]byte, n)
	for i := range tokens {
		tokens[i] = '+'
	}
	return count(func() (int, error) { return syscall.Write(f.fd, tokens) })
}

// take removes up to n tokens, and returns how many.
func (f *fifo) take(n int) int {
	if n <= 0 {
		return 0
	}
	return count(func() (int, error) { return syscall.Read(f.fd, make([]byte, n)) })
}

func count(transfer func() (int, error)) int {
	for {
		n, err := transfer()
		if !errors.Is(err, syscall.EINTR) {
			return max(0, n)
		}
	}
}

// reader is a descriptor of a FIFO that reads wait at.
type reader int

// reader opens one.
func (f *fifo) reader() (reader, error) {
	fd, err := open(f.path, 0)
	return reader(fd), err
}

// next waits for a token, and removes it. The token wakes it when it is written, so that it is often faster than a program
// that writes one and then reads it.
func (r reader) next() bool {
	return count(func() (int, error) { return syscall.Read(int(r), make([]byte, 1)) }) > 0
}

func (r reader) close() { _ = syscall.Close(int(r)) }

// close ends the FIFO, and every token in it.
func (f *fifo) close() {
	if f.file != nil {
		_ = f.file.Close()
	}
	if f.fd >= 0 {
		_ = syscall.Close(f.fd)
	}
	if f.dir != "" {
		_ = os.RemoveAll(f.dir)
	}
}
