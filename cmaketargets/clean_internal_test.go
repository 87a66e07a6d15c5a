package cmaketargets

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

// meeting is a context that keeps those who remove files waiting, when they ask whether it has ended, until two of them
// have met.
type meeting struct {
	context.Context
	mu    sync.Mutex
	asked int
	who   map[string]bool // by goroutine
	met   chan struct{}
}

func (m *meeting) Err() error {
	stack := make([]byte, 4<<10)
	stack = stack[:runtime.Stack(stack, false)]
	if !strings.Contains(string(stack), "remove.(*walk).visit") {
		return m.Context.Err()
	}
	who, _, _ := strings.Cut(string(stack), " [")
	m.mu.Lock()
	m.asked++
	alone := m.asked <= 20 // there is nothing for another before the tree's own directory was read
	if !m.who[who] && len(m.who) == 1 {
		close(m.met)
	}
	m.who[who] = true
	m.mu.Unlock()
	if !alone {
		select {
		case <-m.met:
		case <-time.After(5 * time.Second): // and the test fails
			m.mu.Lock()
			m.asked = -1 << 30
			m.mu.Unlock()
		}
	}
	return m.Context.Err()
}

// A tree that is cleaned alone has the whole budget, and as many remove it.
func TestCleanIsParallel(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("a/CMakeLists.txt", "project(a C)\n")
	write("build/a/CMakeCache.txt", "CMAKE_HOME_DIRECTORY:INTERNAL="+filepath.ToSlash(root)+"/a\n")
	for i := range 100 {
		write(fmt.Sprintf("build/a/%d/%d", i%10, i), "")
	}
	const limit = 3
	w := New(Config{Root: root, Jobs: limit, Cache: "off", Output: io.Discard})
	g, err := w.discovered(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	r := &run{ground: g, limit: g.Jobs, asked: []Step{StepClean}, facts: &facts{}, view: newView(), git: discover.NewIndexes(g.env), told: map[string]bool{}}
	all := &meeting{Context: context.Background(), who: map[string]bool{}, met: make(chan struct{})}
	r.ctx, r.cancel = all, func(error) {}
	w.mu.Lock()
	j := w.newJob(r, g.tree(projectsOf(g.found)[0], Variant{}), StepClean)
	w.mu.Unlock()
	budget.submit([]*job{j})
	<-j.done
	if j.result.Status != StatusOK || j.result.jobs != limit {
		t.Errorf("%s with %d jobs: %s; want ok with %d", j.result.Status, j.result.jobs, j.result.Reason, limit)
	}
	select {
	case <-all.met:
	default:
		t.Errorf("%d goroutines removed the tree, want several", len(all.who))
	}
}
