package cmaketargets_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Who is over his quota is told so, and what CMake has or has not written then is not believed.
func TestOverQuota(t *testing.T) {
	if testing.Short() {
		t.Skip("it mounts file systems")
	}
	if os.Getenv(insideVariable) != "over quota" {
		inside(t, "over quota", nil)
		return
	}
	f := newFaulty(t)
	f.expect("configure n ok: never configured\n", configure)
	overQuota(t)
	f.expect("configure n up-to-date: up to date\n", configure)
	f.write("n/flags.cmake", "set(FLAG 1)\n")
	for _, reason := range []string{"flags.cmake changed", "the last configure failed"} {
		said := f.do(configure)
		if !strings.HasPrefix(said, "configure n failed: "+reason+"\n") || !strings.Contains(said, "ROOT/build/n/.cmaketargets/room: disk quota exceeded") {
			t.Errorf("configure said %s", said)
		}
	}
	f.expect("clean n ok: removed\n", clean)
}

// However little a quota leaves, a configure step fails with a reason or succeeds, as on a full disk. Unlike a disk,
// a quota refuses new names and renames too. Quotas of most file systems bind no superuser, and only he may mount one;
// those of btrfs bind everybody. For others TestOverQuota stands.
func TestQuotaWhileConfiguring(t *testing.T) {
	if testing.Short() {
		t.Skip("it mounts file systems")
	}
	systems, err := os.ReadFile("/proc/filesystems")
	if _, loop := os.Stat("/dev/loop-control"); err != nil || loop != nil || !strings.Contains(string(systems), "\tbtrfs\n") || os.Getuid() != 0 {
		t.Logf("no quota of btrfs here: user %d, %v", os.Getuid(), errors.Join(err, loop))
		return
	}
	if !mounting(t) {
		return
	}
	f := newFaulty(t)
	leave := f.quota("build")
	levels := []int64{4 << 20}
	for free := int64(0); free <= 320<<10; free += 40 << 10 {
		levels = append(levels, free)
	}
	f.configureWith(levels, leave)
}

// quota mounts a file system with quotas at a place in the repository, and returns how to allow it so many bytes more.
func (f faulty) quota(name string) (leave func(free int64) (undo func())) {
	f.t.Helper()
	do := func(name string, args ...string) string {
		f.t.Helper()
		out, err := exec.Command(name, args...).CombinedOutput()
		if err != nil {
			f.t.Fatalf("%s %s: %v\n%s", name, args, err, out)
		}
		return string(out)
	}
	dir := f.t.TempDir()
	image, all, part := filepath.Join(dir, "image"), filepath.Join(dir, "all"), f.path(name)
	f.must(os.MkdirAll(all, 0o777))
	f.must(os.MkdirAll(part, 0o777))
	f.must(os.WriteFile(image, nil, 0o600))
	f.must(os.Truncate(image, 256<<20))
	do("mkfs.btrfs", "--quiet", image)
	do("mount", "-o", "loop", image, all)
	f.t.Cleanup(func() { f.must(errors.Join(unix.Unmount(part, unix.MNT_DETACH), unix.Unmount(all, unix.MNT_DETACH))) })
	sub := filepath.Join(all, "part")
	do("btrfs", "quota", "enable", all)
	do("btrfs", "subvolume", "create", sub)
	f.must(unix.Mount(sub, part, "", unix.MS_BIND, ""))
	return func(free int64) (undo func()) {
		do("btrfs", "filesystem", "sync", all)
		fields := strings.Fields(do("btrfs", "qgroup", "show", "-f", "--raw", sub))
		used, err := strconv.ParseInt(fields[len(fields)-3], 10, 64)
		if err != nil {
			f.t.Fatal(fields, err)
		}
		limit := func(bytes string) { do("btrfs", "qgroup", "limit", bytes, fields[len(fields)-4], all) }
		limit(strconv.FormatInt(used+free, 10))
		return func() { limit("none") }
	}
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
