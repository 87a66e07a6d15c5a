package jobserver

// balance looks at every FIFO, and moves tokens to where they will be taken. A task that waits for one
// comes first. It reports whether that can have one now.
func (b *Broker) balance() (freed bool) {
	defer b.repay()
	held := 0
	for _, c := range b.clients {
		held += c.look()
	}
	reserved := 0
	if want := b.wanted; want.Tokens > 0 {
		b.borrow(want.Tokens, want.Limit)
		b.recall(want, want.Tokens)
		if b.room(want) >= want.Tokens {
			return true
		}
		if tokens, _ := b.free(want.Limit, want.Remote); tokens < want.Tokens || b.remote == 0 {
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
	b.divide(b.permit(b.spare(b.limit+b.remote-b.used-held-reserved, held), b.used+held), max(0, locals))
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

// divide sets how many tokens should be unread in each FIFO. The clients that took one lately get most; a
// quarter is kept for the others, as only a token that is taken shows that they have a use for it. At most
// so many may be local.
func (b *Broker) divide(n, locals int) {
	now := b.now()
	turn := int(now.UnixNano() / int64(fresh)) // favours none when tokens are few
	var all, takers, others []*Client
	for i := range b.clients {
		c := b.clients[(i+turn%len(b.clients))%len(b.clients)]
		all = append(all, c)
		if c.want = 0; now.Sub(c.last) < fresh {
			takers = append(takers, c)
		} else {
			others = append(others, c)
		}
	}
	if len(takers) > 0 && len(others) > 0 {
		probes := min(n/4, len(others))
		share(others, probes)
		n -= probes
	}
	if len(takers) == 0 {
		takers = others
	}
	share(takers, n)
	if b.remote > 0 {
		bound(all, locals)
	}
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

// share adds n tokens to the wants of clients, by weight. Those that are left go to the first ones.
func share(clients []*Client, n int) {
	total, left := 0.0, n
	for _, c := range clients {
		total += c.weight
	}
	for _, c := range clients {
		if total > 0 {
			part := int(float64(n) * c.weight / total)
			c.want += part
			left -= part
		}
	}
	for i := 0; left > 0; i++ {
		clients[i%len(clients)].want++
		left--
	}
}
