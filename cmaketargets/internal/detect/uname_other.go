//go:build !unix

package detect

// uname is empty where CMake does not ask the program of that name.
func uname() string { return "" }
