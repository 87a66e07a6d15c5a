//go:build linux

package differential_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// treeKey identifies a build tree.
type treeKey struct{ project, variant string }

// outcomes are the results of the steps in a build tree.
type outcomes map[model.Step]model.Result

// step does the steps in both copies, and fails the test where the results differ.
func (w *workspace) step(e extent) {
	w.t.Helper()
	if len(w.done) > 0 {
		w.done[len(w.done)-1] += string(e)
	}
	if e == nothing {
		return
	}
	w.made(ours)
	w.made(hand)
	before := w.objects() // as the last build made them
	maps.DeleteFunc(before, func(name, command string) bool { return w.built[name] != command })
	list, screen := w.run(e)
	made, after := w.made(ours), w.objects()
	results := map[treeKey]outcomes{}
	apart := []string{filepath.Join(w.roots[ours], "build", "_install"), filepath.Join(w.roots[ours], "build", ".cmaketargets")}
	for _, r := range list {
		k := treeKey{r.Project.Path, r.Variant.Name}
		if results[k] == nil {
			results[k] = outcomes{}
		}
		results[k][r.Step] = r
		apart = append(apart, r.BuildDir)
	}
	variants := w.resolved(hand)
	if len(variants) == 0 {
		variants = []model.Variant{{}}
	}
	w.problems = nil
	var output strings.Builder
	good, renewed := true, false
	for _, s := range w.slots {
		for _, v := range variants {
			got := results[treeKey{s.project(), v.Name}]
			if got == nil {
				w.t.Fatalf("%s\nno results of %s [%s]\n%s", w, s.project(), v.Name, screen)
			}
			dir, err := filepath.Rel(w.roots[ours], got[model.Configure].BuildDir)
			must(w.t, err)
			s.fresh = s.fresh || s.configured != nil && slices.ContainsFunc(s.shape.fresh, func(file string) bool { return s.version[file] != s.configured[file] })
			h := &byHand{w: w, slot: s, variant: v, dir: dir, env: w.handEnviron(v)}
			h.all(e, !failed(got[model.Configure].Status))
			output.WriteString(h.output.String())
			w.compare(h, e, got, apart)
			good = good && !h.failed[model.Configure] && !h.failed[model.Build]
			renewed = renewed || h.renewed
			if r := got[model.Configure]; w.settled && s.pure && r.Status != model.UpToDate {
				w.problem("configure in %s: nothing changed, but it is %q: %s", h.dir, r.Status, r.Reason)
			}
		}
		s.fresh, s.configured = false, maps.Clone(s.version)
	}
	if good && e.has(model.Build) {
		w.built = after
	}
	byHand := w.made(hand)
	if good {
		w.compareInstalled()
		for _, name := range slices.Sorted(maps.Keys(made)) {
			if made[name] > byHand[name] {
				w.problem("made %s: ours %d times, by hand %d", name, made[name], byHand[name])
			}
			if b, a := before[name], after[name]; renewed && a != "" && a == b && !w.touched {
				w.problem("made %s: neither its command nor a source changed", name)
			}
		}
	}
	w.settled, w.touched = good, w.touched && !good
	if len(w.problems) > 0 {
		w.t.Fatalf("%s\n%s\nours:\n%s\n%s\nby hand:\n%s", w, strings.Join(w.problems, "\n"), summary(list), screen, &output)
	}
}

// summary returns a line for each result.
func summary(list []model.Result) string {
	var b strings.Builder
	for _, r := range list {
		fmt.Fprintf(&b, "%s %s [%s] %s: %s  %s\n", r.Step, r.Project.Path, r.Variant.Name, r.Status, r.Reason, strings.Join(r.Args, " "))
	}
	return b.String()
}

// compareInstalled compares the files in all prefixes.
func (w *workspace) compareInstalled() {
	w.t.Helper()
	dirs := []string{"build/_install"}
	for _, s := range w.slots {
		if s.ownPrefix != "" {
			dirs = append(dirs, s.at(s.ownPrefix))
		}
	}
	for _, dir := range dirs {
		w.differ("installed in "+dir, w.take(ours, filepath.Join(w.roots[ours], dir), nil), w.take(hand, filepath.Join(w.roots[hand], dir), nil))
	}
}

// handEnviron returns the environment of CMake by hand: that of a run, with the variables of the magefile.
func (w *workspace) handEnviron(v model.Variant) []string {
	env := w.environ(hand)
	for _, name := range slices.Sorted(maps.Keys(v.Env)) {
		env = append(env, name+"="+v.Env[name])
	}
	return env
}

// objects returns the compile command of each object that is in our build trees, as made names
// them, with the texts of the headers that are generated there.
func (w *workspace) objects() map[string]string {
	w.t.Helper()
	found := map[string]string{}
	if !slices.ContainsFunc(w.slots, func(s *slot) bool { return s.language == "C" }) {
		return found
	}
	_ = filepath.WalkDir(filepath.Join(w.roots[ours], "build"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.Name() != "compile_commands.json" {
			return nil
		}
		data, err := os.ReadFile(path)
		must(w.t, err)
		var commands []struct{ Directory, Command, Output string }
		must(w.t, json.Unmarshal(data, &commands))
		headers, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*", "said.h"))
		var text strings.Builder
		for _, h := range append(headers, filepath.Join(filepath.Dir(path), "said.h")) {
			data, _ := os.ReadFile(h)
			text.Write(data)
		}
		for _, c := range commands {
			output := regexpOutput.FindStringSubmatch(c.Command)
			if output != nil && exists(filepath.Join(c.Directory, output[1])) {
				found[w.plain(ours, c.Directory+" "+output[1])] = c.Command + text.String()
			}
		}
		return nil
	})
	return found
}
