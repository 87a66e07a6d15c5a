package ui

import (
	"os"

	"golang.org/x/sys/windows"
)

// hasEscapes makes the console interpret escape sequences, which those of Windows 10 and later can.
// The setting outlives the process, which is harmless.
func hasEscapes(file *os.File, name string) bool {
	if name == "dumb" {
		return false
	}
	var mode uint32
	handle := windows.Handle(file.Fd())
	if windows.GetConsoleMode(handle, &mode) != nil {
		return false
	}
	const wanted = windows.ENABLE_PROCESSED_OUTPUT | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING
	return windows.SetConsoleMode(handle, mode|wanted) == nil
}
