package cmaketargets

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
)

// openStore opens the store of compiler detections, nil when it is off; off
// says what keeps it from being used.
func openStore(s *settings) (store *detect.Store, off string) {
	dir, off := storeDir(s)
	if off != "" {
		return nil, off
	}
	store = detect.Open(dir, s.CacheSize)
	store.Freshness = time.Second
	return store, ""
}

// storeDir is the directory of the store; off says why there is none.
func storeDir(s *settings) (dir, off string) {
	switch s.Cache {
	case "off":
		return "", "the store is off"
	case "":
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", "there is no cache directory: " + err.Error()
		}
		return filepath.Join(cache, "cmaketargets"), ""
	}
	return absolute(s.Cache, s.Root), ""
}

// detection is the part of the store in one configure step. Its zero value
// has none.
type detection struct {
	session *detect.Session
	why     string
}

// beginDetection prepares the tree, which must hold neither cache nor
// CMakeFiles, for a cmake that will be started with args.
func (t *tree) beginDetection(args []string) detection {
	if t.store == nil {
		return detection{why: t.storeOff}
	}
	session, why := t.store.Begin(detect.Tree{
		BuildDir: t.dir, SourceDir: t.project.Dir, StateDir: filepath.Join(t.dir, stateDir),
		CMake: t.tools.cmake.Path, Version: t.tools.cmake.Version.String(), Args: args, Env: t.configuring(),
	})
	return detection{session, why}
}

// args and env are what to add to cmake's.
func (d detection) args() []string {
	if d.session == nil {
		return nil
	}
	return d.session.Args()
}

func (d detection) env() []string {
	if d.session == nil {
		return nil
	}
	return d.session.Env()
}

// end takes up what cmake left, and says what became of it.
func (d detection) end(succeeded bool) string {
	if d.session == nil {
		return "done by this tree: " + d.why
	}
	out, err := d.session.End(succeeded)
	var said []string
	if len(out.Reused) > 0 {
		said = append(said, "reused for "+strings.Join(out.Reused, ", "))
	}
	if len(out.Stored) > 0 {
		said = append(said, storedFor+strings.Join(out.Stored, ", "))
	}
	if out.Reason != "" {
		said = append(said, out.Reason)
	}
	if err != nil {
		said = append(said, fmt.Sprintf("not completed: %v", err))
	}
	if len(said) == 0 {
		return "no language enabled"
	}
	return strings.Join(slices.Compact(said), "; ")
}

// trimStore keeps the store within its bound once something was added to it.
// Where that fails the next run tries again.
func trimStore(g *ground, report Report) {
	if g.store == nil {
		return
	}
	for _, res := range report {
		if strings.Contains(res.Detection, storedFor) {
			_ = g.store.Trim()
			return
		}
	}
}

const storedFor = "stored for "
