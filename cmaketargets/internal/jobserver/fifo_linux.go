//go:build !portable

package jobserver

import (
	"fmt"
	"os"
	"syscall"
	"time"
	"unsafe"
)

// newFIFO returns a pipe without a name, which the kernel removes with the last process that has it
// open. Clients open it as the descriptor of this process: such a path needs no directory, has no
// spaces, and leaves nothing to remove after a SIGKILL. Without /proc the FIFO has a name.
func newFIFO() (*fifo, error) {
	var ends [2]int
	if err := syscall.Pipe2(ends[:], syscall.O_CLOEXEC); err != nil {
		return nil, fmt.Errorf("make jobserver: %w", err)
	}
	defer func() { _ = syscall.Close(ends[1]) }()
	fd, err := open(fmt.Sprintf("/proc/self/fd/%d", ends[0]), syscall.O_NONBLOCK)
	_ = syscall.Close(ends[0])
	if err == nil {
		f := &fifo{fd: fd, path: fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), fd)}
		if f, err = f.reopen(); err == nil {
			return f, nil
		}
	}
	return newNamedFIFO()
}

// unread returns the number of tokens in the FIFO.
func (f *fifo) unread() int {
	var n int32
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(f.fd), syscall.TIOCINQ, uintptr(unsafe.Pointer(&n))); errno != 0 {
		return 0
	}
	return int(n)
}

// fcntl calls fcntl(2) with a command that only reads.
func fcntl(fd, command int) (int, error) {
	flags, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), uintptr(command), 0)
	if errno != 0 {
		return 0, errno
	}
	return int(flags), nil
}

// await waits until there is something to read, or for d.
func await(fd int, d time.Duration) {
	entry := struct {
		fd              int32
		events, revents int16
	}{fd: int32(fd), events: 1} // POLLIN
	timeout := syscall.NsecToTimespec(int64(d))
	_, _, _ = syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&entry)), 1, uintptr(unsafe.Pointer(&timeout)), 0, 0, 0)
}
