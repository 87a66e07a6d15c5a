package fsutil

import (
	"errors"
	"os"
	"syscall"
)

// reserve allocates the blocks of a file, without writing them where the file
// system can do that.
func reserve(file *os.File, bytes int64) error {
	for {
		err := syscall.Fallocate(int(file.Fd()), 0, 0, bytes)
		switch {
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EOPNOTSUPP), errors.Is(err, syscall.ENOSYS):
			return write(file, bytes)
		case err != nil:
			return &os.PathError{Op: "fallocate", Path: file.Name(), Err: err}
		default:
			return nil
		}
	}
}
