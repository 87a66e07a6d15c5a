//go:build !windows

package ui

import "os"

// understands says whether a terminal of that name (TERM) understands escape
// sequences.
func understands(_ *os.File, name string) bool { return name != "" && name != "dumb" }
