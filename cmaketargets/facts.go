package cmaketargets

import (
	"cmp"
	"sync"
	"time"
)

// facts are what is known of a run beside its results, which carry them.
type facts struct {
	root       string
	repository string // the working copy that it lies in, "" when it lies in none
	start      time.Time
	steps      []Step
	jobs       int
	tools      *tools

	mu  sync.Mutex
	end time.Time // zero while the run goes on
	err error     // why it did not start, or was ended
}

// ended writes down that the run is over; err is nil unless it could not
// start or was ended early.
func (f *facts) ended(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.end, f.err = time.Now(), err
}

func (f *facts) ending() (time.Time, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.end, f.err
}

// base is the directory that reports name files relative to, as CI systems do:
// the top of the working copy, or the root where there is none.
func (f *facts) base() string { return cmp.Or(f.repository, f.root) }
