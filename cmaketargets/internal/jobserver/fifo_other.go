//go:build unix && (!linux || portable)

// The tag portable lets the tests run this file on Linux.

package jobserver

import (
	"runtime"
	"time"

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

// fcntl calls fcntl(2) with a command that only reads.
func fcntl(fd, command int) (int, error) { return unix.FcntlInt(uintptr(fd), command, 0) }

// await waits until there is something to read, or for d.
func await(fd int, d time.Duration) {
	_, _ = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(d.Milliseconds()))
}
