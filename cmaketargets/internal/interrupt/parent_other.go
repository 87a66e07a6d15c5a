//go:build !linux

package interrupt

// MageParent returns 0: here the parent's name is not known.
func MageParent() int { return 0 }
