//go:build !portable

package proc

import (
	"bytes"
	"context"
	"time"
)

// EndOrphans returns when nothing is left of the command that another process of
// this machine had under way when it died. name is what Name returned in it,
// leader what it was told when the command started, 0 for no command. Its guard
// ends all of its commands, within patience. Where the guard was killed as
// well, the command's session is killed here, also after the end of its leader:
// a Ninja whose output nobody reads dies of that, and leaves its compilers
// alone. A compiler cache's server has a session of its own and is not ended.
// Elsewhere than on Linux it does nothing.
func EndOrphans(ctx context.Context, name string, leader int, patience time.Duration) {
	guard := []byte(guardName + "\x00" + name + "\x00")
	for end := time.Now().Add(patience); ctx.Err() == nil; time.Sleep(settling) {
		guarded, left := false, false
		each(func(p process) {
			line, _ := p.read("cmdline")
			guarded = guarded || bytes.Equal(line, guard)
			// The number alone may mean somebody else by now.
			left = left || leader > 1 && p.session() == leader && p.carries([]string{name + "."})
		})
		switch {
		case guarded && time.Now().Before(end):
		case left:
			kin{leaders: []int{leader}}.kill()
			return
		default:
			return
		}
	}
}
