package discover

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

const (
	skipReason   = "build root or install prefix"
	hiddenReason = "hidden"
	linkReason   = "symbolic link to a directory"
)

// directory is one to be read.
type directory struct {
	path   string      // as in Project
	inside string      // path of the nearest project above, "" for none
	repo   *repository // whose rules decide what is ignored, nil for none
}

// walker reads directories on several goroutines. The waiting ones are a stack,
// so that the walk goes deep first and few repositories are open at a time.
type walker struct {
	ctx  context.Context
	root string
	sel  *selection
	git  *git

	mu      sync.Mutex
	changed sync.Cond
	waiting []directory
	open    int // directories waiting or being read
	result  Result
	err     error
}

// walk returns, in no particular order, all projects that are there but for
// those in directories of which every project is excluded.
func walk(ctx context.Context, o Options, s *selection) (Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w := &walker{ctx: ctx, root: o.Root, sel: s}
	w.changed.L = &w.mu
	w.git = newGit(ctx, o.Env, w.warn)
	wake := context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.changed.Broadcast()
	})
	defer wake()
	defer w.git.stop()

	w.push(directory{path: ".", repo: w.git.enclosing(o.Root)})
	var workers sync.WaitGroup
	for range min(max(4, 2*runtime.GOMAXPROCS(0)), 16) {
		workers.Go(w.work)
	}
	workers.Wait()
	if ctx.Err() != nil {
		return Result{}, fmt.Errorf("discover projects: %w", ctx.Err())
	}
	return w.result, w.err
}

// shorten takes the middle out of a path that is too long for a message, as
// those are that the system refuses for their length.
func shorten(p string) string {
	const enough = 200
	if len(p) <= enough {
		return p
	}
	return p[:enough/2] + "..." + p[len(p)-enough/2:]
}

func (w *walker) push(dirs ...directory) {
	if len(dirs) == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, d := range dirs {
		d.repo.hold()
	}
	w.open += len(dirs)
	w.waiting = append(w.waiting, dirs...)
	w.changed.Broadcast()
}

// work reads directories until there are none left.
func (w *walker) work() {
	for {
		d, ok := w.next()
		if !ok {
			return
		}
		w.read(d)
		d.repo.release()
		w.mu.Lock()
		if w.open--; w.open == 0 {
			w.changed.Broadcast()
		}
		w.mu.Unlock()
	}
}

func (w *walker) next() (directory, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.waiting) == 0 && w.open > 0 && w.ctx.Err() == nil {
		w.changed.Wait()
	}
	if len(w.waiting) == 0 || w.ctx.Err() != nil {
		return directory{}, false
	}
	last := len(w.waiting) - 1
	d := w.waiting[last]
	w.waiting = w.waiting[:last]
	return d, true
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

func (w *walker) read(d directory) {
	c, err := w.entries(d)
	if err != nil && d.path == "." {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.err = fmt.Errorf("discover projects: %w", err)
		return
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) { // it may vanish meanwhile
		w.warn("read directory %s: %v", shorten(d.path), causeOf(err))
		if len(c.subdirs) == 0 && !c.listFile {
			w.ignore(d.path, fmt.Sprintf("it cannot be read: %v", causeOf(err)))
		}
	}
	if c.marker != "" {
		w.ignore(d.path, "holds "+c.marker)
		return
	}
	if c.gitMarker && d.path != "." {
		d.repo = w.git.repository(w.abs(d.path), d.path, w.abs(d.path))
		d.repo.hold()
		defer d.repo.release()
	}
	isProject := c.listFile && w.project(d, c.cache)
	if c.cache && !isProject && d.path != "." {
		w.ignore(d.path, "build tree ("+cacheFile+")")
		return
	}
	if isProject {
		if len(w.sel.nested) == 0 {
			return
		}
		d.inside = d.path
	}
	w.links(d, c.links)
	w.push(w.enter(d, c.subdirs)...)
}

// project decides whether d's CMakeLists.txt makes it a project and takes note
// of the answer. Filters are not for here: what is below depends on the answer.
func (w *walker) project(d directory, hasCache bool) bool {
	_, wanted := w.sel.nested.match(d.path)
	wanted = wanted || d.inside == ""
	c, why, err := readListFile(w.abs(d.path))
	if err == nil && c.found {
		return w.found(d, c.name, wanted)
	}
	var notFile *notFileError
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.As(err, &notFile) {
		w.warn("read %s: %v", path.Join(d.path, listFile), causeOf(err))
	}
	switch {
	case hasCache && d.path != ".": // read says that it is a build tree
	case !wanted: // a project adds it by add_subdirectory(): no news
	case err != nil:
		w.ignore(d.path, fmt.Sprintf("%s: %v", listFile, causeOf(err)))
	default:
		w.ignore(d.path, why)
	}
	return false
}

// found takes note of a directory that calls project(), unless git ignores the
// file that does.
func (w *walker) found(d directory, name string, wanted bool) bool {
	if rule, ok := d.repo.ignores(d.repo.rel(path.Join(d.path, listFile))); ok {
		w.ignore(d.path, listFile+" "+rule)
		return false
	}
	if !wanted {
		w.ignore(d.path, "inside project "+d.inside)
		return true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.result.Projects = append(w.result.Projects, Project{Path: d.path, Dir: w.abs(d.path), Name: name})
	return true
}

// enter returns those of d's sub-directories that are to be read.
func (w *walker) enter(d directory, names []string) []directory {
	var dirs []directory
	var inRepo []string
	for _, name := range names {
		if name == ".git" {
			continue // hidden, and not worth a word
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

// stayOut returns why the directory at p is not to be entered, as far as its
// name tells.
func (w *walker) stayOut(p, name string) string {
	switch {
	case strings.HasPrefix(name, "."):
		return hiddenReason
	case name == "node_modules":
		return "node_modules"
	case w.sel.skips(p):
		return skipReason
	}
	if pattern, ok := w.sel.exclude.matchAll(p); ok {
		return "excluded by pattern " + pattern
	}
	return ""
}

// links takes note of links to directories that would have held something.
// They are not followed: they lead in circles, or to what is found elsewhere.
func (w *walker) links(d directory, names []string) {
	for _, name := range names {
		p := path.Join(d.path, name)
		if w.stayOut(p, name) != "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(w.abs(p), listFile)); err == nil {
			w.ignore(p, linkReason)
		}
	}
}
