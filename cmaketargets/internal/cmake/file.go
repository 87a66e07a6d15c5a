package cmake

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// readFile reads a file that CMake or a person wrote, of up to limit bytes. To
// wait at a fifo, or to read a device without end, is not what anybody wants.
// Errors have the path in them.
func readFile(path string, limit int64) ([]byte, fs.FileInfo, error) {
	info, err := os.Stat(path)
	var failed *fs.PathError
	if errors.As(err, &failed) {
		failed.Op = "read" // which is what we are about
	}
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, &fs.PathError{Op: "read", Path: path, Err: errNotFile}
	}
	if info.Size() > limit {
		return nil, nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%d bytes are more than the %d this program reads", info.Size(), limit)}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = file.Close() }()
	data := make([]byte, info.Size())
	if n, err := io.ReadFull(file, data); err != nil {
		return nil, nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it ends after %d of %d bytes: %w", n, info.Size(), err)}
	}
	return data, info, nil
}

// openFile opens such a file for reading, of any size.
func openFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errNotFile}
	}
	return os.Open(path)
}
