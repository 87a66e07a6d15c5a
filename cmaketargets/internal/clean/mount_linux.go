//go:build !portable

package clean

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// mountID returns the mount through which a directory is seen: a bind mount may show another part of
// the same file system. It is 0 before Linux 5.8 and in a sandbox that refuses statx(2).
func mountID(dir *os.File) uint64 {
	var x unix.Statx_t
	err := unix.Statx(int(dir.Fd()), "", unix.AT_EMPTY_PATH, unix.STATX_MNT_ID, &x)
	if err != nil || x.Mask&unix.STATX_MNT_ID == 0 {
		return 0
	}
	return x.Mnt_id
}

// mountBelow returns a mount point below a directory, "" for none; see proc_pid_mountinfo(5).
func mountBelow(dir *os.File) string {
	at, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(int(dir.Fd())))
	if err != nil {
		return ""
	}
	table, _ := os.ReadFile("/proc/self/mountinfo")
	for line := range strings.Lines(string(table)) {
		if fields := strings.Fields(line); len(fields) > 4 {
			if path := unescape(fields[4]); strings.HasPrefix(path, strings.TrimSuffix(at, "/")+"/") {
				return path
			}
		}
	}
	return ""
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
