//go:build !portable

package clean

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// mount is the file system of a directory and the mount through which it is seen: a bind mount may
// show another part of the same file system. See statx(2); id is 0 before Linux 5.8.
type mount struct{ device, id uint64 }

func mountOf(file *os.File, info fs.FileInfo) (mount, error) {
	var x unix.Statx_t
	err := unix.Statx(int(file.Fd()), "", unix.AT_EMPTY_PATH, unix.STATX_MNT_ID, &x)
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) { // An old kernel, or an old sandbox.
		return mount{device: device(info)}, nil
	}
	if x.Mask&unix.STATX_MNT_ID == 0 {
		x.Mnt_id = 0
	}
	return mount{unix.Mkdev(x.Dev_major, x.Dev_minor), x.Mnt_id}, err
}

// mountsBelow lists the mount points below a directory; see proc_pid_mountinfo(5).
func mountsBelow(file *os.File) []string {
	at, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(int(file.Fd())))
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

// unescape undoes the kernel's escapes of white space and backslashes: \040 is a space.
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
