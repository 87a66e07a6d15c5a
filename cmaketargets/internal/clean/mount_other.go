//go:build !linux || portable

// The tag lets the tests run it on Linux.

package clean

import (
	"io/fs"
	"os"
)

// mount is the file system of a directory.
type mount struct{ device uint64 }

func mountOf(_ *os.File, info fs.FileInfo) (mount, error) { return mount{device(info)}, nil }

// mountsBelow lists no mount points: there is no portable way.
func mountsBelow(*os.File) []string { return nil }
