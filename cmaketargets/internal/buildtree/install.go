package buildtree

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

func (s *step) install(ctx context.Context) {
	c, ok := s.command()
	if !ok {
		return
	}
	install, err := plan.InstallOf(s.action)
	if err != nil {
		s.fail(err)
		return
	}
	copies, known := treestate.CopiesOf(s.dir(), install)
	defer installing.wait(ctx, newWrites(install, copies, known))()
	var record *treestate.Copied
	if known {
		record = treestate.BeginCopied(s.dir(), s.tree.Record(model.Install), install, copies)
	}
	s.run(ctx, c)
	if record == nil || s.result.Status != model.OK || record.Write(s.tree.Selection.Component) != nil {
		treestate.ForgetCopied(s.dir(), s.tree.Record(model.Install))
	}
}

// installs are the install steps at work. Two that write one file must not run at once: CMake removes it, and
// then copies into it, so one of them fails, or both write into the same file.
type installs struct {
	mu    sync.Mutex
	work  []*writes
	ended chan struct{} // closed when one ends
}

// installing are those of this process: the runs of several workspaces may be at work at once.
var installing installs

// writes are the files that an install step may write: those listed, and any below a directory.
type writes struct {
	files map[string]bool
	below string // "" for none
}

// newWrites returns the files that an install step may write. Names that differ in case may be one file.
func newWrites(install treestate.Install, copies cmake.Copies, known bool) *writes {
	w := &writes{files: make(map[string]bool, len(copies.Writes))}
	for _, file := range copies.Writes {
		w.files[strings.ToLower(filepath.Join(install.DestDir, file))] = true
	}
	if !known || copies.Elsewhere {
		w.below = strings.ToLower(filepath.Join(install.DestDir, install.Prefix))
	}
	return w
}

// meets reports whether both may write one file.
func (w *writes) meets(other *writes) bool { return w.reaches(other) || other.reaches(w) }

// reaches reports whether w may write a file that is named by other.
func (w *writes) reaches(other *writes) bool {
	for file := range other.files {
		if w.files[file] || w.below != "" && fsutil.Inside(file, w.below) {
			return true
		}
	}
	return w.below != "" && other.below != "" && fsutil.Inside(other.below, w.below)
}

// wait waits until no step at work may write a file of w, and counts it as at work until release is called. It waits
// no longer than ctx.
func (i *installs) wait(ctx context.Context, w *writes) (release func()) {
	for {
		i.mu.Lock()
		if !slices.ContainsFunc(i.work, w.meets) {
			break
		}
		if i.ended == nil {
			i.ended = make(chan struct{})
		}
		ended := i.ended
		i.mu.Unlock()
		select {
		case <-ended:
		case <-ctx.Done():
			return func() {}
		}
	}
	defer i.mu.Unlock()
	i.work = append(i.work, w)
	return func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.work = slices.DeleteFunc(i.work, func(other *writes) bool { return other == w })
		if i.ended != nil {
			close(i.ended)
			i.ended = nil
		}
	}
}
