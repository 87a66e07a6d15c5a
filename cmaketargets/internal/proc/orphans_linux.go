package proc

import (
	"context"
	"time"
)

// EndOrphans returns when nothing is left of the commands of another process
// of this machine, which has died; name is what Name returned in it. Its guard
// ends them. Those still there after patience, because the guard was killed
// too, are killed here. Elsewhere than on Linux it does nothing.
func EndOrphans(ctx context.Context, name string, patience time.Duration) {
	left := kin{marks: []string{name + "."}}
	for end := time.Now().Add(patience); ctx.Err() == nil; time.Sleep(settling) {
		found := false
		each(func(p process) { found = found || p.carries(left.marks) })
		if !found {
			return
		}
		if time.Now().After(end) {
			left.kill()
			return
		}
	}
}
