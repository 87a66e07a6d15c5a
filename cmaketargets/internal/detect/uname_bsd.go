//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package detect

import "syscall"

// uname returns the result of the program of that name, which CMake runs.
func uname() string {
	system, _ := syscall.Sysctl("kern.ostype")
	release, _ := syscall.Sysctl("kern.osrelease")
	machine, _ := syscall.Sysctl("hw.machine")
	return system + " " + release + " " + machine
}
