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
	if _, err := statRegular(path); err != nil {
		return nil, err
	}
	return os.Open(path)
}

// Read reads a regular file of at most limit bytes. Errors name the path.
func Read(path string, limit int64) ([]byte, fs.FileInfo, error) {
	info, err := statRegular(path)
	if err != nil {
		return nil, nil, err
	}
	if info.Size() > limit {
		return nil, nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%d bytes are more than the %d this program reads", info.Size(), limit)}
	}
	data, err := readBytes(path, int(info.Size()))
	if err != nil {
		return nil, nil, err
	}
	if int64(len(data)) < info.Size() {
		return nil, nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it ends after %d of %d bytes: %w", len(data), info.Size(), io.ErrUnexpectedEOF)}
	}
	return data, info, nil
}

// ReadStart reads the first limit bytes of a regular file, or all of a shorter one. Errors name the path.
func ReadStart(path string, limit int64) ([]byte, error) {
	info, err := statRegular(path)
	if err != nil {
		return nil, err
	}
	return readBytes(path, int(min(info.Size(), limit)))
}

// statRegular checks the type of a file before it is opened: opening a device can have effects.
func statRegular(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	var failed *fs.PathError
	if errors.As(err, &failed) {
		failed.Op = "read"
	}
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "read", Path: path, Err: ErrNotRegular}
	}
	return info, err
}

// Hash returns the SHA-256 of data in hexadecimal.
func Hash[T string | []byte](data T) string {
	sum := sha256.Sum256([]byte(data))
	return hex.EncodeToString(sum[:])
}
