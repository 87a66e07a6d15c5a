package discover_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

func TestParts(t *testing.T) {
	root := tree(t,
		"src/CMakeLists.txt=project(top)\n"+
			"set(LIBS ${CMAKE_CURRENT_SOURCE_DIR}/../libs)\n"+
			"add_subdirectory(inner)\n"+
			"foreach(lib core net)\n add_subdirectory(${LIBS}/${lib} ${lib})\nendforeach()\n"+
			"ADD_SUBDIRECTORY(\"${top_SOURCE_DIR}/../tools\" tools)\n"+
			"add_subdirectory($ENV{EXTRA} extra)\n"+
			"include(more.cmake)\n"+
			"add_subdirectory(${UNKNOWN}/x x)\n"+
			"# add_subdirectory(commented)\n",
		"src/inner/CMakeLists.txt=add_subdirectory(../../deep deep)\n",
		"src/more.cmake=add_subdirectory(${CMAKE_CURRENT_LIST_DIR}/../included included)\ninclude(more.cmake)\n",
		"deep/CMakeLists.txt=add_subdirectory(../src again)\nadd_subdirectory(gone)\n",
	)
	dir := filepath.Join(root, "src")
	got := map[string]bool{}
	for _, part := range discover.Parts(model.Project{Path: "src", Dir: dir, Name: "top"}, func(string) string { return filepath.Join(root, "extra") }) {
		rel, err := filepath.Rel(root, part)
		if err != nil {
			t.Fatal(err)
		}
		got[filepath.ToSlash(rel)] = true
	}
	want := map[string]bool{
		"src/inner": true, "libs/core": true, "libs/net": true, "tools": true, "extra": true, "included": true, "deep": true, "deep/gone": true, "src": true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
