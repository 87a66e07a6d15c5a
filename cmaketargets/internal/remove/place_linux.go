//go:build !portable && !rooted

package remove

import (
	"errors"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// place is where a directory lies: a file system, and the mount through which
// it is seen, for a bind mount may show another part of the same file system.
// See statx(2); mount is 0 before Linux 5.8.
type place struct{ dev, mount uint64 }

func (d *Dir) place() (place, error) {
	var x unix.Statx_t
	err := unix.Statx(d.fd(), "", unix.AT_EMPTY_PATH, unix.STATX_MNT_ID, &x)
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) { // An old kernel, or an old sandbox.
		info, err := d.Info()
		if err != nil {
			return place{}, err
		}
		return place{dev: identityOf(info).dev}, nil
	}
	if x.Mask&unix.STATX_MNT_ID == 0 {
		x.Mnt_id = 0
	}
	return place{unix.Mkdev(x.Dev_major, x.Dev_minor), x.Mnt_id}, err
}

// Mounts lists the paths below d at which something is mounted, as far as the
// system tells; see proc_pid_mountinfo(5).
func (d *Dir) Mounts() []string {
	at, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(d.fd()))
	if err != nil {
		return nil
	}
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil
	}
	var below []string
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line)
		if len(fields) < 5 {
			continue
		}
		if path := unescape(fields[4]); strings.HasPrefix(path, strings.TrimSuffix(at, "/")+"/") {
			below = append(below, path)
		}
	}
	return below
}

// unescape undoes what the kernel does to white space and backslashes in a
// mount point: \040 is a space.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// chmodEntry changes the mode of an entry that is a directory, and of nothing
// that a link names. Before Linux 6.6 only the way through /proc does that.
func chmodEntry(at int, name string, mode uint32) error {
	err := unix.Fchmodat(at, name, mode, unix.AT_SYMLINK_NOFOLLOW)
	if !errors.Is(err, unix.EOPNOTSUPP) && !errors.Is(err, unix.EPERM) { // An old kernel, or an old sandbox.
		return err
	}
	fd, err := openat(at, name, unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	return unix.Chmod("/proc/self/fd/"+strconv.Itoa(fd), mode)
}
