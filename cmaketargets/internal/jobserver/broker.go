// Package jobserver divides the budget of a process among the commands that it runs, while they run. A
// build that joins gets a FIFO of its own, with the protocol of GNU Make's jobserver that Make, Ninja
// and ctest understand, and the broker moves tokens between the FIFOs as they are taken.
//
// No token is lost: the broker counts the tokens that it has granted to a build and those unread in its FIFO, and the
// FIFO of a build that has ended, however it ended, is closed with all that was granted to it. A client that writes
// more tokens than it has read has them discarded.
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
	// startup is how long a command may take until it begins its first jobs. Its tokens are kept for it so long.
	startup = 2 * time.Second
)

// Broker is the budget of a process. Its methods may be called from several goroutines at once.
type Broker struct {
	// Freed is called from a goroutine of its own after Take has refused a token, when there may be
	// one.
	Freed func()
	// More returns how many of so many further jobs memory has room for, beside the jobs of clients, to which so many
	// bytes are promised; nil means all. It is called often, with the lock of the broker held. Take does not ask it.
	More func(jobs int, promised int64) int
	// Outer, unless it is nil, has a token for each job of this process but one. It is set before the first
	// Take.
	Outer *Outer

	mu      sync.Mutex
	limit   int
	remote  int       // jobs beside limit, the most that any Need had since that was set
	used    int       // tokens of tasks
	granted int       // tokens of clients
	local   int       // of the used and the granted ones, those that count against limit
	wanted  Need      // of the last Take when that was refused: exactly its Tokens
	clients []*Client // that are open
	looking bool      // a goroutine looks at the FIFOs
	moved   bool      // a client took or returned a token since that was set to false
	short   bool      // the outer jobserver had too few tokens since that was set to false
	now     func() time.Time
}

// Need is the part of the budget that a task asks for. The jobs of a task run on this machine, and Limit bounds those of all
// tasks. The compiles of a task with Remote run on other machines: its tokens count against Limit and Remote together, and
// against Limit alone only Local of them, for its commands that run here.
type Need struct {
	Tokens int // the most that the task has a use for
	Least  int // without so many it gets none
	Limit  int // the most local tokens in use, of all tasks, when this one has its own
	Remote int // the most tokens in use beside Limit, 0 for a task whose jobs run here
	Local  int // of a task with Remote: its jobs that run here at once, at most Limit
}

// Here returns how many local tokens a task has that has taken n.
func (n Need) Here(tokens int) int {
	if n.Remote > 0 {
		return n.Local
	}
	return tokens
}

// New returns a broker without a budget, see Limit.
func New() *Broker { return &Broker{Freed: func() {}, now: time.Now} }

// Limit sets the budget.
func (b *Broker) Limit(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.limit, b.remote = n, 0
}

// Take takes up to n tokens for a task, but at least so many, while fewer than limit are in use, and
// returns how many: none when that cannot be. The first task of all gets one in any case.
func (b *Broker) Take(n, least, limit int) int {
	return b.Acquire(Need{Tokens: n, Least: least, Limit: limit})
}

// Acquire is Take for any Need.
func (b *Broker) Acquire(n Need) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.remote = max(b.remote, n.Remote)
	n.Limit = min(n.Limit, b.limit)
	n.Local = min(n.Local, n.Limit)
	n.Least = max(1, min(n.Least, n.Limit+n.Remote))
	n.Tokens = max(n.Tokens, n.Least)
	b.borrow(n.Tokens, n.Limit)
	b.recall(n, n.Tokens)
	got := max(0, min(n.Tokens, b.room(n)))
	b.wanted = Need{}
	switch {
	case b.used == 0:
		got = max(got, 1)
	case got < n.Least:
		got, n.Tokens = 0, n.Least
		b.wanted = n
	}
	if got > 0 {
		b.used += got
		b.local += n.Here(got)
	}
	b.repay()
	if b.Outer != nil && b.wanted.Tokens > 0 {
		b.watch()
	}
	return got
}

// Give returns n tokens of a task.
func (b *Broker) Give(n int) { b.Release(n, n) }

// Release returns n tokens of a task, which has so many local ones.
func (b *Broker) Release(n, local int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used -= n
	b.local -= local
	b.repay()
}

// Unwanted is called when no task waits for the token that Take has refused.
func (b *Broker) Unwanted() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wanted = Need{}
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

// Free returns how many tokens a Need could have, with those that clients can spare. It may be negative.
func (b *Broker) Free(n Need) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	unread := Need{}
	for _, c := range b.clients {
		c.look()
		idle := min(c.granted-c.held, c.spare())
		unread.Tokens += idle
		unread.Local += c.here(idle)
	}
	free := n.Limit + max(n.Remote, b.remote) - b.used - b.granted + unread.Tokens
	if n.Remote > 0 {
		return free
	}
	return min(free, n.Limit-b.local+unread.Local)
}

// free returns how many tokens nothing has, not above a limit, and how many of those may be local. They may be
// negative.
func (b *Broker) free(limit, remote int) (tokens, local int) {
	limit = min(limit, b.limit)
	tokens, local = limit+max(remote, b.remote)-b.used-b.granted, limit-b.local
	if b.Outer != nil {
		tokens = min(tokens, 1+len(b.Outer.held)-b.used-b.granted)
	}
	return tokens, min(tokens, local)
}

// room returns how many tokens there are for a Need, none if it cannot have its local ones. It may be negative.
func (b *Broker) room(n Need) int {
	tokens, local := b.free(n.Limit, n.Remote)
	switch {
	case n.Remote == 0:
		return local
	case local < n.Local:
		return 0
	}
	return tokens
}

// permit returns how many of n more local tokens clients may have.
func (b *Broker) permit(n int) int {
	if n > 0 && b.More != nil {
		n = b.More(n, b.promised())
	}
	return max(0, n)
}

// Promised returns the memory, in bytes, that the jobs of clients may need.
func (b *Broker) Promised() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.clients {
		c.look()
	}
	return b.promised()
}

func (b *Broker) promised() (bytes int64) {
	for _, c := range b.clients {
		bytes += c.promised()
	}
	return bytes
}

// recall takes spare tokens back from the clients, until n tokens are there for a Need.
func (b *Broker) recall(need Need, n int) {
	missing := func(c *Client) int {
		tokens, local := b.free(need.Limit, need.Remote)
		if c.local {
			return max(n-tokens, need.Here(n)-local)
		}
		return n - tokens
	}
	for _, local := range []bool{true, false} {
		for _, c := range b.clients {
			if c.local == local {
				c.recall(min(missing(c), c.spare()))
			}
		}
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
		if len(b.clients) == 0 && (b.Outer == nil || b.wanted.Tokens == 0) {
			b.looking = false
			b.mu.Unlock()
			return
		}
		b.moved, b.short = b.wanted.Tokens > 0, false
		freed := b.balance()
		if wait = min(2*wait, quiet); b.moved {
			wait = interval
		}
		wait = max(wait, time.Duration(len(b.clients))*perClient)
		short := b.short && b.wanted.Tokens <= 1 // else fewer than are wanted may be there all the time
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
