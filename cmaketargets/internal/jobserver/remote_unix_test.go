//go:build unix

package jobserver

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Builds whose compiles are remote have more tokens than the limit, together with all others no more than the remote ones
// beside it; jobs that run here, and those that such builds reserve for the rest of their commands, stay within the
// limit.
func TestLocalJobsStayWithinTheLimit(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		limit, remote := rapid.IntRange(1, 10).Draw(rt, "limit"), rapid.IntRange(1, 20).Draw(rt, "remote")
		b := still(limit)
		clock := new(clock)
		b.now = clock.now
		type task struct {
			need Need
			got  int
			c    *Client
			tool *tool
		}
		var tasks []*task
		begin := func(rt *rapid.T) *task {
			n := Need{Tokens: rapid.IntRange(1, limit).Draw(rt, "tokens"), Limit: rapid.IntRange(1, limit).Draw(rt, "bound")}
			if rapid.Bool().Draw(rt, "elsewhere") {
				n.Remote, n.Local = remote, rapid.IntRange(1, n.Limit).Draw(rt, "local")
				n.Tokens += rapid.IntRange(0, remote).Draw(rt, "more")
			}
			n.Least = rapid.IntRange(1, n.Tokens).Draw(rt, "least")
			got := b.Acquire(n)
			if got == 0 {
				rt.Skip("no token")
			}
			tasks = append(tasks, &task{need: n, got: got})
			return tasks[len(tasks)-1]
		}
		end := func(p *task) {
			local := p.need.Here(p.got)
			if p.c != nil {
				p.tool.die()
				p.c.Close()
			}
			b.Release(p.got, local)
			tasks = remove(tasks, p)
		}
		rt.Repeat(map[string]func(*rapid.T){
			"begin": func(rt *rapid.T) { begin(rt) },
			"build": func(rt *rapid.T) {
				p := begin(rt)
				first := p.need
				first.Tokens = p.got - 1
				var err error
				if p.c, err = b.Join(first, Load{Time: time.Second}); err != nil {
					rt.Fatal(err)
				}
				p.got, p.tool = 1, newTool(t, p.c)
			},
			"takes": func(rt *rapid.T) {
				for _, p := range tasks {
					if p.tool != nil {
						p.tool.take(rapid.IntRange(0, limit+remote).Draw(rt, "tokens"))
					}
				}
			},
			"returns": func(rt *rapid.T) {
				for _, p := range tasks {
					if p.tool != nil {
						p.tool.give(rapid.IntRange(0, p.tool.held).Draw(rt, "tokens"))
					}
				}
			},
			"end": func(rt *rapid.T) {
				if len(tasks) == 0 {
					rt.Skip("no task")
				}
				end(tasks[rapid.IntRange(0, len(tasks)-1).Draw(rt, "task")])
			},
			"time passes": func(rt *rapid.T) {
				clock.add(time.Duration(rapid.IntRange(0, 200).Draw(rt, "ms")) * time.Millisecond)
				if rapid.Bool().Draw(rt, "unwanted") {
					b.Unwanted()
				}
				b.rebalance()
			},
			"": func(rt *rapid.T) {
				b.mu.Lock() // claims change the same from goroutines of their own
				defer b.mu.Unlock()
				all, here := 0, 0
				for _, p := range tasks {
					all += p.got
					here += p.need.Here(p.got)
					if p.c != nil {
						all += p.c.granted
						here += p.c.here(p.c.granted)
					}
				}
				if all != b.used+b.granted || here != b.local {
					rt.Fatalf("%d tokens are out, %d here; counted %d and %d", all, here, b.used+b.granted, b.local)
				}
				if all > limit+remote || here > limit {
					rt.Fatalf("%d of %d are out, %d of %d here", all, limit+remote, here, limit)
				}
			},
		})
		for len(tasks) > 0 {
			end(tasks[0])
		}
		b.Unwanted()
		if got := b.Acquire(Need{Tokens: limit + remote, Limit: limit, Remote: remote, Local: limit}); got != limit+remote || b.local != limit {
			rt.Fatalf("in the end %d of %d are there, %d of %d here", got, limit+remote, b.local, limit)
		}
	})
}

// While a task waits for jobs of this machine, a build whose compiles are elsewhere gets those that it cannot use.
func TestRemoteJobsGoOn(t *testing.T) {
	b := still(3)
	need := Need{Tokens: 4, Least: 1, Limit: 3, Remote: 6, Local: 1}
	b.Acquire(need)
	first := need
	first.Tokens = 3
	c, err := b.Join(first, Load{Time: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	b.Take(1, 1, 3)
	need.Tokens = 3
	if got := b.Acquire(need); got != 3 {
		t.Fatalf("another build got %d", got)
	}
	if got := b.Take(2, 2, 3); got != 0 {
		t.Fatalf("two tests got %d", got)
	}
	if c.granted != 2 {
		t.Fatalf("the build has %d tokens, want 2: of nine it and the test have one each, another build three, and two are for the tests", c.granted)
	}
	b.Release(3, 1)
	if b.rebalance() || c.granted != 5 {
		t.Errorf("the build has %d tokens, want 5, and the tests wait", c.granted)
	}
	b.Give(1)
	if !b.rebalance() {
		t.Error("the tests cannot begin")
	}
}
