package discover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

const skipReason = "build root or install prefix"

// directory is one to be read.
type directory struct {
	path   string      // as in model.Project
	inside string      // path of the nearest project above, "" for none
	repo   *repository // with the ignore rules, nil for none
}

// walker reads directories on several goroutines. A directory without a free slot is read by the
// goroutine of its parent, so that the walk goes deep first and few repositories are open at a time.
type walker struct {
	ctx   context.Context
	root  string
	sel   *selection
	git   *git
	slots chan struct{}

	mu     sync.Mutex
	linked []directory // the links to be followed when all else is read
	result Result
	err    error
}

// walk returns, in no particular order, all projects except those in directories that Exclude drops
// as a whole.
func walk(ctx context.Context, o Options, s *selection) (Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// Twice the processors, for file systems with latency.
	w := &walker{ctx: ctx, root: o.Root, sel: s, slots: make(chan struct{}, min(max(4, 2*runtime.GOMAXPROCS(0)), 16)-1)}
	w.git = newGit(ctx, o.Env, w.warn)
	repo := w.git.enclosing(o.Root, ".")
	defer repo.close()
	w.read(directory{path: ".", repo: repo})
	w.judge(repo)
	w.follow()
	if ctx.Err() != nil {
		return Result{}, fmt.Errorf("discover projects: %w", ctx.Err())
	}
	return w.result, w.err
}

func (w *walker) warn(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.result.Warnings = append(w.result.Warnings, fmt.Sprintf(format, args...))
}

func (w *walker) ignore(p, reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.result.Ignored = append(w.result.Ignored, Ignored{p, reason})
}

func (w *walker) abs(p string) string { return filepath.Join(w.root, filepath.FromSlash(p)) }

// read reads a directory and those below it.
func (w *walker) read(d directory) {
	if w.ctx.Err() != nil {
		return
	}
	c, err := w.entries(d)
	if err != nil && d.path == "." {
		w.err = fmt.Errorf("discover projects: %w", err) // no other goroutine has started
		return
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) { // it may vanish meanwhile
		w.warn("read directory %s: %v", shorten(d.path), fsutil.Cause(err))
		if len(c.subdirs) == 0 && !c.listFile {
			w.ignore(d.path, fmt.Sprintf("it cannot be read: %v", fsutil.Cause(err)))
		}
	}
	if c.marker != "" {
		w.ignore(d.path, "holds "+c.marker)
		return
	}
	if c.gitMarker && d.path != "." {
		d.repo = &repository{git: w.git, dir: w.abs(d.path), path: d.path, top: w.abs(d.path), outer: d.repo}
		defer d.repo.close()
		defer w.judge(d.repo)
		if reason := d.repo.checkout(); reason != "" {
			w.ignore(d.path, reason)
			return
		}
	}
	isProject, closed := false, false
	if c.listFile {
		isProject, closed = w.project(d, c)
	}
	w.below(d, c, isProject, closed)
}

// below reads the directories below one with content c, unless that is a project, or closed.
func (w *walker) below(d directory, c content, isProject, closed bool) {
	if c.cache && !isProject && d.path != "." {
		w.ignore(d.path, "build tree ("+cacheFile+")")
		return
	}
	if c.cmakeDir && !c.listFile && d.path != "." { // its first configure was killed
		w.ignore(d.path, "build tree ("+cmakeDir+")")
		return
	}
	if isProject {
		if len(w.sel.nested) == 0 || closed {
			return
		}
		d.inside = d.path
	}
	w.links(d, c.links)
	var reading sync.WaitGroup
	for _, sub := range w.enter(d, c.subdirs) {
		select {
		case w.slots <- struct{}{}:
			reading.Go(func() {
				w.read(sub)
				<-w.slots
			})
		default:
			w.read(sub)
		}
	}
	reading.Wait()
}

// enter returns the sub-directories of d to be read.
func (w *walker) enter(d directory, names []string) []directory {
	var dirs []directory
	var inRepo []string
	for _, name := range names {
		if name == ".git" {
			continue // not worth a mention
		}
		p := path.Join(d.path, name)
		if reason := w.stayOut(p, name); reason != "" {
			w.ignore(p, reason)
			continue
		}
		dirs = append(dirs, directory{path: p, inside: d.inside, repo: d.repo})
		inRepo = append(inRepo, d.repo.rel(p))
	}
	kept := dirs[:0]
	for i, rule := range d.repo.rules(inRepo) {
		if rule != "" {
			w.ignore(dirs[i].path, rule)
			continue
		}
		kept = append(kept, dirs[i])
	}
	return kept
}

// stayOut returns why the directory at p is not to be read, as far as its path decides that.
func (w *walker) stayOut(p, name string) string {
	switch {
	case strings.HasPrefix(name, "."):
		return "hidden"
	case name == "node_modules", name == cmakeDir:
		return name
	case w.sel.skips(p):
		return skipReason
	}
	if pattern, ok := w.sel.exclude.matchAll(p); ok {
		return "excluded by pattern " + pattern
	}
	return template(name)
}

const (
	cacheFile     = "CMakeCache.txt"
	cmakeDir      = "CMakeFiles"
	entriesAtOnce = 1024 // bounds the memory for a huge directory
)

// content is a summary of a directory's entries.
type content struct {
	subdirs, links             []string
	listFile, cache, gitMarker bool
	cmakeDir, manifest         bool
	marker                     string // COLCON_IGNORE or CMAKETARGETS_IGNORE, which exclude the directory
}

// entries reads a directory; after an error it returns the entries read so far.
func (w *walker) entries(d directory) (content, error) {
	var c content
	f, err := os.Open(w.abs(d.path))
	if err != nil {
		return c, err
	}
	defer f.Close()
	files := 0
	for err == nil {
		var es []fs.DirEntry
		es, err = f.ReadDir(entriesAtOnce)
		for _, e := range es {
			if e.IsDir() {
				c.subdirs = append(c.subdirs, e.Name())
			} else {
				files++
			}
			c.add(e)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.result.Dirs++
	w.result.Files += files
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return c, err
}

func (c *content) add(e fs.DirEntry) {
	switch name := e.Name(); name {
	case listFile:
		c.listFile = true
	case cacheFile:
		c.cache = true
	case cmakeDir:
		c.cmakeDir = e.IsDir()
	case "package.xml":
		c.manifest = true
	case ".git":
		c.gitMarker = true
	case "COLCON_IGNORE", "CMAKETARGETS_IGNORE": // also as directories
		c.marker = max(c.marker, name) // the same one in any order
	default:
		if e.Type()&fs.ModeSymlink != 0 {
			c.links = append(c.links, name)
		}
	}
}

// shorten removes the middle of a path that is too long for a message.
func shorten(p string) string {
	const limit = 200
	if len(p) <= limit {
		return p
	}
	return p[:limit/2] + "..." + p[len(p)-limit/2:]
}
