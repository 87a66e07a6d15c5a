//go:build !linux || portable

package proc

import (
	"context"
	"time"
)

// startTime returns "": there is no portable way to find when a process began.
func startTime(int) string { return "" }

// EndOrphans does nothing: on Windows no process outlives the job objects of the one that died,
// elsewhere there is no portable way to find them.
func EndOrphans(context.Context, string, int, time.Duration) {}

// Within returns false: commands have no marks here.
func Within([]string, string) bool { return false }
