//go:build !linux && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package detect

// uname returns "" because CMake does not run the program of that name here.
func uname() string { return "" }
