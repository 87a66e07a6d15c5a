//go:build !linux && !darwin

package record

// inodeTime knows of no time but the one of a file's content: an older file
// that takes the place of an input during the first step is not noticed here.
func inodeTime(string) int64 { return 0 }
