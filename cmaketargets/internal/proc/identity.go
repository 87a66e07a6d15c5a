package proc

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Identity returns a text that identifies this process among all that this machine ever runs, also
// when its number is used again: the number, the start time where the system shows it, and the clock.
var Identity = sync.OnceValue(func() string {
	return fmt.Sprintf("%d.%s.%d", os.Getpid(), startTime(os.Getpid()), time.Now().UnixNano())
})

// Alive reports whether the process with this Identity still runs on this machine. It is false where
// the system does not show start times.
func Alive(identity string) bool {
	number, rest, _ := strings.Cut(identity, ".")
	start, _, _ := strings.Cut(rest, ".")
	pid, err := strconv.Atoi(number)
	return err == nil && start != "" && start == startTime(pid)
}
