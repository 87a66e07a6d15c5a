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
	links  int  // of others, how many run here at once
	load   Load

	// The broker's lock guards the rest.
	closed  bool
	granted int // tokens in the FIFO and with the command's processes
	held    int // of those, the ones that its processes had at the last look
	peak    int // the highest of held
	first   int // tokens that it joined with
	joined  time.Time
	last    time.Time // it took one, or joined
	seen    time.Time // of the last look
	done    float64   // seconds of the load's time until then
	left    float64   // seconds of it that are left, more than 0
	grows   bool      // it took all that there were when it last looked for tokens
	want    int       // how many should be unread, see balance
	most    int       // the highest want, see divide
	owes    bool      // a token is to be taken as it comes back, see claim
	taking  bool      // a goroutine waits for one
}

// Load has the known facts on a command that joins.
type Load struct {
	Time  time.Duration // how long it will take, as far as that is known
	Alone bool          // Time is with one job, else with as many as it will get
	// Wide reports that it will have a use for more than one job, at some time: then one token is always offered to it.
	Wide bool
	// Ready is how many jobs it can begin with, 0 when that is not known.
	Ready int
	// Memory is what each job that runs here may need, in bytes.
	Memory int64
}

// Join opens a FIFO for a task that has taken tokens, one for the command itself and those of n for the jobs
// that it starts. These pass to the client. It gets more within the limits of n, so that it ends when the others end.
// Close must be called when none of its processes is left.
func (b *Broker) Join(n Need, load Load) (*Client, error) {
	f, err := newFIFO()
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	c := &Client{broker: b, fifo: f, limit: n.Limit, remote: n.Remote, local: n.Remote == 0, links: n.Local, load: load, first: n.Tokens, joined: b.now()}
	c.seen = c.joined
	if load.Ready != 1 {
		c.last = c.joined // it will take its tokens
	}
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
	c.closed = true
	if c.taking {
		c.fifo.put(1) // ends the read of collect
	}
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

// starting reports whether the command has a use for more than one job, and is about to take its tokens: it reads what there is
// to do, or took one a moment ago and starts that job.
func (c *Client) starting() bool {
	now := c.broker.now()
	return c.load.Wide && c.load.Ready != 1 && (now.Sub(c.last) < fresh || c.peak == 0 && now.Sub(c.joined) < startup)
}

// spare returns how many tokens, if they are unread, a task that waits may have: while the command starts, none of those that
// it joined with. It would have fewer jobs until one ends, for Ninja does not look for tokens before.
func (c *Client) spare() int {
	if c.starting() {
		return max(0, c.granted-c.first)
	}
	return c.granted
}

// promised returns the memory, in bytes, that the jobs of the command may need which it has, or begins with.
func (c *Client) promised() int64 {
	jobs := 1 + max(c.held, c.granted-c.spare())
	if !c.local {
		jobs = c.links
	}
	return c.load.Memory * int64(jobs)
}

// recall takes up to n unread tokens back.
func (c *Client) recall(n int) {
	c.taken(c.fifo.take(min(n, c.granted)))
}

// taken counts n tokens as taken back.
func (c *Client) taken(n int) {
	c.granted -= n
	c.broker.granted -= n
	c.broker.local -= c.here(n)
}

// collect takes tokens that are owed as they come back, in a goroutine. That is not stopped when none is owed any more:
// it takes one then, which is granted again.
func (c *Client) collect() {
	if c.taking {
		return
	}
	r, err := c.fifo.reader()
	if err != nil {
		return
	}
	c.taking = true
	go func() {
		defer r.close()
		for more := true; more; {
			more = c.collectOne(r.next())
		}
	}()
}

// collectOne counts a token as taken back, passes it on, and reports whether another one is owed.
func (c *Client) collectOne(taken bool) (more bool) {
	b := c.broker
	b.mu.Lock()
	defer b.mu.Unlock()
	if c.closed {
		return false
	}
	if taken {
		c.taken(min(1, c.granted))
	}
	if b.balance() {
		go b.Freed()
	}
	c.taking = taken && c.owes
	return c.taking
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
		c.grows = held == c.granted && c.load.Wide
	} else if held < c.held {
		c.grows = false
	}
	c.advance()
	c.broker.moved = c.broker.moved || held != c.held
	c.held, c.peak = held, max(c.peak, held)
	return held
}

// advance counts the work of the command since the last look. At least a 16th of its time is always taken to be left.
func (c *Client) advance() {
	now := c.broker.now()
	jobs := 1
	if c.load.Alone {
		jobs += c.held
	}
	c.done += now.Sub(c.seen).Seconds() * float64(jobs)
	c.seen = now
	whole := max(c.load.Time, 1).Seconds()
	c.left = max(whole-c.done, whole/16)
}
