package cmaketargets

import (
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/record"
)

// view is what one run sees of the machine. It looks at each file and each
// variant's environment once, however many trees ask.
type view struct {
	files record.Files

	mu       sync.Mutex
	ambients map[string]*ambient // by variant
}

// ambient is the part of a variant's environment that CMake reads.
type ambient struct {
	once sync.Once
	env  map[string]string
	path []string
}

func (v *view) ambient(t *tree) *ambient {
	v.mu.Lock()
	if v.ambients == nil {
		v.ambients = map[string]*ambient{}
	}
	a := v.ambients[t.variant.Name]
	if a == nil {
		a = &ambient{}
		v.ambients[t.variant.Name] = a
	}
	v.mu.Unlock()
	a.once.Do(func() {
		a.env, a.path = record.Environ(t.configuring()), v.files.SearchPath(t.environ)
	})
	return a
}
