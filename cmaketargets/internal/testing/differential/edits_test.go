//go:build linux

package differential_test

import (
	"fmt"
	"slices"
	"strings"
)

// edit is one change to a workspace.
type edit struct {
	name string
	do   func()
}

// kind is a kind of edits.
type kind struct {
	name string
	of   func(*workspace, *slot, func(name string, do func())) // calls a function with each that applies now
}

// kinds are all kinds of edits.
var kinds = slices.Concat(fileKinds, gitKinds, environmentKinds, handKinds, toolKinds, magefileKinds)

// edits returns the edits of a kind that apply now.
func (w *workspace) edits(k kind) (list []edit) {
	for i, s := range w.slots {
		k.of(w, s, func(name string, do func()) {
			if i > 0 { // those of the whole workspace are in the list already
				if slices.ContainsFunc(list, func(e edit) bool { return e.name == name }) {
					return
				}
			}
			list = append(list, edit{name, do})
		})
	}
	return list
}

// all returns the kinds that apply now, each with its edits.
func (w *workspace) all() (found [][]edit) {
	w.trees = map[*slot][]string{}
	for _, k := range kinds {
		if list := w.edits(k); len(list) > 0 {
			found = append(found, list)
		}
	}
	return found
}

// do makes an edit.
func (w *workspace) do(e edit) {
	w.t.Helper()
	w.done = append(w.done, e.name)
	if e.name != "nothing" {
		w.settled = false
	}
	e.do()
}

// named returns the edit with that name.
func (w *workspace) named(name string) (edit, error) {
	var names []string
	for _, list := range w.all() {
		for _, e := range list {
			if e.name == name {
				return e, nil
			}
			names = append(names, e.name)
		}
	}
	return edit{}, fmt.Errorf("there is no edit %q now, but %s", name, strings.Join(names, "; "))
}
