package remote

import (
	"bytes"
	"cmp"
	"io"
	"strconv"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// output passes on the output of a command on another machine, which lines of its worker enclose. Lines of
// the runner before and behind these are dropped, as is its standard error, which the worker does not use.
type output struct {
	to    io.Writer
	mark  string
	began func(held, host string)

	host, held string // once it has begun
	status     int    // of the command, or one of those below
	peak       int64  // its memory, in bytes
	rest       []byte // not yet passed on
	tail       proc.Tail
	runner     proc.Tail // standard error of the runner
}

func newOutput(to io.Writer, mark string) *output {
	return &output{to: to, mark: mark, status: running, tail: proc.Tail{Max: maxTail}, runner: proc.Tail{Max: maxTail}}
}

const (
	running = -1 // as far as it is known
	ended   = -2 // with its input
)

// holds is how a worker reports that the lock of the build tree holds where it is.
const holds = "1"

// maxTail bounds how much of the output is read for the reason of a loss, and where the first line of a
// worker is looked for, in bytes.
const maxTail = 4 << 10

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	if o.status != running {
		return len(p), nil
	}
	_, _ = o.tail.Write(p)
	o.rest = append(o.rest, p...)
	if o.held == "" {
		before, line, ok := o.line(" began ")
		if !ok {
			o.rest = o.rest[max(0, len(o.rest)-maxTail):]
			return len(p), nil
		}
		o.held, o.host, _ = strings.Cut(line, " ")
		o.rest = o.rest[before+len(o.mark)+len(" began ")+len(line)+1:]
		if o.began(o.held, o.host); o.held != holds {
			o.status = ended
			return len(p), nil
		}
	}
	before, line, ok := o.line(" exit ")
	if ok {
		status, used, _ := strings.Cut(line, " ")
		n, err := strconv.Atoi(status)
		if o.status = n; err != nil {
			o.status = ended
		}
		kib, _ := strconv.ParseInt(used, 10, 64)
		o.peak = kib << 10
	}
	return len(p), o.pass(before)
}

// line returns the number of bytes before the line of the worker with this verb, and the rest of that line. ok is false
// until the line is whole; without one, before counts all bytes that cannot be a part of such a line.
func (o *output) line(verb string) (before int, line string, ok bool) {
	begin := []byte(o.mark + verb)
	if before = bytes.Index(o.rest, begin); before >= 0 {
		found, _, ok := bytes.Cut(o.rest[before+len(begin):], []byte{'\n'})
		return before, string(found), ok
	}
	n := min(len(begin)-1, len(o.rest))
	for !bytes.HasSuffix(o.rest, begin[:n]) {
		n--
	}
	return len(o.rest) - n, "", false
}

// pass passes on the first bytes.
func (o *output) pass(n int) error {
	if n == 0 {
		return nil
	}
	_, err := o.to.Write(o.rest[:n])
	o.rest = append(o.rest[:0], o.rest[n:]...)
	return err
}

// flush passes on the output that was held back, of a command whose end is not known: it has the reason.
func (o *output) flush() error {
	if o.status != running {
		return nil
	}
	o.rest = append(o.rest, o.runner.Bytes()...)
	return o.pass(len(o.rest))
}

// lost returns the error of a command whose end is not known. runner is a program that ended with err, and
// chosen the host that it was to use.
func (o *output) lost(runner, chosen string, err error) *LostError {
	why := runner + " exited with status 0"
	if err != nil {
		why = runner + " " + err.Error()
	}
	said := ""
	for line := range strings.SplitSeq(text.Plain(string(o.tail.Bytes())+"\n"+string(o.runner.Bytes())), "\n") {
		line = strings.TrimSpace(line)
		if line != "" && !strings.Contains(line, o.mark) && (!strings.HasPrefix(said, runner+": error:") || strings.HasPrefix(line, runner+": error:")) {
			said = line
		}
	}
	if said != "" {
		why += ": " + said
	}
	host := cmp.Or(o.host, chosen)
	if o.held == "" {
		return &LostError{Host: host, what: "the command did not start: " + why}
	}
	return &LostError{Host: host, what: host + " was lost: " + why}
}
