// Package fsutil reads and replaces files, compares paths and reads environments.
//
// It reads regular files only: a pipe, a device or a directory with the name of a file
// must not make this process wait, or read without end.
package fsutil

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrNotRegular is the cause of an error about a path that is there and is neither
// a regular file nor a link to one.
var ErrNotRegular = errors.New("is not a file")

// Open opens a regular file for reading. Errors name the path.
func Open(path string) (*os.File, error) {
	file, _, err := open(path)
	return file, err
}

// Read reads a regular file of at most limit bytes. Errors name the path.
func Read(path string, limit int64) ([]byte, fs.FileInfo, error) {
	file, info, err := open(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = file.Close() }()
	if info.Size() > limit {
		return nil, nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%d bytes are more than the %d this program reads", info.Size(), limit)}
	}
	data := make([]byte, info.Size())
	if n, err := io.ReadFull(file, data); err != nil {
		return nil, nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it ends after %d of %d bytes: %w", n, info.Size(), err)}
	}
	return data, info, nil
}

// open checks the type before it opens: opening a device can have effects.
func open(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	var failed *fs.PathError
	if errors.As(err, &failed) {
		failed.Op = "read"
	}
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, &fs.PathError{Op: "read", Path: path, Err: ErrNotRegular}
	}
	file, err := os.Open(path)
	return file, info, err
}

// Hash returns the SHA-256 of data in hexadecimal.
func Hash[T string | []byte](data T) string {
	sum := sha256.Sum256([]byte(data))
	return hex.EncodeToString(sum[:])
}
