//go:build linux

package differential_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// unit is the start of a sequence: a shape or two, and the cmake in PATH.
type unit struct {
	shapes []*shape
	cmake  int
}

// String returns "file-read", or "file-read + glob with cmake 1".
func (u unit) String() string {
	var names []string
	for _, s := range u.shapes {
		names = append(names, s.name)
	}
	text := strings.Join(names, " + ")
	if u.cmake > 0 {
		text += fmt.Sprint(withCMake, u.cmake)
	}
	return text
}

const withCMake = " with cmake "

// unitOf is the inverse of String.
func unitOf(text string) (u unit, err error) {
	all, err := shapes()
	if err != nil {
		return u, err
	}
	text, cmake, found := strings.Cut(text, withCMake)
	if found {
		if u.cmake, err = strconv.Atoi(cmake); err != nil {
			return u, err
		}
	}
	for name := range strings.SplitSeq(text, " + ") {
		if all[name] == nil {
			return u, fmt.Errorf("there is no shape %q", name)
		}
		u.shapes = append(u.shapes, all[name])
	}
	return u, nil
}

// start is a workspace whose projects were built once in both copies. Sequences begin with that
// state: the paths in build trees are absolute, so they follow one another in one place.
type start struct {
	w     *workspace
	copy  string
	known map[string]syscall.Stat_t // of the files in that place that are as they were
}

// newStart makes a workspace below a directory, and builds it.
func newStart(t reporter, dir string, cmakes []string, u unit) *start {
	t.Helper()
	s := &start{newWorkspace(t, filepath.Join(dir, "at"), cmakes, u), filepath.Join(dir, "copy"), map[string]syscall.Stat_t{}}
	s.w.step(build)
	must(t, os.Mkdir(s.copy, 0o777))
	must(t, s.restore(s.w.base, s.copy))
	clear(s.known)
	return s
}

// again returns the workspace as it was.
func (s *start) again(t reporter) *workspace {
	t.Helper()
	must(t, s.restore(s.copy, s.w.base))
	time.Sleep(10 * time.Millisecond) // the coarsest clock: from now on each change has another time
	w := *s.w
	w.t, w.slots, w.env, w.variants = t, nil, maps.Clone(w.env), slices.Clone(w.variants)
	for _, s := range s.w.slots {
		slot := *s
		slot.version, slot.byHand = maps.Clone(s.version), maps.Clone(s.byHand)
		w.slots = append(w.slots, &slot)
	}
	return &w
}

// restore makes one directory a copy of another, with all times. It leaves the files that nothing has
// written to since the last call: no program can set their change time.
func (s *start) restore(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	there, err := os.ReadDir(to)
	if err != nil {
		return err
	}
	old := map[string]os.FileMode{}
	for _, e := range there {
		old[e.Name()] = e.Type()
	}
	for _, e := range entries {
		source, target := filepath.Join(from, e.Name()), filepath.Join(to, e.Name())
		mode, found := old[e.Name()]
		delete(old, e.Name())
		if found && (mode != e.Type() || !e.IsDir() && !s.same(target)) {
			found, err = false, os.RemoveAll(target)
		}
		switch {
		case err != nil || found && !e.IsDir():
		case e.IsDir():
			if !found {
				err = os.Mkdir(target, 0o777)
			}
			if err == nil {
				err = s.restore(source, target)
			}
		case e.Type() == os.ModeSymlink:
			var link string
			if link, err = os.Readlink(source); err == nil {
				err = os.Symlink(link, target)
			}
		default:
			err = s.write(source, target)
		}
		if err != nil {
			return err
		}
	}
	for name := range old {
		if err := os.RemoveAll(filepath.Join(to, name)); err != nil {
			return err
		}
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	return os.Chtimes(to, time.Time{}, info.ModTime())
}

// same reports whether a file is the one that write wrote.
func (s *start) same(path string) bool {
	var now syscall.Stat_t
	known, ok := s.known[path]
	return ok && syscall.Lstat(path, &now) == nil && now.Ino == known.Ino && now.Ctim == known.Ctim
}

// write copies a file.
func (s *start) write(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if err := os.WriteFile(to, data, info.Mode()); err != nil {
		return err
	}
	if err := os.Chtimes(to, time.Time{}, info.ModTime()); err != nil {
		return err
	}
	var now syscall.Stat_t
	err = syscall.Lstat(to, &now)
	s.known[to] = now
	return err
}
