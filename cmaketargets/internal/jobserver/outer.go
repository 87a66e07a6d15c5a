package jobserver

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Outer is the jobserver of a program that has started this process, such as `make -j8`. A client of it
// has one job without a token, and reads a token for each further one.
type Outer struct {
	// Jobs is the number of jobs that all its clients have, 0 where MAKEFLAGS does not have it.
	Jobs int

	pipe pipe
	held []byte // the tokens that were read and not written back; a server may distinguish them
}

// Open joins the jobserver that an environment names. Both results are nil when it names none. One that
// is not there any more, or was not passed on, is an error: GNU Make leaves it in the environment
// of each recipe, and passes its descriptors only to one that begins with + or calls $(MAKE).
func Open(env []string) (*Outer, error) {
	options, definitions := split(fsutil.Getenv(env, Variable))
	var first error
	// The last one counts, but GNU Make before 4.4 takes that of the options.
	for _, word := range slices.Backward(slices.Concat(options, definitions)) {
		if !isAuth(word) {
			continue
		}
		_, auth, _ := strings.Cut(word, "=")
		p, err := openPipe(strings.ReplaceAll(auth, `\ `, " "))
		if err == nil {
			return &Outer{Jobs: number(options), pipe: p}, nil
		}
		if first == nil {
			first = fmt.Errorf("join jobserver of %s: %w", Variable, err)
		}
	}
	return nil, first
}

// Without returns an environment without the jobserver in it, and without the number of jobs that belongs
// to it. A command with that jobserver and without its tokens would have more jobs than it may, or warn.
func Without(env []string) []string {
	kept := make([]string, 0, len(env))
	for _, entry := range env {
		value, ok := strings.CutPrefix(entry, Variable+"=")
		if options, definitions := split(value); ok && slices.ContainsFunc(slices.Concat(options, definitions), isAuth) {
			if value = compose(others(options), others(definitions)); value == "" {
				continue
			}
			entry = Variable + "=" + value
		}
		kept = append(kept, entry)
	}
	return kept
}

// DryRun reports whether MAKEFLAGS has the option -n, with which GNU Make starts other programs only to
// have them print their commands.
func DryRun(env []string) bool {
	options, _ := split(fsutil.Getenv(env, Variable))
	for i, word := range options {
		letters, dashed := strings.CutPrefix(word, "-")
		switch {
		case word == "--just-print", word == "--dry-run", word == "--recon":
			return true
		case (i == 0 || dashed) && strings.Contains(letters, "n") && strings.Trim(letters, flagLetters) == "":
			return true
		}
	}
	return false
}

// flagLetters are the options of GNU Make that take no argument.
const flagLetters = "BbdeikLmnpqRrSstvw"

// take reads up to n tokens, without waiting for one, and returns how many.
func (o *Outer) take(n int) int {
	if n <= 0 {
		return 0
	}
	tokens := make([]byte, n)
	n = o.pipe.read(tokens)
	o.held = append(o.held, tokens[:n]...)
	return n
}

// give writes n tokens back.
func (o *Outer) give(n int) {
	if n > 0 {
		rest := len(o.held) - n
		o.pipe.write(o.held[rest:])
		o.held = o.held[:rest]
	}
}

// borrow takes tokens of the outer jobserver, until n of ours are free below a limit or it has none.
func (b *Broker) borrow(n, limit int) {
	if b.Outer == nil {
		return
	}
	n = min(n, min(limit, b.limit)-b.used-b.granted)
	missing := b.used + b.granted + n - 1 - len(b.Outer.held)
	b.short = b.Outer.take(missing) < missing || b.short
}

// repay gives the tokens back that no job of ours needs. Those for a task that waits are kept when they are
// enough for it: two processes that keep a part would wait for each other.
func (b *Broker) repay() {
	if b.Outer == nil {
		return
	}
	needed := b.used + b.granted - 1
	if want := b.wanted; want.Tokens > 0 && b.room(want) >= want.Tokens {
		needed += want.Tokens
	}
	b.Outer.give(len(b.Outer.held) - max(0, needed))
}

// spare returns how many of n tokens may be unread in the FIFOs, beside those that the clients hold, and
// borrows for them. Other programs have a use for tokens of an outer jobserver, so these are kept only where
// they are likely to be taken; one is always offered, to show who has a use for more.
func (b *Broker) spare(n, held int) int {
	if b.Outer == nil {
		return n
	}
	most := 1
	for _, c := range b.clients {
		if b.now().Sub(c.last) >= fresh {
			continue
		}
		most = max(most, 4) + c.held
		if c.peak == 0 {
			most += n / 2
		}
	}
	n = min(n, most)
	b.borrow(n-(b.granted-held), b.limit)
	return min(n, 1+len(b.Outer.held)-b.used-held)
}
