//go:build !unix

package fsutil

import (
	"errors"
	"io"
	"os"
)

// readBytes reads the first size bytes of a file, or all of one that is shorter by now.
func readBytes(path string, size int) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	data := make([]byte, size)
	n, err := io.ReadFull(file, data)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return data[:n], err
}
