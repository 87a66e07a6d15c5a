package cmaketargets

import (
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/record"
)

// view is what one run sees of the machine. It looks at each file and each
// variant's environment once, however many trees ask.
type view struct {
	files record.Files
	env   *ambients
}

func newView() *view { return &view{env: &ambients{of: map[string]*ambient{}}} }

// anew is a view that has not seen a file yet. The environment stays as it is.
func (v *view) anew() *view { return &view{env: v.env} }

// ambients are those of the variants, by name.
type ambients struct {
	mu sync.Mutex
	of map[string]*ambient
}

// ambient is the part of a variant's environment that CMake reads.
type ambient struct {
	once sync.Once
	env  map[string]string
	path []string
}

func (v *view) ambient(t *tree) *ambient {
	v.env.mu.Lock()
	a := v.env.of[t.variant.Name]
	if a == nil {
		a = &ambient{}
		v.env.of[t.variant.Name] = a
	}
	v.env.mu.Unlock()
	a.once.Do(func() {
		a.env, a.path = record.Environ(t.configuring()), v.files.SearchPath(t.environ)
	})
	return a
}
