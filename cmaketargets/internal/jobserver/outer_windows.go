package jobserver

import (
	"fmt"
	"time"
)

// pipe is never made: the jobserver of GNU Make is a semaphore there.
type pipe struct{}

func openPipe(auth string) (pipe, error) {
	return pipe{}, fmt.Errorf("%q is not supported on Windows", auth)
}

func (pipe) read([]byte) int     { return 0 }
func (pipe) write([]byte)        {}
func (pipe) await(time.Duration) {}
