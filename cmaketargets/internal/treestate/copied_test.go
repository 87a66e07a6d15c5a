package treestate_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/buildfile"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// An install step whose list of files, or one of them, is not there has no record.
func TestCopiesThatAreMissing(t *testing.T) {
	dir := t.TempDir()
	list, file := cmake.InstallManifest(dir, ""), filepath.Join(dir, "file")
	write := func() error {
		return treestate.BeginCopied(dir, model.Install, treestate.Install{}, cmake.Copies{}).Write("")
	}
	if write() == nil {
		t.Error("recorded without a list")
	}
	buildfile.Write(t, list, file)
	if write() == nil {
		t.Error("recorded without a file")
	}
	if err := os.Symlink("none", file); err != nil {
		t.Skip(err)
	}
	if err := write(); err != nil || !treestate.NothingToCopy(dir, model.Install, treestate.Install{}) {
		t.Errorf("with a link: %v, or not up to date", err)
	}
}
