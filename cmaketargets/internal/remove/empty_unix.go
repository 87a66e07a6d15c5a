//go:build unix

package remove

import "golang.org/x/sys/unix"

// errNotEmpty is why a directory cannot be removed in which there is something.
const errNotEmpty = unix.ENOTEMPTY
