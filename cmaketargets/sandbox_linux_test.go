package cmaketargets_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// mounting runs the test that calls it once more, in a process that may mount file systems for
// itself alone, and reports whether this is that process.
func mounting(t *testing.T) bool {
	if testing.Short() {
		t.Skip("it starts a process with other rights")
	}
	if os.Getenv(insideVariable) == "mounting" {
		mount(t, "", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
		return true
	}
	attr := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		attr.Cloneflags |= syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	inside(t, "mounting", attr)
	return false
}

// unprivileged runs the test that calls it once more, as a user without privileges, and reports
// whether this is that process.
func unprivileged(t *testing.T) bool {
	if testing.Short() {
		t.Skip("it starts a process with other rights")
	}
	if os.Getuid() != 0 || os.Getenv(insideVariable) == "unprivileged" {
		return true
	}
	const nobody = 65534
	inside(t, "unprivileged", &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}})
	return false
}

// withFewFiles runs the test that calls it once more, in a process that may have 64 files open, and
// reports whether this is that process.
func withFewFiles(t *testing.T) bool {
	if testing.Short() {
		t.Skip("it starts a process with other rights")
	}
	if os.Getenv(insideVariable) == "few files" {
		return true
	}
	inside(t, "few files", nil)
	return false
}

func inside(t *testing.T, where string, attr *syscall.SysProcAttr) {
	t.Helper()
	args := []string{"-test.run=^" + strings.ReplaceAll(t.Name(), "/", "$/^") + "$", "-test.timeout=4m"}
	if testing.Verbose() {
		args = append(args, "-test.v")
	}
	// The way through /proc needs no right to the directories above the binary.
	cmd := exec.Command("/proc/self/exe", args...)
	if where == "few files" {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd = exec.Command("sh", append([]string{"-c", `ulimit -n 64 && exec "$@"`, "sh", self}, args...)...)
	}
	cmd.Env = append(os.Environ(), insideVariable+"="+where, "HOME="+t.TempDir())
	cmd.SysProcAttr = attr
	out, err := cmd.CombinedOutput()
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("this test mounts file systems in a namespace of its own, which the system refuses (%v); "+
			"run it as root, or allow it: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 user.max_user_namespaces=1000", err)
	}
	if text := strings.TrimSuffix(string(out), "PASS\n"); err != nil || testing.Verbose() {
		t.Logf("as %s:\n%s", where, text)
	}
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(string(out), "PASS\n") || strings.Contains(string(out), "no tests to run") {
		t.Fatalf("no test was run:\n%s", out)
	}
}

func mount(t *testing.T, source, target, kind string, flags uintptr, options string) {
	t.Helper()
	if err := unix.Mount(source, target, kind, flags, options); err != nil {
		t.Fatalf("mount %s at %s: %v", kind, target, err)
	}
	if target != "/" {
		t.Cleanup(func() { _ = unix.Unmount(target, unix.MNT_DETACH) })
	}
}

// describe returns everything about a file that can be observed, but for the time of its last
// access.
func describe(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	s := info.Sys().(*syscall.Stat_t)
	what := ""
	switch mode := info.Mode(); {
	case mode&fs.ModeSymlink != 0:
		what, err = os.Readlink(path)
	case mode.IsRegular() && info.Size() < 1<<20:
		var data []byte
		data, err = os.ReadFile(path)
		what = string(data)
	}
	if err != nil && !errors.Is(err, fs.ErrPermission) {
		t.Fatal(err)
	}
	size := info.Size()
	if info.IsDir() {
		size = 0 // On some file systems it depends on former entries.
	}
	return strings.Join([]string{
		info.Mode().String(), info.ModTime().String(), what,
		fmt.Sprint(s.Ino, s.Dev, s.Uid, s.Rdev, size),
	}, " ")
}

// snapshot describes all that is below dir, by path. No link is followed; a file too deep for a path is left out.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrPermission) {
			return nil
		}
		if errors.Is(err, syscall.ENAMETOOLONG) || len(path) > 3000 {
			return fs.SkipDir
		}
		if err != nil {
			return err
		}
		all[path] = describe(t, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
