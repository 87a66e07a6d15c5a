//go:build !unix

package lock

// noFollow is not available here.
const noFollow = 0

// MaxHeld returns how many locks a process can well hold at once.
func MaxHeld() int { return 1 << 12 }
