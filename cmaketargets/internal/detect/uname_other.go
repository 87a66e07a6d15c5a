//go:build !unix

package detect

// uname returns "" because CMake does not run the program of that name here.
func uname() string { return "" }
