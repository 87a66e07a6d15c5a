//go:build unix

package jobserver

import (
	"fmt"
	"testing"
)

// BenchmarkBalance measures a look at 64 builds, which the broker takes every 64 times perClient: when none has taken a token,
// and when all want more than they have and half of them owe one.
func BenchmarkBalance(b *testing.B) {
	for _, hungry := range []bool{false, true} {
		b.Run(fmt.Sprint("hungry ", hungry), func(b *testing.B) {
			broker := still(128)
			var tools []*tool
			for range 64 {
				broker.Take(1, 1, 128)
				c, tool := join(b, broker, 0, 1000)
				defer c.Close()
				defer tool.die()
				c.load.Wide = true
				tools = append(tools, tool)
			}
			for range 4 {
				for _, tool := range tools {
					if hungry {
						tool.take(128)
					}
				}
				broker.rebalance()
			}
			for i, c := range broker.clients {
				if i%2 == 0 {
					c.load.Time /= 10
				}
			}
			for b.Loop() {
				broker.rebalance()
			}
			owing := 0
			for _, c := range broker.clients {
				if c.owes {
					owing++
				}
			}
			b.ReportMetric(float64(owing), "owing")
			b.ReportMetric(100*b.Elapsed().Seconds()/float64(b.N)/(64*perClient.Seconds()), "%-of-a-core")
		})
	}
}

// A build that is thought to be long, and takes no token, keeps those that are free from no other one.
func TestTokensGoToBuildsThatTakeThem(t *testing.T) {
	for _, limit := range []int{6, 32} {
		b := still(limit)
		clock := new(clock)
		b.now = clock.now
		b.Take(1, 1, limit)
		c, serial := join(t, b, 0, 57)
		defer c.Close()
		defer serial.die()
		var wide []*tool
		for range 4 {
			b.Take(1, 1, limit)
			c, tool := join(t, b, 0, 1)
			defer c.Close()
			defer tool.die()
			wide = append(wide, tool)
		}
		clock.add(startup)
		taken := 0
		for range 5 * fresh / interval {
			clock.add(interval)
			b.rebalance()
			taken = 0
			for _, tool := range wide {
				tool.take(limit)
				taken += tool.held
			}
		}
		if taken != limit-5 {
			t.Errorf("of %d free tokens %d are taken", limit-5, taken)
		}
	}
}
