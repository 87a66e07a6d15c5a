package bench_test

import (
	"fmt"
	"time"

	"golang.org/x/sys/windows"
)

// ownUsage returns the CPU time of this process without its children. The peak of its memory is not measured here.
func ownUsage() (cpu time.Duration, peak int64, err error) {
	var begin, end, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(windows.CurrentProcess(), &begin, &end, &kernel, &user); err != nil {
		return 0, 0, fmt.Errorf("get own usage: %w", err)
	}
	// Both are lengths of time in units of 100 ns; Filetime's own methods take them for dates.
	length := func(t windows.Filetime) time.Duration {
		return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
	}
	return length(kernel) + length(user), 0, nil
}
