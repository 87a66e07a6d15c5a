package cmaketargets_test

import (
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Who is over his quota is told so, and what CMake has or has not written then is not believed.
func TestOverQuota(t *testing.T) {
	if os.Getenv(insideVariable) != "over quota" {
		inside(t, "over quota", nil)
		return
	}
	f := newFaulty(t)
	f.expect("configure n ok: never configured\n", configure)
	overQuota(t)
	f.expect("configure n up to date: up to date\n", configure)
	f.write("n/flags.cmake", "set(FLAG 1)\n")
	for _, reason := range []string{"flags.cmake changed", "the last configure failed"} {
		said := f.do(configure)
		if !strings.HasPrefix(said, "configure n failed: "+reason+"\n") || !strings.Contains(said, "ROOT/build/n/.cmaketargets/room: disk quota exceeded") {
			t.Errorf("configure said %s", said)
		}
	}
	f.expect("clean n ok: removed\n", clean)
}

// overQuota has the kernel refuse room for files to this process from now on, as with a quota that is used up. Quotas
// themselves bind no superuser, and few systems have them on.
func overQuota(t *testing.T) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}, // the number of the system call
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: unix.SYS_FALLOCATE},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(syscall.EDQUOT)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	runtime.KeepAlive(filter)
	if errno != 0 {
		t.Fatalf("filter system calls: %v", errno)
	}
}
