package treestate_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/buildfile"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// testTree returns a build tree with a test and a record of its build, and the ctest run of a test step.
func testTree(t *testing.T) (dir string, tests treestate.Tests) {
	dir, source := t.TempDir(), t.TempDir()
	buildfile.Write(t, filepath.Join(dir, "build.ninja"), "build a: phony b\ndefault a\nbuild build.ninja: phony\n")
	buildfile.Write(t, filepath.Join(dir, "CTestTestfile.cmake"), "add_test(t true)\n")
	for _, path := range []string{filepath.Join(dir, "b"), filepath.Join(dir, "ninja"), filepath.Join(source, "script")} {
		buildfile.Write(t, path, "")
	}
	record, err := treestate.ExamineBuilt(dir, filepath.Join(dir, "ninja"), treestate.Goal{Record: model.Build})
	if err != nil {
		t.Fatal(err)
	}
	if err := record.Write(); err != nil {
		t.Fatal(err)
	}
	return dir, treestate.Tests{Record: model.Test, Build: model.Build, Source: source, CTest: filepath.Join(dir, "ninja")}
}

// A test may start a script, and without the permission to it fails.
func TestPassedWithPermissions(t *testing.T) {
	dir, tests := testTree(t)
	if err := treestate.BeginTested(dir, tests).Write(); err != nil {
		t.Fatal(err)
	}
	if !treestate.PassedBefore(dir, tests) {
		t.Fatal("tests that have passed are forgotten")
	}
	if err := os.Chmod(filepath.Join(tests.Source, "script"), 0o444); err != nil { // which Windows has, too
		t.Fatal(err)
	}
	if treestate.PassedBefore(dir, tests) {
		t.Error("passed before, with other permissions")
	}
}

// The record of a build of another configuration does not have the outputs that the tests run.
func TestTestedOfOtherConfiguration(t *testing.T) {
	dir, tests := testTree(t)
	tests.Record, tests.Build = model.Test+"-other", model.Build+"-other"
	if treestate.BeginTested(dir, tests) != nil {
		t.Error("there is a record without one of the build")
	}
}
