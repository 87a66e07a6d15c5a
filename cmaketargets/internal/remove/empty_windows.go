package remove

import "golang.org/x/sys/windows"

// errNotEmpty is why a directory cannot be removed in which there is something.
const errNotEmpty = windows.ERROR_DIR_NOT_EMPTY
