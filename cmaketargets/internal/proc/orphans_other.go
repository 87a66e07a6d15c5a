//go:build !linux || portable

package proc

import (
	"context"
	"time"
)

// birth knows no way to tell when a process began.
func birth(int) string { return "" }

// EndOrphans does nothing here: on Windows nobody outlives the job objects of
// the process that died, elsewhere there is no portable way to find them.
func EndOrphans(context.Context, string, int, time.Duration) {}

// Within does not know here.
func Within([]string, string) bool { return false }
