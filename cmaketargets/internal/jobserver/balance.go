package jobserver

import "math"

// balance looks at every FIFO, and moves tokens to where they will be taken. A task that waits for one
// comes first. It reports whether that can have one now.
func (b *Broker) balance() (freed bool) {
	defer b.repay()
	held := 0
	for _, c := range b.clients {
		held += c.look()
		c.owes = false
	}
	reserved := 0
	want := b.wanted
	b.borrow(want.Tokens, want.Limit)
	// Where the tokens of clients are not enough, a task has to end first, and builds go on meanwhile.
	if tokens, _ := b.free(want.Limit, want.Remote); want.Tokens > 0 && tokens+b.granted >= want.Tokens {
		b.recall(want, want.Tokens)
		if b.room(want) >= want.Tokens {
			return true
		}
		if tokens, _ := b.free(want.Limit, want.Remote); tokens < want.Tokens || b.remote == 0 {
			for _, c := range b.clients { // the next that comes back is for the task
				if c.owes = c.hungry() && c.held > 0; c.owes {
					c.collect()
				}
			}
			return false
		}
		reserved = want.Tokens // it waits for local ones; compiles elsewhere go on
	}
	if len(b.clients) == 0 {
		return false
	}
	locals := b.limit - b.local - reserved
	for _, c := range b.clients {
		locals += c.here(c.granted - c.held)
	}
	n := b.spare(b.limit+b.remote-b.used-held-reserved, held)
	if locals = b.permit(locals); b.remote == 0 {
		n = min(n, locals)
	}
	b.divide(max(0, n), locals)
	b.claim()
	for _, c := range b.clients {
		c.recall(c.granted - c.held - c.want)
	}
	for _, c := range b.clients {
		tokens, local := b.free(c.limit, c.remote)
		if tokens -= reserved; c.local {
			tokens = min(tokens, local-reserved)
		}
		c.grant(min(tokens, c.want-(c.granted-c.held)))
	}
	return false
}

// divide sets how many tokens should be unread in each FIFO. The clients that took one lately, or all that they were
// granted, get most; a quarter is kept for the others, as only a token that is taken shows that they have a use
// for it: one for each of them, in turn, before one of them gets more, for one that seems to need many may take none at
// all. One that grows is offered as many as it has jobs, for Ninja looks for tokens only when a job ends: with one token at
// a time it would take several times the length of a job until it has its part. At most so many may be local.
func (b *Broker) divide(n, locals int) {
	now := b.now()
	turn := int(now.UnixNano() / int64(fresh) % int64(len(b.clients))) // favours none when tokens are few
	var all, takers, others []*Client
	for i := range b.clients {
		c := b.clients[(i+turn)%len(b.clients)]
		all = append(all, c)
		c.want, c.most = 0, math.MaxInt
		switch {
		case c.hungry() || now.Sub(c.last) < fresh || c.starting():
			takers = append(takers, c)
		case c.grows:
			c.most = c.held + 1
			takers = append(takers, c)
		default:
			others = append(others, c)
			if c.load.Wide && n > 0 {
				c.want = 1
				n--
			}
		}
	}
	if len(takers) > 0 && len(others) > 0 {
		probes := min(n/4, len(others))
		n += probe(others, probes) - probes
	}
	share(others, probe(others, share(takers, n)))
	if b.remote > 0 {
		bound(all, locals)
	}
}

// probe has each client that is offered no token want one, as long as n lasts, and returns what is left of that.
func probe(clients []*Client, n int) (left int) {
	for _, c := range clients {
		if n > 0 && c.want == 0 {
			c.want = 1
			n--
		}
	}
	return n
}

// bound has clients, whose wants are set, want at most so many local tokens, and gives the rest to those whose
// tokens are not.
func bound(clients []*Client, locals int) {
	var here, elsewhere []*Client
	sum := 0
	for _, c := range clients {
		switch {
		case !c.local:
			elsewhere = append(elsewhere, c)
		case c.want > 0:
			here = append(here, c)
			sum += c.want
		}
	}
	if sum <= locals {
		return
	}
	for _, c := range here {
		c.want = 0
	}
	share(here, locals)
	if len(elsewhere) > 0 {
		share(elsewhere, sum-locals)
	}
}

// share adds up to n tokens to the wants of clients, each to the one that would end last without it, and returns how many
// are left. Of equal ones the first comes first.
func share(clients []*Client, n int) (left int) {
	for ; n > 0; n-- {
		var last *Client
		for _, c := range clients {
			if c.want < c.most && (last == nil || c.end(c.held+c.want) > last.end(last.held+last.want)) {
				last = c
			}
		}
		if last == nil {
			return n
		}
		last.want++
	}
	return 0
}

// end returns in how many seconds a client will end, if it has so many tokens all the time.
func (c *Client) end(tokens int) float64 { return c.left / float64(tokens+1) }

// hungry reports whether the client's processes have taken all that it was granted.
func (c *Client) hungry() bool { return c.held == c.granted && (c.granted > 0 || c.load.Wide) }

// claim has each client owe a token that would end with one fewer before another one that is hungry or grows. Ninja 1.13 takes a
// token again as soon as it has returned it, and else one that began when nothing else could run would have all of them
// to its end.
func (b *Broker) claim() {
	last := 0.0
	for _, c := range b.clients {
		if c.hungry() || c.grows && c.granted <= 2*c.held {
			last = max(last, c.end(c.granted))
		}
	}
	for _, c := range b.clients {
		if c.owes = c.hungry() && c.held > 0 && c.end(c.held-1) < last; c.owes {
			c.collect()
		}
	}
}
