//go:build unix

package jobserver

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// pipe is an outer jobserver as this process has it open: neither descriptor blocks.
type pipe struct{ in, out int }

func (p pipe) read(tokens []byte) int {
	return count(func() (int, error) { return syscall.Read(p.in, tokens) })
}

// write does not wait either: all tokens that were read have room.
func (p pipe) write(tokens []byte) {
	count(func() (int, error) { return syscall.Write(p.out, tokens) })
}

// await waits until a token may be there, or for d.
func (p pipe) await(d time.Duration) { await(p.in, d) }

// openPipe opens a jobserver in the form of --jobserver-auth.
func openPipe(auth string) (pipe, error) {
	if path, ok := strings.CutPrefix(auth, "fifo:"); ok {
		fd, err := open(path, syscall.O_NONBLOCK)
		if err != nil {
			return pipe{}, err
		}
		if _, err := statPipe(fd); err != nil {
			_ = syscall.Close(fd)
			return pipe{}, fmt.Errorf("%s %w", path, err)
		}
		return pipe{fd, fd}, nil
	}
	in, out, ok := strings.Cut(auth, ",")
	r, err := strconv.Atoi(in)
	w, err2 := strconv.Atoi(out)
	if !ok || err != nil || err2 != nil {
		return pipe{}, fmt.Errorf("%q is not supported here", auth)
	}
	from, err := inherited(r, syscall.O_WRONLY)
	if err != nil {
		return pipe{}, err
	}
	to, err := inherited(w, syscall.O_RDONLY)
	if err != nil {
		return pipe{}, err
	}
	if from != to && runtime.GOOS == "linux" { // elsewhere the two ends of a pipe have numbers of their own
		return pipe{}, fmt.Errorf("descriptors %s are of two pipes", auth)
	}
	// O_NONBLOCK belongs to the description, which is shared: other clients may count on a read that
	// waits. Where /proc has the descriptor, to open it makes a description of our own.
	if fd, err := open(fmt.Sprintf("/proc/self/fd/%d", r), syscall.O_NONBLOCK); err == nil {
		return pipe{fd, fd}, nil
	}
	if flags, err := fcntl(r, syscall.F_GETFL); err != nil || flags&syscall.O_NONBLOCK == 0 {
		return pipe{}, fmt.Errorf("descriptor %d blocks", r)
	}
	return pipe{r, w}, nil
}

// inherited returns the identity of the pipe that is open as a descriptor of this process since its start, with another
// access than not. A descriptor that was opened later has FD_CLOEXEC, and may have the number of one that was closed
// before.
func inherited(fd, not int) (file [2]uint64, err error) {
	flags, err := fcntl(fd, syscall.F_GETFD)
	if err != nil || flags&syscall.FD_CLOEXEC != 0 {
		return file, fmt.Errorf("descriptor %d is closed", fd)
	}
	if flags, err = fcntl(fd, syscall.F_GETFL); err != nil || flags&syscall.O_ACCMODE == not {
		return file, fmt.Errorf("descriptor %d is not of a jobserver", fd)
	}
	if file, err = statPipe(fd); err != nil {
		err = fmt.Errorf("descriptor %d %w", fd, err)
	}
	return file, err
}

var errNoPipe = errors.New("is no pipe")

func statPipe(fd int) (file [2]uint64, err error) {
	var info syscall.Stat_t
	if err = syscall.Fstat(fd, &info); err != nil {
		return file, err
	}
	if info.Mode&syscall.S_IFMT != syscall.S_IFIFO {
		return file, errNoPipe
	}
	return [2]uint64{uint64(info.Dev), uint64(info.Ino)}, nil
}
