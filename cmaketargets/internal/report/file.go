package report

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
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
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	out := bufio.NewWriter(file)
	err = errors.Join(write(out), out.Flush(), file.Close())
	if err == nil {
		err = replace(temporary, path)
	}
	if err != nil {
		_ = os.Remove(temporary)
		return fmt.Errorf("write report %s: %w", path, err)
	}
	return nil
}

// replace renames a file. Its errors say nothing of the temporary name, which
// nobody knows.
func replace(temporary, path string) error {
	err := os.Rename(temporary, path)
	if info, stat := os.Lstat(path); err != nil && stat == nil && info.IsDir() {
		return errors.New("it is a directory")
	}
	if link := (*os.LinkError)(nil); errors.As(err, &link) {
		return link.Err
	}
	return err
}
