package plan_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
)

// CMake takes the install prefix from the environment of a preset since 3.29.
func TestPrefixOfPresetEnvironment(t *testing.T) {
	tree := newTree(t)
	own, elsewhere := tree.InstallPrefix(), filepath.Join(tree.Project.Dir, "elsewhere")
	presets := `{"version": 3, "configurePresets": [
		{"name": "env", "generator": "Ninja", "binaryDir": "b", "environment": {"CMAKE_INSTALL_PREFIX": "${sourceDir}/elsewhere"}},
		{"name": "empty", "inherits": "env", "environment": {"CMAKE_INSTALL_PREFIX": ""}},
		{"name": "unset", "inherits": "env", "environment": {"CMAKE_INSTALL_PREFIX": null}}]}`
	if err := os.WriteFile(filepath.Join(tree.Project.Dir, "CMakePresets.json"), []byte(presets), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		preset string
		minor  int
		want   string
	}{{"env", 29, elsewhere}, {"env", 28, own}, {"empty", 29, own}, {"unset", 29, own}} {
		tree.Variant.Preset, tree.Tools.Version = test.preset, cmake.Version{Major: 3, Minor: test.minor}
		given := test.want
		if given == elsewhere {
			given = ""
		}
		configure := plan.Chain(t.Context(), plan.Links(tree, []model.Step{model.Configure}, true, false), nil, plan.NewView())[0]
		if got := tree.InstallPrefix(); got != test.want || configure.Err != nil || configure.Configure.Prefix != given {
			t.Errorf("%s, with CMake %s: got %s, given %q, %v", test.preset, tree.Tools.Version, got, configure.Configure.Prefix, configure.Err)
		}
	}
}
