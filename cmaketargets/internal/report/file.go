package report

import (
	"bufio"
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFile makes the file that write writes, whole or not at all, and the
// directories that it needs. What was there before stays until the new one is
// complete. A program that is killed meanwhile leaves a hidden file beside it.
func WriteFile(path string, write func(io.Writer) error) error {
	dir, name := filepath.Split(path)
	if err := os.MkdirAll(filepath.Clean(dir), 0o777); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	// Not os.CreateTemp, whose files nobody else may read: CI systems collect
	// reports as another user.
	temporary := filepath.Join(dir, "."+name+"."+rand.Text())
	file, err := os.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err == nil {
		out := bufio.NewWriter(file)
		// What fails first makes the others fail.
		err = cmp.Or(write(out), out.Flush(), file.Close())
		if err == nil {
			err = replace(temporary, path)
		}
		if err != nil {
			_ = os.Remove(temporary)
		}
	}
	if err != nil {
		return fmt.Errorf("write report %s: %w", path, causeOf(err))
	}
	return nil
}

func replace(temporary, path string) error {
	err := os.Rename(temporary, path)
	if info, stat := os.Lstat(path); err != nil && stat == nil && info.IsDir() {
		return errors.New("it is a directory")
	}
	return err
}

// causeOf is an error without the temporary name, which nobody knows.
func causeOf(err error) error {
	if file := (*fs.PathError)(nil); errors.As(err, &file) {
		return file.Err
	}
	if link := (*os.LinkError)(nil); errors.As(err, &link) {
		return link.Err
	}
	return err
}
