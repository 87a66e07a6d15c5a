package fsutil

import (
	"errors"
	"fmt"
	"os"
)

// ProbeRoom returns nil when dir has room for a file of that size. It makes one of
// that name and removes it, so that quotas and reserves count. On Linux that
// takes some tenths of a millisecond, elsewhere the time of a write.
func ProbeRoom(dir *os.Root, name string, bytes int64) error {
	file, err := dir.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("probe for room: %w", err)
	}
	err = reserve(file, bytes)
	if err = errors.Join(err, file.Close(), dir.Remove(name)); err != nil {
		return fmt.Errorf("probe for room: %w", err)
	}
	return nil
}

// write fills the file with zeros.
func write(file *os.File, bytes int64) error {
	some := make([]byte, min(bytes, 64<<10))
	for ; bytes > 0; bytes -= int64(len(some)) {
		if _, err := file.Write(some[:min(bytes, int64(len(some)))]); err != nil {
			return err
		}
	}
	return nil
}
