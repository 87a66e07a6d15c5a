package jobserver

// balance looks at every FIFO, and moves tokens to where they will be taken. A task that waits for one
// comes first. It reports whether that can have one now.
func (b *Broker) balance() (freed bool) {
	defer b.repay()
	held := 0
	for _, c := range b.clients {
		held += c.look()
	}
	if want := b.wanted; want.tokens > 0 {
		b.borrow(want.tokens, want.limit)
		b.recall(want.tokens - b.free(want.limit))
		return b.free(want.limit) >= want.tokens
	}
	if len(b.clients) == 0 {
		return false
	}
	b.divide(b.permit(b.spare(b.limit-b.used-held, held), b.used+held))
	for _, c := range b.clients {
		c.recall(c.granted - c.held - c.want)
	}
	for _, c := range b.clients {
		c.grant(min(b.free(c.limit), c.want-(c.granted-c.held)))
	}
	return false
}

// divide sets how many tokens should be unread in each FIFO. The clients that took one lately get most; a
// quarter is kept for the others, as only a token that is taken shows that they have a use for it.
func (b *Broker) divide(n int) {
	now := b.now()
	turn := int(now.UnixNano() / int64(fresh)) // favours none when tokens are few
	var takers, others []*Client
	for i := range b.clients {
		c := b.clients[(i+turn%len(b.clients))%len(b.clients)]
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
}

// share divides n tokens by weight. Those that are left go to the first ones.
func share(clients []*Client, n int) {
	total, left := 0.0, n
	for _, c := range clients {
		total += c.weight
	}
	for _, c := range clients {
		if total > 0 {
			c.want = int(float64(n) * c.weight / total)
			left -= c.want
		}
	}
	for i := 0; left > 0; i++ {
		clients[i%len(clients)].want++
		left--
	}
}
