//go:build !windows

package ui

import "os"

// hasEscapes reports whether a terminal named by TERM supports escape sequences.
func hasEscapes(_ *os.File, name string) bool { return name != "" && name != "dumb" }
