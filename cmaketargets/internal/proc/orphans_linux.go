//go:build !portable

package proc

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// EndOrphans returns when no process is left of the command that another process of this machine ran
// when it died. identity is that process's Identity, leader the number that Command.Started got, 0 for
// no command. The dead process's guard ends all of its commands, within patience. Where the guard was
// killed as well, the command's session is killed, also after its leader has ended: Ninja dies when
// its output has no reader, and leaves its compilers running. Daemons, such as a compiler cache's
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

// markName is the environment variable with the marks of the commands that a process descends from.
// It is not one of CMAKETARGETS_*, which are settings, so that a command may itself run mage.
const markName = "_CMAKETARGETS_COMMAND"

// WithMark adds a command's mark to its environment. Every descendant inherits it, also a daemon, which
// leaves its session and its parents. Marks of commands around this one stay.
func WithMark(env []string, mark string) []string {
	outer := fsutil.Getenv(env, markName)
	if outer != "" && !strings.HasSuffix(outer, ";") { // Not written by us, and not to be part of our mark.
		outer += ";"
	}
	return append(env, markName+"="+outer+mark)
}

// Within reports whether env is the environment of a descendant of the process with this Identity.
func Within(env []string, identity string) bool {
	for _, kv := range env {
		marks, ok := strings.CutPrefix(kv, markName+"=")
		for mark := range strings.SplitSeq(marks, ";") {
			if i := strings.LastIndexByte(mark, '.'); ok && i > 0 && mark[:i] == identity {
				return true
			}
		}
	}
	return false
}

// hasMark reports whether an environment in the form of proc(5), environ, has a mark that is, or
// begins with, one of these.
func hasMark(environ []byte, marks []string) bool {
	for kv := range bytes.SplitSeq(environ, []byte{0}) {
		list, ok := bytes.CutPrefix(kv, []byte(markName+"="))
		for mark := range bytes.SplitAfterSeq(list, []byte(";")) {
			if ok && slices.ContainsFunc(marks, func(m string) bool { return bytes.HasPrefix(mark, []byte(m)) }) {
				return true
			}
		}
	}
	return false
}
