//go:build !windows

package ui

import "os"

// understands says whether a terminal understands escape sequences.
func understands(*os.File) bool { return true }
