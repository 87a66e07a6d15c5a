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

// terminalSize returns the size of a terminal, and reports false for any other file.
func terminalSize(file *os.File) (columns, lines int, ok bool) {
	var info windows.ConsoleScreenBufferInfo
	if windows.GetConsoleScreenBufferInfo(windows.Handle(file.Fd()), &info) != nil {
		return 0, 0, false
	}
	w := info.Window
	return int(w.Right-w.Left) + 1, int(w.Bottom-w.Top) + 1, true
}
