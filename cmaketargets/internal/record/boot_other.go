//go:build !linux

package record

// boot knows of no name for the time since the machine was started: what a
// power failure damaged without a change of size or time is not noticed here.
func boot() string { return "" }
