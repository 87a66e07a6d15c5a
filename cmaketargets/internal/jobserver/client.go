package jobserver

import (
	"os"
	"strings"
	"time"
)

// Client is a command that has joined, with all the processes that it starts.
type Client struct {
	broker *Broker
	fifo   *fifo
	limit  int
	remote int
	local  bool // its processes run here, all of them
	weight float64

	// The broker's lock guards the rest.
	granted int       // tokens in the FIFO and with the command's processes
	held    int       // of those, the ones that its processes had at the last look
	peak    int       // the highest of held
	last    time.Time // it took one, or joined
	want    int       // how many should be unread, see balance
}

// Join opens a FIFO for a task that has taken tokens, one for the command itself and first for the jobs
// that it starts. Those pass to the client. It gets more while fewer than limit are in use, in the proportion
// of weight to that of the others. Close must be called when none of its processes is left.
func (b *Broker) Join(first, limit int, weight float64) (*Client, error) {
	return b.JoinFor(Need{Tokens: first, Limit: limit}, weight)
}

// JoinFor is Join for a task with any Need, whose Tokens are those that pass to the client.
func (b *Broker) JoinFor(n Need, weight float64) (*Client, error) {
	f, err := newFIFO()
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	c := &Client{broker: b, fifo: f, limit: n.Limit, remote: n.Remote, local: n.Remote == 0, weight: weight, last: b.now()}
	b.clients = append(b.clients, c)
	b.used -= n.Tokens
	b.local -= c.here(n.Tokens)
	c.grant(n.Tokens)
	b.balance()
	b.watch()
	return c, nil
}

// here returns how many of n tokens of the client are local.
func (c *Client) here(n int) int {
	if c.local {
		return n
	}
	return 0
}

// Env returns an environment with the jobserver in it.
func (c *Client) Env(env []string) []string {
	c.broker.mu.Lock()
	jobs := c.broker.limit + c.remote
	c.broker.mu.Unlock()
	old := ""
	kept := make([]string, 0, len(env)+1)
	for _, entry := range env {
		if value, ok := strings.CutPrefix(entry, Variable+"="); ok {
			old = value
			continue
		}
		kept = append(kept, entry)
	}
	return append(kept, Variable+"="+flags(old, c.fifo.path, jobs))
}

// Files returns the files that the command inherits, in the form of exec.Cmd.ExtraFiles.
func (c *Client) Files() []*os.File { return []*os.File{c.fifo.file} }

// Close takes all tokens back, and returns the most jobs that ran at once, as far as they were seen.
func (c *Client) Close() (peak int) {
	b := c.broker
	b.mu.Lock()
	for i, other := range b.clients {
		if other == c {
			b.clients = append(b.clients[:i:i], b.clients[i+1:]...)
		}
	}
	b.granted -= c.granted
	b.local -= c.here(c.granted)
	c.fifo.close()
	freed := b.balance()
	b.mu.Unlock()
	if freed {
		b.Freed()
	}
	return c.peak + 1
}

// grant adds tokens to the FIFO.
func (c *Client) grant(n int) {
	n = c.fifo.put(n)
	c.granted += n
	c.broker.granted += n
	c.broker.local += c.here(n)
}

// recall takes up to n unread tokens back.
func (c *Client) recall(n int) {
	n = c.fifo.take(min(n, c.granted))
	c.granted -= n
	c.broker.granted -= n
	c.broker.local -= c.here(n)
}

// look returns how many tokens the command's processes have. More than were granted are discarded when
// they come back.
func (c *Client) look() int {
	unread := c.fifo.unread()
	if unread > c.granted {
		unread -= c.fifo.take(unread - c.granted)
	}
	held := max(0, c.granted-unread)
	if held > c.held {
		c.last = c.broker.now()
	}
	c.broker.moved = c.broker.moved || held != c.held
	c.held, c.peak = held, max(c.peak, held)
	return held
}
