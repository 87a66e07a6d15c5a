//go:build unix

package jobserver

import (
	"testing"
	"time"
)

// More withholds tokens of clients, and none of tasks.
func TestMoreWithholdsTokens(t *testing.T) {
	b := still(8)
	b.More = func(jobs int, _ int64) int { return min(jobs, 2) }
	b.Take(1, 1, 8)
	c, tool := join(t, b, 0, 1)
	defer c.Close()
	defer tool.die()
	if c.granted != 2 {
		t.Errorf("granted %d, want 2", c.granted)
	}
	b.More = func(int, int64) int { return 0 }
	b.rebalance()
	if c.granted != 0 {
		t.Errorf("%d stay unread, want none", c.granted)
	}
	if got := b.Take(7, 1, 8); got != 7 {
		t.Errorf("a task got %d tokens, want 7", got)
	}
}

// Memory is promised to the jobs that clients have here.
func TestPromisedMemory(t *testing.T) {
	b := still(8)
	b.Take(1, 1, 8)
	c, tool := join(t, b, 0, 1)
	defer c.Close()
	defer tool.die()
	c.load.Memory = 10
	need := Need{Tokens: 3, Limit: 8, Remote: 20, Local: 2}
	b.Acquire(need)
	far, err := b.Join(need, Load{Memory: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	if got := b.Promised(); got != 210 {
		t.Errorf("promised %d to one job and two that run here beside remote ones, want 210", got)
	}
	b.rebalance()
	tool.take(2)
	if got := b.Promised(); got != 230 {
		t.Errorf("promised %d when there are two more jobs, want 230", got)
	}
	b.Take(3, 3, 8)
	begins, err := b.Join(Need{Tokens: 2, Limit: 8}, Load{Time: 10 * time.Second, Memory: 1000, Wide: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Promised(); got != 3230 {
		t.Errorf("promised %d when a build begins with two tokens, want 3230", got)
	}
	begins.Close()
	asked := int64(0)
	b.More = func(jobs int, promised int64) int { asked = promised; return jobs }
	b.rebalance()
	if asked != 230 {
		t.Errorf("asked for room beside %d, want 230", asked)
	}
	b.More = func(int, int64) int { return 0 }
	b.rebalance()
	if c.granted != 2 || far.granted == 0 {
		t.Errorf("without memory for jobs here a build of this machine has %d tokens, want the 2 that it uses; one with remote jobs has %d", c.granted, far.granted)
	}
}
