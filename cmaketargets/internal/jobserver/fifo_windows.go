package jobserver

import (
	"errors"
	"fmt"
	"os"
)

// fifo is never made: Make and Ninja use a semaphore on Windows, so builds keep their -j.
type fifo struct {
	file *os.File
	path string
}

func newFIFO() (*fifo, error) { return nil, fmt.Errorf("make jobserver: %w", errors.ErrUnsupported) }

func (*fifo) put(int) int  { return 0 }
func (*fifo) take(int) int { return 0 }
func (*fifo) unread() int  { return 0 }
func (*fifo) close()       {}

type reader struct{}

func (*fifo) reader() (reader, error) { return reader{}, errors.ErrUnsupported }
func (reader) next() bool             { return false }
func (reader) close()                 {}
