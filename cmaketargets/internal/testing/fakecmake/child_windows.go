package fakecmake

import (
	"os"
	"syscall"
)

// die exits with the status that a shell shows for s, as Windows has no signals.
func die(s syscall.Signal) { os.Exit(128 + int(s)) }

// ownGroup gives a child its own process group.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

func makeFIFO(string) error { return syscall.EWINDOWS }

// endedBy reports false, as Windows has no signals.
func endedBy(*os.ProcessState) (syscall.Signal, bool) { return 0, false }
