//go:build unix

package bench_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"
)

// ownUsage returns the CPU time and the peak of resident memory, in bytes, of this process without its children.
func ownUsage() (cpu time.Duration, peak int64, err error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, 0, fmt.Errorf("get own usage: %w", err)
	}
	cpu = time.Duration(u.Utime.Nano() + u.Stime.Nano())
	peak = int64(u.Maxrss) << 10
	if runtime.GOOS == "darwin" {
		peak = int64(u.Maxrss) // bytes there: getrusage(2)
	}
	// Linux counts into Maxrss the memory that the process shared with its parent before it
	// executed this program; VmHWM is of this program alone. See proc_pid_status(5).
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return cpu, peak, nil
	}
	for line := range bytes.Lines(status) {
		var kib int64
		if n, _ := fmt.Sscanf(string(line), "VmHWM: %d kB", &kib); n == 1 {
			peak = kib << 10
		}
	}
	return cpu, peak, nil
}
