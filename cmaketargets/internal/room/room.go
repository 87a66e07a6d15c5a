// Package room asks whether there is room for more on a file system.
package room

import (
	"errors"
	"fmt"
	"os"
)

// Probe returns nil when a file of so many bytes has room in the directory, by
// making one of that name and removing it: disks, quotas and reserves all have
// their say. On Linux that costs some tenths of a millisecond, elsewhere a write.
func Probe(dir *os.Root, name string, bytes int64) error {
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

// write reserves by writing.
func write(file *os.File, bytes int64) error {
	some := make([]byte, min(bytes, 64<<10))
	for ; bytes > 0; bytes -= int64(len(some)) {
		if _, err := file.Write(some[:min(bytes, int64(len(some)))]); err != nil {
			return err
		}
	}
	return nil
}
