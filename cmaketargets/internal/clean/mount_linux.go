//go:build !portable

package clean

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// mountID returns the mount through which a directory is seen: a bind mount may show another part of
// the same file system. It is 0 before Linux 5.8 and in a sandbox that refuses statx(2).
func mountID(dir *os.File) uint64 {
	number := statxNumber[runtime.GOARCH]
	if number == 0 {
		return 0
	}
	const (
		emptyPath = 0x1000 // AT_EMPTY_PATH
		mountID   = 0x1000 // STATX_MNT_ID
	)
	var x statx
	var name byte
	_, _, errno := syscall.Syscall6(number, dir.Fd(), uintptr(unsafe.Pointer(&name)), emptyPath, mountID, uintptr(unsafe.Pointer(&x)), 0)
	if errno != 0 || x.mask&mountID == 0 {
		return 0
	}
	return x.mountID
}

// statx is the struct of statx(2).
type statx struct {
	mask    uint32
	_       [140]byte
	mountID uint64
	_       [104]byte
}

// statxNumber is the number of the system call, which package syscall lacks; golang.org/x/sys/unix
// has it, and costs an importer more to compile than any other package here.
var statxNumber = map[string]uintptr{
	"386": 383, "amd64": 332, "arm": 397, "arm64": 291, "loong64": 291, "mips": 4366, "mipsle": 4366,
	"mips64": 5326, "mips64le": 5326, "ppc64": 383, "ppc64le": 383, "riscv64": 291, "s390x": 379,
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
