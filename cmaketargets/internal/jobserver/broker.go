// Package jobserver divides the budget of a process among the commands that it runs, while they run. A
// build that joins gets a FIFO of its own, with the protocol of GNU Make's jobserver that Make, Ninja
// and ctest understand, and the broker moves tokens between the FIFOs as they are taken.
//
// Nothing is lost: the broker knows how many tokens it has granted to a build and how many are unread in
// its FIFO, and the FIFO of a build that has ended, however it ended, is closed with all that was
// granted to it. A client that writes more tokens than it has read has them discarded.
//
// There is no goroutine while no build has joined.
package jobserver

import (
	"sync"
	"time"
)

const (
	// interval is the time between two looks at the FIFOs: there is no notice of a token that is taken.
	interval = 5 * time.Millisecond
	// perClient is that time for each of many clients. A look at one costs about 2 µs, so all looks
	// together need less than half a percent of a CPU.
	perClient = interval / 10
	// quiet is the longest time between two looks while no token moves.
	quiet = 50 * time.Millisecond
	// fresh is how long a client that has taken a token passes for one that will take more. Make
	// takes a token as soon as it has a use for it; Ninja 1.13 looks when one of its jobs ends.
	fresh = 100 * time.Millisecond
)

// Broker is the budget of a process. Its methods may be called from several goroutines at once.
type Broker struct {
	// Freed is called from a goroutine of its own after Take has refused a token, when there may be
	// one.
	Freed func()
	// More reports whether clients may have one more token beside the jobs in use; nil means always. It
	// is called often, with the lock of the broker held. Take does not ask it.
	More func(used int) bool
	// Outer, unless it is nil, has a token for each job of this process but one. It is set before the first
	// Take.
	Outer *Outer

	mu      sync.Mutex
	limit   int
	used    int       // tokens of tasks
	granted int       // tokens of clients
	wanted  wish      // of the last Take when that was refused
	clients []*Client // that are open
	looking bool      // a goroutine looks at the FIFOs
	moved   bool      // a client took or returned a token since that was set to false
	short   bool      // the outer jobserver had too few tokens since that was set to false
	now     func() time.Time
}

// wish is a number of tokens that a task waits for, while fewer than limit are in use.
type wish struct{ tokens, limit int }

// New returns a broker without a budget, see Limit.
func New() *Broker { return &Broker{Freed: func() {}, now: time.Now} }

// Limit sets the budget.
func (b *Broker) Limit(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.limit = n
}

// Take takes up to n tokens for a task, but at least so many, while fewer than limit are in use, and
// returns how many: none when that cannot be. The first task of all gets one in any case.
func (b *Broker) Take(n, least, limit int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	limit = min(limit, b.limit)
	least = max(1, min(least, limit))
	n = max(n, least)
	b.borrow(n, limit)
	b.recall(n - b.free(limit))
	got := max(0, min(n, b.free(limit)))
	b.wanted = wish{}
	switch {
	case b.used == 0:
		got = max(got, 1)
	case got < least:
		got, b.wanted = 0, wish{least, limit}
	}
	b.used += got
	b.repay()
	if b.Outer != nil && b.wanted.tokens > 0 {
		b.watch()
	}
	return got
}

// Give returns n tokens of a task.
func (b *Broker) Give(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used -= n
	b.repay()
}

// Unwanted is called when no task waits for the token that Take has refused.
func (b *Broker) Unwanted() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wanted = wish{}
	b.repay()
}

// Used returns how many tokens tasks and clients have, without those that are unread.
func (b *Broker) Used() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	used := b.used
	for _, c := range b.clients {
		used += c.look()
	}
	return used
}

// free returns how many tokens nothing has, not above a limit. It may be negative.
func (b *Broker) free(limit int) int {
	limit = min(limit, b.limit)
	if b.Outer != nil {
		limit = min(limit, 1+len(b.Outer.held))
	}
	return limit - b.used - b.granted
}

// permit returns how many of n more tokens clients may have beside the jobs in use.
func (b *Broker) permit(n, used int) int {
	for i := 0; i < n; i++ {
		if b.More != nil && !b.More(used+i) {
			return i
		}
	}
	return max(0, n)
}

// recall takes up to n unread tokens back from the clients.
func (b *Broker) recall(n int) {
	for _, c := range b.clients {
		n -= c.recall(n)
	}
}

// watch starts look, unless it runs.
func (b *Broker) watch() {
	if !b.looking {
		b.looking = true
		go b.look()
	}
}

// look moves tokens at regular times, until there are no clients, and no task that waits for a token
// of an outer jobserver.
func (b *Broker) look() {
	for wait := interval; ; {
		b.mu.Lock()
		if len(b.clients) == 0 && (b.Outer == nil || b.wanted.tokens == 0) {
			b.looking = false
			b.mu.Unlock()
			return
		}
		b.moved, b.short = b.wanted.tokens > 0, false
		freed := b.balance()
		if wait = min(2*wait, quiet); b.moved {
			wait = interval
		}
		wait = max(wait, time.Duration(len(b.clients))*perClient)
		short := b.short && b.wanted.tokens <= 1 // else fewer than are wanted may be there all the time
		b.mu.Unlock()
		if freed {
			b.Freed()
		}
		if short {
			b.Outer.pipe.await(wait)
		} else {
			time.Sleep(wait)
		}
	}
}
