//go:build !portable

package proc

import (
	"bytes"
	"context"
	"time"
)

// EndOrphans returns when no process is left of the command that another process of this machine ran
// when it died. identity is that process's Identity, leader the number that Command.Started got, 0 for
// no command. The dead process's guard ends all of its commands, within patience. Where the guard was
// killed as well, the command's session is killed, also after its leader has ended: Ninja dies when
// nobody reads its output, and leaves its compilers running. Daemons, such as a compiler cache's
// server, have sessions of their own and are not ended. Elsewhere than on Linux it does nothing.
func EndOrphans(ctx context.Context, identity string, leader int, patience time.Duration) {
	guard := []byte("\x00" + guardName + "\x00" + identity + "\x00")
	for end := time.Now().Add(patience); ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		guarded, left := false, false
		eachProcess(func(p process) {
			line, _ := p.read("cmdline")
			guarded = guarded || bytes.Contains(line, guard)
			// The number alone may have been assigned again.
			left = left || leader > 1 && p.session() == leader && p.carries([]string{identity + "."})
		})
		switch {
		case guarded && time.Now().Before(end):
		case left:
			descendants{leaders: []int{leader}}.kill()
			return
		default:
			return
		}
	}
}
