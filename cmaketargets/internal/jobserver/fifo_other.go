//go:build unix && (!linux || portable)

// The tag portable lets the tests run this file on Linux.

package jobserver

import (
	"runtime"

	"golang.org/x/sys/unix"
)

func newFIFO() (*fifo, error) { return newNamedFIFO() }

// unread returns the number of tokens in the FIFO.
func (f *fifo) unread() int {
	fionread := uint(0x4004667f) // _IOR('f', 127, int), in the headers of macOS and of each BSD
	if runtime.GOOS == "linux" {
		fionread = 0x541b
	}
	n, err := unix.IoctlGetInt(f.fd, fionread)
	if err != nil {
		return 0
	}
	return n
}
