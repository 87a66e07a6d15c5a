//go:build !unix

package fsutil

// Writable is known on Unix only.
func Writable(string) error { return nil }

// Owner is known on Unix only.
func Owner(string) (uid int, other bool) { return -1, false }
