//go:build unix

package jobserver

import (
	"errors"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// rebalance is balance as the goroutine of the broker calls it.
func (b *Broker) rebalance() (freed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.balance()
}

// clock is a time that tests let pass. Claims read it from goroutines of their own.
type clock struct{ passed atomic.Int64 }

func (c *clock) now() time.Time { return time.Unix(0, c.passed.Load()) }

func (c *clock) add(d time.Duration) { c.passed.Add(int64(d)) }

// still returns a broker that moves tokens only when a test calls balance.
func still(limit int) *Broker {
	b := New()
	b.Limit(limit)
	b.looking = true
	return b
}

// A tool is a process of a build, which opens the FIFO by its path as Ninja does.
type tool struct {
	t    testing.TB
	fd   int
	held int
}

func newTool(t testing.TB, c *Client) *tool {
	t.Helper()
	value := ""
	for _, entry := range c.Env(nil) {
		if _, after, ok := strings.Cut(entry, "fifo:"); ok {
			value = after
		}
	}
	fd, err := syscall.Open(value, syscall.O_RDWR|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		t.Fatalf("open %q: %v", value, err)
	}
	return &tool{t: t, fd: fd}
}

// take takes up to n tokens.
func (p *tool) take(n int) {
	if n == 0 {
		return
	}
	if got, err := syscall.Read(p.fd, make([]byte, n)); err == nil {
		p.held += got
	} else if !errors.Is(err, syscall.EAGAIN) {
		p.t.Fatal(err)
	}
}

// give returns n tokens, also those that it does not have.
func (p *tool) give(n int) {
	if n == 0 {
		return
	}
	if _, err := syscall.Write(p.fd, make([]byte, n)); err != nil {
		p.t.Fatal(err)
	}
	p.held -= n
}

// die ends the tool, with the tokens that it has.
func (p *tool) die() { _ = syscall.Close(p.fd) }

func join(t testing.TB, b *Broker, first int, weight float64) (*Client, *tool) {
	t.Helper()
	c, err := b.Join(Need{Tokens: first, Limit: b.limit}, Load{Time: time.Duration(weight * float64(time.Second))})
	if err != nil {
		t.Fatal(err)
	}
	c.taking = true // tests do the work of a goroutine
	return c, newTool(t, c)
}

// Whatever tools and tasks do, no more than the budget is out, and all is there in the end. Within an outer
// jobserver each job but one has a token of it, and no token is idle.
func TestBudgetIsNeverExceededAndWholeAtTheEnd(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.IntRange(1, 40).Draw(rt, "limit")
		b := still(limit)
		outer := (*server)(nil)
		if rapid.Bool().Draw(rt, "outer") {
			outer = newServer(t, rapid.IntRange(0, 20).Draw(rt, "tokens"))
			defer outer.close()
			b.Outer = outer.join(t)
		}
		clock := new(clock)
		b.now = clock.now
		type build struct {
			c    *Client
			tool *tool
			dead bool
			liar bool // has returned more than it took
		}
		var builds []*build
		tasks := 0
		pick := func(rt *rapid.T) *build {
			if len(builds) == 0 {
				rt.Skip("no build")
			}
			return builds[rapid.IntRange(0, len(builds)-1).Draw(rt, "build")]
		}
		rt.Repeat(map[string]func(*rapid.T){
			"begin": func(rt *rapid.T) {
				n := rapid.IntRange(1, limit).Draw(rt, "tokens")
				tasks += b.Take(n, rapid.IntRange(1, n).Draw(rt, "least"), rapid.IntRange(1, limit).Draw(rt, "limit"))
			},
			"end": func(rt *rapid.T) {
				n := rapid.IntRange(0, tasks).Draw(rt, "tokens")
				b.Give(n)
				tasks -= n
			},
			"build": func(rt *rapid.T) {
				share := b.Take(rapid.IntRange(1, limit).Draw(rt, "tokens"), 1, limit)
				if share == 0 {
					rt.Skip("no token")
				}
				c, tool := join(t, b, share-1, rapid.Float64Range(0, 100).Draw(rt, "weight"))
				c.load.Wide, c.load.Ready = rapid.Bool().Draw(rt, "wide"), rapid.IntRange(0, 2).Draw(rt, "ready")
				builds = append(builds, &build{c: c, tool: tool})
			},
			"takes": func(rt *rapid.T) {
				if p := pick(rt); !p.dead {
					p.tool.take(rapid.IntRange(1, limit).Draw(rt, "tokens"))
				}
			},
			"returns": func(rt *rapid.T) {
				if p := pick(rt); !p.dead && p.tool.held > 0 {
					p.tool.give(rapid.IntRange(1, p.tool.held).Draw(rt, "tokens"))
				}
			},
			"lies": func(rt *rapid.T) {
				if p := pick(rt); !p.dead {
					p.liar = true
					p.tool.give(rapid.IntRange(1, limit).Draw(rt, "tokens"))
				}
			},
			"dies": func(rt *rapid.T) {
				if p := pick(rt); !p.dead {
					p.dead = true
					p.tool.die()
				}
			},
			"build ends": func(rt *rapid.T) {
				p := pick(rt)
				if !p.dead {
					p.tool.die()
				}
				p.c.Close()
				b.Give(1)
				builds = remove(builds, p)
			},
			"time passes": func(rt *rapid.T) {
				clock.add(time.Duration(rapid.IntRange(0, 200).Draw(rt, "ms")) * time.Millisecond)
				b.Unwanted()
				b.rebalance()
			},
			"another client": func(rt *rapid.T) {
				if outer == nil {
					rt.Skip("no jobserver")
				}
				outer.another(rapid.IntRange(-5, 5).Draw(rt, "tokens"))
			},
			"": func(rt *rapid.T) {
				if outer != nil {
					outer.check(rt, b)
				}
				granted := 0
				for _, p := range builds {
					granted += p.c.granted
					if unread := p.c.fifo.unread(); !p.liar && unread+p.tool.held != p.c.granted {
						rt.Fatalf("granted %d: %d are unread, and the tool has %d", p.c.granted, unread, p.tool.held)
					}
				}
				if granted != b.granted || b.used != tasks+len(builds) {
					rt.Fatalf("granted %d, counted %d; tasks have %d, counted %d", granted, b.granted, tasks+len(builds), b.used)
				}
				if b.used+b.granted > max(limit, 1) {
					rt.Fatalf("%d of %d are out", b.used+b.granted, limit)
				}
			},
		})
		for _, p := range builds {
			if !p.dead {
				p.tool.die()
			}
			p.c.Close()
			b.Give(1)
		}
		b.Give(tasks)
		b.Unwanted()
		want := limit
		if outer != nil {
			outer.another(-outer.tokens)
			outer.check(rt, b)
			want = min(limit, 1+outer.tokens)
			defer b.Outer.close()
		}
		if got := b.Take(limit, 1, limit); got != want {
			rt.Fatalf("at the end there are %d of %d", got, want)
		}
	})
}

func remove[T comparable](list []T, x T) (rest []T) {
	for _, y := range list {
		if y != x {
			rest = append(rest, y)
		}
	}
	return rest
}

// Tokens go to those that take them. Those that stay unread go to others.
func TestGrantsFollowDemand(t *testing.T) {
	b := still(32)
	clock := new(clock)
	b.now = clock.now
	b.Take(4, 1, 32)
	serial, idle := join(t, b, 0, 1)
	wide, busy := join(t, b, 0, 1)
	defer idle.die()
	defer busy.die()
	look := func() {
		clock.add(interval)
		b.Unwanted()
		b.rebalance()
	}
	for range int(fresh/interval) + 1 {
		busy.take(40)
		look()
	}
	busy.take(40)
	if serial.granted > 1 || busy.held < 27 {
		t.Errorf("of 28 tokens the build that takes them has %d, and %d are unread in the other", busy.held, serial.granted)
	}
	// The other one takes its token, so it has a use for more, which the first returns.
	idle.take(1)
	busy.give(20)
	look()
	idle.take(40)
	look()
	if idle.held+serial.fifo.unread() < 10 {
		t.Errorf("the build that begins to take tokens has %d, and the other %d", idle.held, busy.held)
	}
	busy.give(busy.held)
	wide.Close()
	look()
	if serial.granted != 28 {
		t.Errorf("the last build has %d tokens, want 28", serial.granted)
	}
	serial.Close()
}

// The first tokens are there before the build starts, most of them for the longest build.
func TestFirstGrants(t *testing.T) {
	b := still(32)
	b.Take(2, 1, 32)
	long, first := join(t, b, 0, 29)
	defer first.die()
	if long.granted != 30 {
		t.Errorf("the only build has %d tokens, want 30", long.granted)
	}
	short, second := join(t, b, 0, 1)
	defer second.die()
	if long.granted != 29 || short.granted != 1 {
		t.Errorf("the builds have %d and %d tokens, want 29 and 1", long.granted, short.granted)
	}
	long.Close()
	short.Close()
}

// A task that waits for a token gets the next one that is unread, before all builds.
func TestTaskComesFirst(t *testing.T) {
	b := still(4)
	b.Take(1, 1, 4)
	c, tool := join(t, b, 0, 1)
	defer tool.die()
	tool.take(3)
	if used := b.Used(); used != 4 {
		t.Errorf("%d tokens are in use, want 4", used)
	}
	if got := b.Take(1, 1, 4); got != 0 {
		t.Fatalf("took %d of a budget in use", got)
	}
	if b.rebalance() {
		t.Error("a token was free while all were in use")
	}
	tool.give(2)
	if !b.rebalance() {
		t.Error("no token is free for the task")
	}
	tool.take(2)
	if got := b.Take(2, 1, 4); got != 1 || b.used+b.granted != 4 {
		t.Errorf("the task got %d tokens, and %d are out; want 1 and 4", got, b.used+b.granted)
	}
	if peak := c.Close(); peak != 4 {
		t.Errorf("the build had %d jobs at once, want 4", peak)
	}
}

// A task that needs several tokens waits until it can have them at once; with nothing else at work it begins.
func TestTaskThatNeedsSeveral(t *testing.T) {
	b := still(4)
	b.Take(2, 1, 4)
	if got := b.Take(3, 3, 4); got != 0 || b.rebalance() {
		t.Fatalf("took %d of 2, want to wait", got)
	}
	b.Give(1)
	if !b.rebalance() {
		t.Error("3 tokens are not free")
	}
	if got := b.Take(3, 3, 4); got != 3 {
		t.Errorf("took %d, want 3", got)
	}
	b.Give(4)
	if got := b.Take(9, 9, 4); got != 4 {
		t.Errorf("took %d of all, want 4", got)
	}
}

// The goroutine serves a task that waits, and ends with the last build.
func TestLookWhileThereAreBuilds(t *testing.T) {
	b := New()
	freed := make(chan struct{}, 100)
	b.Freed = func() { freed <- struct{}{} }
	b.Limit(2)
	b.Take(1, 1, 2)
	c, tool := join(t, b, 0, 1)
	tool.take(1)
	if got := b.Take(1, 1, 2); got != 0 {
		t.Fatalf("took %d of a budget in use", got)
	}
	tool.give(1)
	<-freed
	if got := b.Take(1, 1, 2); got != 1 {
		t.Errorf("took %d, want 1", got)
	}
	tool.die()
	c.Close()
	if _, err := os.Stat(c.fifo.path); err == nil && c.fifo.dir != "" {
		t.Errorf("%s is left", c.fifo.path)
	}
}
