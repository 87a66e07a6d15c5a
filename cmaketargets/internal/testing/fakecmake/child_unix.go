//go:build unix

package fakecmake

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// die ends the process by s as a program without handlers would end. Go's runtime turns SEGV and ABRT that come from
// outside into a traceback and status 2, so a shell takes the process over to die in its place.
func die(s syscall.Signal) {
	signal.Reset(s)
	_ = syscall.Exec("/bin/sh", []string{"sh", "-c", fmt.Sprintf("ulimit -c 0; kill -%d $$", s)}, nil)
	os.Exit(128 + int(s))
}

// ownGroup gives a child its own process group.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func makeFIFO(path string) error { return syscall.Mkfifo(path, 0o666) }

// endedBy returns the signal that ended a process.
func endedBy(state *os.ProcessState) (syscall.Signal, bool) {
	status := state.Sys().(syscall.WaitStatus)
	return status.Signal(), status.Signaled()
}
