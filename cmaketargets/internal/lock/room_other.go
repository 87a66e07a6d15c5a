//go:build !unix

package lock

// noFollow has no like here.
const noFollow = 0

// Room is how many locks a process can well hold at once.
func Room() int { return 1 << 12 }
