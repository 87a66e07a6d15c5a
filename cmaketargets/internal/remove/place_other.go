//go:build unix && (!linux || portable) && !rooted

// The tag lets the tests run it on Linux.

package remove

import "golang.org/x/sys/unix"

// place is where a directory lies: a file system.
type place struct{ dev uint64 }

func (d *Dir) place() (place, error) {
	info, err := d.Info()
	if err != nil {
		return place{}, err
	}
	return place{identityOf(info).dev}, nil
}

// Mounts lists the paths below d at which something is mounted, as far as the
// system tells: not at all.
func (d *Dir) Mounts() []string { return nil }

func chmodEntry(at int, name string, mode uint32) error {
	return unix.Fchmodat(at, name, mode, unix.AT_SYMLINK_NOFOLLOW)
}
