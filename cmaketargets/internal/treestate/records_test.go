package treestate_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/buildfile"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// A record that a power failure has cut off, or one that another version wrote, is ignored.
func TestDamagedRecord(t *testing.T) {
	dir := t.TempDir()
	buildfile.Write(t, filepath.Join(dir, "build.ninja"), "build a: phony b c\ndefault a\nbuild build.ninja: phony\n")
	for _, name := range []string{"b", "c", "ninja"} {
		buildfile.Write(t, filepath.Join(dir, name), name)
	}
	goal := treestate.Goal{Record: model.Build}
	record, err := treestate.ExamineBuilt(dir, filepath.Join(dir, "ninja"), goal)
	if err != nil {
		t.Fatal(err)
	}
	if err := record.Write(); err != nil {
		t.Fatal(err)
	}
	holds := func() bool { return treestate.NothingToBuild(dir, goal, &inputs.Files{}) }
	if !holds() {
		t.Fatal("a whole record says nothing")
	}
	path := treestate.Path(dir, "built")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		if data[i] != '\n' && i > 0 {
			continue
		}
		for name, damaged := range map[string][]byte{
			"cut": data[:min(i+1, len(data)-1)], "zeros": append(bytes.Clone(data[:i]), make([]byte, len(data)-i)...), "doubled": append(bytes.Clone(data), data[i:]...),
		} {
			buildfile.Write(t, path, string(damaged))
			if holds() {
				t.Errorf("%s at byte %d of %d: the record still holds", name, i, len(data))
			}
		}
	}
	buildfile.Write(t, path, string(bytes.Replace(data, []byte(`"format":1`), []byte(`"format":0`), 1)))
	if holds() {
		t.Error("a record of another format holds")
	}
	buildfile.Write(t, path, string(data))
	if other := (treestate.Goal{Record: model.Build, Targets: []string{"a"}}); treestate.NothingToBuild(dir, other, &inputs.Files{}) || !holds() {
		t.Error("a record holds for another target, or not for its own")
	}
}
