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
