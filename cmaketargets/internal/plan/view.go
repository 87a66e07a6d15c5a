package plan

import (
	"strings"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
)

// View is the state of the machine during one run. It examines each file, and each
// variant's environment, once, however many build trees depend on it.
type View struct {
	files inputs.Files
	env   *environments
}

// NewView returns a view that has examined nothing.
func NewView() *View { return &View{env: &environments{of: map[string]*environment{}}} }

// Fresh returns a view that examines all files again. The environment of the process
// does not change.
func (v *View) Fresh() *View { return &View{env: v.env} }

// environments are those of the variants, by name and search path.
type environments struct {
	mu sync.Mutex
	of map[string]*environment
}

// environment is a variant's, with the part that CMake reads.
type environment struct {
	once sync.Once
	vars map[string]string
	path []string
	all  []string
}

func (v *View) environment(t *Tree) *environment {
	key := strings.Join(append([]string{t.Variant.Name}, t.Search...), "\x00")
	v.env.mu.Lock()
	e := v.env.of[key]
	if e == nil {
		e = &environment{}
		v.env.of[key] = e
	}
	v.env.mu.Unlock()
	e.once.Do(func() {
		e.all = t.ConfigureEnv()
		e.vars, e.path = inputs.Environ(e.all), v.files.SearchPath(t.Env)
	})
	return e
}
