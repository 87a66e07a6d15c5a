package proc

import (
	"bytes"
	"context"
	"slices"
	"time"
)

// EndOrphans returns when nothing is left of the commands that another process
// of this machine had under way when it died; name is what Name returned in
// it. Its guard ends them, within patience. Where the guard was killed as well,
// they are killed here: those in the session of a living program of one of the
// names given. What commands left running that had ended by themselves, such
// as a compiler cache's server, is not theirs to end. Elsewhere than on Linux
// it does nothing.
func EndOrphans(ctx context.Context, name string, patience time.Duration, programs ...string) {
	guard := []byte(guardName + "\x00" + name + "\x00")
	left := kin{}
	for end := time.Now().Add(patience); ctx.Err() == nil; time.Sleep(settling) {
		guarded := false
		left.leaders = left.leaders[:0]
		each(func(p process) {
			line, _ := p.read("cmdline")
			guarded = guarded || bytes.Equal(line, guard)
			if p.session() == p.pid && slices.Contains(programs, p.program()) && p.carries([]string{name + "."}) {
				left.leaders = append(left.leaders, p.pid)
			}
		})
		switch {
		case guarded && time.Now().Before(end):
		case len(left.leaders) == 0:
			return
		default:
			left.kill()
			return
		}
	}
}

// program is the name of the running program, of at most 15 bytes.
func (p process) program() string {
	from, to := bytes.IndexByte(p.stat, '('), bytes.LastIndexByte(p.stat, ')')
	if from < 0 || to < from {
		return ""
	}
	return string(p.stat[from+1 : to])
}
