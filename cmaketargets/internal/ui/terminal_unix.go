//go:build unix

package ui

import (
	"os"
	"syscall"
	"unsafe"
)

// hasEscapes reports whether a terminal named by TERM supports escape sequences.
func hasEscapes(_ *os.File, name string) bool { return name != "" && name != "dumb" }

// terminalSize returns the size of a terminal, and reports false for any other file. The size of
// some terminals is unknown, and 0.
func terminalSize(file *os.File) (columns, lines int, ok bool) {
	var size struct{ rows, columns, width, height uint16 }
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, file.Fd(), syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
	return int(size.columns), int(size.rows), errno == 0
}
