//go:build linux

package differential_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// content is a tree of files, by path: the text, the output of a program, or "binary".
type content map[string]string

var (
	// noise is in build trees and differs between any two runs of CMake, or is state of a program.
	noise = regexp.MustCompile(`^(CMakeCache\.txt|install_manifest.*\.txt)$|(^|/)(\.cmake|\.cmaketargets|Testing|CMakeFiles|\.ninja_(log|deps|lock))$|-stamp$`)
	// made differs between the first run of CMake in a build tree and the second.
	read = regexp.MustCompile(`(?m)^build .*: RERUN_CMAKE .*$|^build .*: phony\s*$|^ *TARGET_(COMPILE_)?PDB = .*\n|^# .*\n`)
	// entry is an entry of a cache.
	entry = regexp.MustCompile(`(?m)^([^#/\n][^\n]*?):([A-Z]+)=(.*)$`)
)

// take reads all files below dir but for build trees that lie in it.
func (w *workspace) take(side int, dir string, skip []string) content {
	w.t.Helper()
	c := content{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if noise.MatchString(name) || path != dir && slices.Contains(skip, path) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		c[name], err = w.look(side, path)
		return err
	})
	if !errors.Is(err, fs.ErrNotExist) {
		must(w.t, err)
	}
	return c
}

// look returns the text of a file, and of a program its output.
func (w *workspace) look(side int, path string) (string, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "a broken link", nil
	}
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", err
	case bytes.HasPrefix(data, []byte("\x7fELF")) && info.Mode()&0o111 != 0:
		out, err := exec.Command(path).CombinedOutput()
		return "program: " + string(out), err
	case bytes.ContainsRune(data, 0), bytes.HasPrefix(data, []byte("!<arch>")):
		return "binary", nil
	}
	return read.ReplaceAllString(w.plain(side, string(data)), ""), nil
}

// cache returns the entries of a cache.
func (w *workspace) cache(side int, tree string) map[string]string {
	data, _ := os.ReadFile(filepath.Join(tree, "CMakeCache.txt"))
	entries := map[string]string{}
	for _, m := range entry.FindAllStringSubmatch(w.plain(side, string(data)), -1) {
		entries[m[1]] = m[2] + "=" + m[3]
	}
	return entries
}

// manifest returns the lines of install_manifest.txt, sorted.
func (w *workspace) manifest(side int, tree string) []string {
	data, _ := os.ReadFile(filepath.Join(tree, "install_manifest.txt"))
	return slices.Sorted(strings.FieldsFuncSeq(w.plain(side, string(data)), func(r rune) bool { return r == '\n' }))
}

// tests returns the results of tests in a file of ctest.
func (w *workspace) tests(side int, file string) map[string]string {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var suite struct {
		Cases []struct {
			Name   string `xml:"name,attr"`
			Status string `xml:"status,attr"`
			Output string `xml:"system-out"`
		} `xml:"testcase"`
	}
	must(w.t, xml.Unmarshal(data, &suite))
	results := map[string]string{}
	for _, c := range suite.Cases {
		results[c.Name] = c.Status + ": " + w.plain(side, c.Output)
	}
	return results
}

// failed are the statuses of steps that did not succeed.
func failed(s model.Status) bool {
	return s == model.Failed || s == model.TimedOut || s == model.Cancelled
}

// problem notes a difference.
func (w *workspace) problem(format string, args ...any) {
	w.problems = append(w.problems, fmt.Sprintf(format, args...))
}

// differ notes a difference of two values.
func (w *workspace) differ(what string, ours, hand any) {
	if diff := cmp.Diff(hand, ours); diff != "" {
		w.problem("%s: by hand -, ours +\n%s", what, diff)
	}
}

// compare compares the build trees of both copies after a step.
func (w *workspace) compare(h *byHand, e extent, results outcomes, skip []string) {
	w.t.Helper()
	differ := func(what string, ours, hand any) { w.differ(what+" in "+h.dir, ours, hand) }
	ourTree := filepath.Join(w.roots[ours], h.dir)
	for _, step := range append([]model.Step{model.Configure, model.Build}, e.steps()...) {
		r, ok := results[step]
		skipped := r.Status == model.Skipped && h.failed[step] // for a step before it failed
		if !ok || failed(r.Status) != h.failed[step] && !skipped {
			w.problem("%s in %s: ours is %q: %s; by hand it failed: %v", step, h.dir, r.Status, r.Reason, h.failed[step])
			return
		}
	}
	if h.failed[model.Configure] {
		return
	}
	a, b := w.cache(ours, ourTree), w.cache(hand, h.tree())
	h.ignore(a, b)
	differ("cache", a, b)
	if h.failed[model.Build] {
		return
	}
	c, d := w.take(ours, ourTree, skip), w.take(hand, h.tree(), w.onSide(skip))
	differ("build tree", c, d)
	if e.has(model.Test) {
		a, b := map[string]string{}, w.tests(hand, h.junit())
		if results[model.Test].Status != model.Skipped {
			a = w.tests(ours, filepath.Join(ourTree, ".cmaketargets", "test.junit.xml"))
		}
		differ("tests", a, b)
	}
	if e.has(model.Install) {
		var a []string
		if results[model.Install].Status != model.Skipped {
			a = w.manifest(ours, ourTree)
		}
		differ("install manifest", a, w.manifest(hand, h.tree()))
	}
}

// onSide returns paths of our copy in the other one.
func (w *workspace) onSide(paths []string) (list []string) {
	for _, p := range paths {
		list = append(list, filepath.Join(w.roots[hand], strings.TrimPrefix(p, w.roots[ours])))
	}
	return list
}

// ignore removes entries that are no concern of the comparison.
func (h *byHand) ignore(caches ...map[string]string) {
	for _, c := range caches {
		if len(h.w.variants) > 1 && h.generator() == multiConfig {
			delete(c, "CMAKE_INSTALL_PREFIX") // of one variant
		}
		delete(c, "CMAKE_INSTALL_PREFIX-ADVANCED")
	}
}
