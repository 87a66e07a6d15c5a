package proc

import _ "embed"

//go:embed guard.sh
var guardScript string

// Guard returns the script of the guard, for /bin/sh: see guard_unix.go.
func Guard() string { return guardScript }
