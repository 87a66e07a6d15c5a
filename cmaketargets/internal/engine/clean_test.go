package engine

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

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
)

// meeting is a context that blocks goroutines that remove files, when they call Err, until two of
// them have done so.
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
	if !strings.Contains(string(stack), "clean.(*walk).empty") {
		return m.Context.Err()
	}
	who, _, _ := strings.Cut(string(stack), " [")
	m.mu.Lock()
	m.asked++
	alone := m.asked <= 20 // others have nothing to do before the build tree's own directory was read
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

// A build tree that is cleaned alone has the whole budget, and several goroutines remove it.
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
	process := NewProcess(&Process{Env: os.Environ, StartDir: root})
	w := process.New(settings.Settings{Root: root, Jobs: limit, Store: "off", Output: io.Discard})
	s, c, err := w.prepare(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r := newRun(s, c, []model.Step{model.Clean}, time.Now())
	all := &meeting{Context: context.Background(), who: map[string]bool{}, met: make(chan struct{})}
	r.workspace = w.workspace
	r.ctx, r.cancel = all, func(error) {}
	got := r.work()
	if len(got) != 1 || got[0].Status != model.OK || got[0].Jobs != limit {
		t.Errorf("got %+v; want one that is ok, with %d jobs", got, limit)
	}
	select {
	case <-all.met:
	default:
		t.Errorf("%d goroutines removed the tree, want several", len(all.who))
	}
}
