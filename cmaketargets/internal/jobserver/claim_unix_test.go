//go:build unix

package jobserver

import (
	"testing"
	"time"
)

// A build that takes its tokens again as soon as it has returned them gives part of them up to one that has taken all
// that it was granted, and a token to one that will have a use for it.
func TestTokensAreClaimed(t *testing.T) {
	for _, wide := range []bool{true, false} {
		b := still(32)
		b.Take(2, 1, 32)
		first, busy := join(t, b, 0, 1)
		busy.take(40)
		late, err := b.Join(Need{Limit: 32}, Load{Time: time.Second, Wide: wide})
		if err != nil {
			t.Fatal(err)
		}
		late.taking = true
		other := newTool(t, late)
		turn := func() {
			b.balance()
			if busy.give(1); first.owes {
				first.collectOne(first.fifo.take(1) == 1)
				first.taking = true
			} else {
				busy.take(1)
			}
		}
		for range 100 {
			turn()
		}
		if got := late.fifo.unread(); (got == 1) != wide {
			t.Errorf("wide: %v: %d tokens are offered to a build that has taken none", wide, got)
		}
		for range 100 {
			other.take(late.fifo.unread())
			turn()
		}
		if wide && (late.held < 14 || late.held > 16) || !wide && late.held > 0 {
			t.Errorf("wide: %v: of 30 tokens the late build has %d, and the first one %d", wide, late.held, first.held)
		}
		late.Close()
		first.Close()
		busy.die()
		other.die()
	}
}

// A build that takes its tokens again as soon as it has returned them gives one up to a task that waits, and one only.
func TestTaskClaimsToken(t *testing.T) {
	for _, want := range []int{1, 3} {
		b := still(8)
		b.Take(1, 1, 8)
		c, tool := join(t, b, 0, 10)
		tool.take(7)
		if got := b.Take(want, want, 8); got != 0 {
			t.Fatalf("took %d of a budget in use", got)
		}
		freed := false
		b.Freed = func() { freed = true }
		for range 10 {
			b.rebalance()
			if tool.give(1); c.owes {
				c.collectOne(c.fifo.take(1) == 1)
				c.taking = true
			}
			tool.take(8)
		}
		if got := b.Take(want, want, 8); got != want || c.granted != 7-want {
			t.Errorf("took %d tokens, and the build has %d; want %d and %d; freed: %v", got, c.granted, want, 7-want, freed)
		}
		c.Close()
		tool.die()
	}
}

// A task that waits for more tokens than builds could give up takes none from them.
func TestTaskThatNeedsAll(t *testing.T) {
	b := still(8)
	b.Take(1, 1, 8)
	c, tool := join(t, b, 0, 10)
	defer c.Close()
	defer tool.die()
	tool.take(7)
	if got := b.Take(8, 8, 8); got != 0 {
		t.Fatalf("took %d of a budget in use", got)
	}
	for range 10 {
		b.rebalance()
		if tool.give(1); c.owes {
			t.Fatal("a token is claimed")
		}
		tool.take(8)
	}
	tool.give(3)
	b.rebalance()
	if tool.take(8); tool.held != 7 {
		t.Errorf("the build has %d tokens, want 7", tool.held)
	}
}

// A build that takes all that there are each time one of its jobs ends, as Ninja does, is offered twice as many jobs as it has,
// up to its part. One that leaves a token, or does not need as much as the other one, is offered one.
func TestBuildGrows(t *testing.T) {
	b := still(84)
	clock := new(clock)
	b.now = clock.now
	b.Take(84, 1, 84) // 20 of them are another task's
	first, busy := join(t, b, 62, 10)
	busy.take(62)
	late, err := b.Join(Need{Limit: 84}, Load{Time: 10 * time.Second, Wide: true, Ready: 1})
	if err != nil {
		t.Fatal(err)
	}
	late.taking = true
	other := newTool(t, late)
	// pass has the jobs of the first build end, and returns how many tokens are offered to the late one.
	pass := func() int {
		for i := range 200 {
			if i%100 == 0 {
				clock.add(2 * fresh)
			}
			b.balance()
			if busy.give(1); first.owes {
				first.collectOne(first.fifo.take(1) == 1)
				first.taking = true
			}
			busy.take(84)
		}
		return late.fifo.unread()
	}
	for i, want := range []int{1, 2, 4, 8, 16} {
		if got := pass(); got != want {
			t.Fatalf("when it has taken all %d times, it is offered %d tokens, want %d", i, got, want)
		}
		if want < 16 {
			other.take(want)
		}
	}
	other.take(4)
	if got := pass(); got != 1 {
		t.Errorf("when it has taken some of those offered, it is offered %d", got)
	}
	other.take(1)
	if got := pass(); late.held+got < 30 || late.held+got > 33 {
		t.Errorf("of 64 jobs it is offered %d", 1+late.held+got)
	}
	if first.owes {
		t.Error("a token is claimed from a build that has its part only")
	}
	other.give(15)
	if got := pass(); got != 1 {
		t.Errorf("when it has returned tokens, it is offered %d", got)
	}
	other.take(1)
	if got := pass(); got != late.held+1 {
		t.Errorf("when it has taken all again, it is offered %d", got)
	}
	late.load.Time = time.Second / 10
	if got := pass(); got > 1 {
		t.Errorf("when little is left of it, it is offered %d", got)
	}
	late.load.Time = 20 * time.Second
	for _, wide := range []bool{false, true} {
		late.load.Wide = true
		other.give(late.held - 2)
		pass()
		other.take(1)
		want := 1
		if late.load.Wide = wide; wide {
			b.Give(20)
			want = 4
		}
		if got := pass(); got != want || late.granted+first.held+b.used != 84 {
			t.Errorf("a build of %d jobs is offered %d, the other has %d; wide: %v", 1+late.held, got, first.held, late.load.Wide)
		}
	}
	late.Close()
	first.Close()
	busy.die()
	other.die()
}

// The tokens that a build returns are there for another one, although it takes them again at once.
func TestTokensAreCollected(t *testing.T) {
	b := New()
	b.Limit(8)
	b.Take(2, 1, 8)
	start := func() (*Client, *tool) {
		c, err := b.Join(Need{Limit: 8}, Load{Time: time.Second, Wide: true})
		if err != nil {
			t.Fatal(err)
		}
		return c, newTool(t, c)
	}
	first, busy := start()
	for busy.held < 6 {
		busy.take(6)
	}
	late, other := start()
	for other.held < 3 {
		busy.give(1)
		busy.take(1)
		other.take(1)
	}
	if used := b.Used(); used > 8 {
		t.Errorf("%d jobs are in use, of 8", used)
	}
	first.Close()
	late.Close()
	busy.die()
	other.die()
	if b.Give(2); b.Used() != 0 {
		t.Errorf("at the end %d jobs are in use", b.Used())
	}
}

// A build that has a use for its tokens keeps them while it starts, and while it takes one after the other, although a task
// waits for one. A build that does not take them, or has no use for them, loses them to the task.
func TestStartingBuildKeepsItsTokens(t *testing.T) {
	for _, test := range []struct {
		name    string
		first   int // tokens with which it joins; it is granted 20
		load    Load
		passes  time.Duration // since it has joined
		takes   int           // then
		further time.Duration // passes after that
		keeps   int           // tokens that it has or may still take
	}{
		{"starts", 20, Load{Wide: true}, startup - fresh, 0, 0, 20},
		{"starts first job", 20, Load{Wide: true}, startup - fresh, 1, 0, 20},
		{"starts second job", 20, Load{Wide: true, Ready: 20}, startup + fresh, 2, fresh / 2, 20},
		{"never starts", 20, Load{Wide: true}, startup, 0, 0, 0},
		{"starts with a small share", 5, Load{Wide: true}, startup - fresh, 0, 0, 5},
		{"starts some of a small share", 5, Load{Wide: true}, startup - fresh, 3, 0, 5},
		{"has begun its last job", 20, Load{Wide: true}, fresh, 3, fresh, 3},
		{"is of one job", 20, Load{Wide: true, Ready: 1}, fresh / 2, 0, 0, 0},
		{"may be of one job", 20, Load{}, fresh / 2, 0, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			clock := new(clock)
			b := still(21)
			b.now = clock.now
			b.Take(21, 1, 21)
			test.load.Time = time.Minute
			c, err := b.Join(Need{Tokens: test.first, Limit: 21}, test.load)
			if err != nil {
				t.Fatal(err)
			}
			c.taking = true
			b.Give(20 - test.first)
			b.balance()
			if c.granted != 20 {
				t.Fatalf("%d tokens were granted", c.granted)
			}
			build := newTool(t, c)
			defer build.die()
			defer c.Close()
			if test.takes > 0 && test.passes > startup {
				build.take(1)
				test.takes--
				b.balance()
			}
			clock.add(test.passes)
			build.take(test.takes)
			b.balance()
			clock.add(test.further)
			if free := b.Free(Need{Limit: 21}); free != 20-test.keeps {
				t.Errorf("%d tokens are free, want %d", free, 20-test.keeps)
			}
			if got := b.Take(21, 1, 21); got != 20-test.keeps {
				t.Errorf("the task has %d tokens, want %d", got, 20-test.keeps)
			}
			b.Give(20 - test.keeps)
		})
	}
}
