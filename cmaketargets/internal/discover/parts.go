package discover

import (
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmakelang"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// maxParts bounds the CMake files that Parts reads for one project.
const maxParts = 100

// Parts returns the directories that the CMake code of a project adds by add_subdirectory(), as
// absolute paths, as far as the code alone determines them. getenv returns variables of the
// environment.
func Parts(p model.Project, getenv func(name string) string) []string {
	nowhere := filepath.Join(p.Dir, "CMakeFiles") // no build tree is known
	c := cmakelang.Context{
		Source: p.Dir, Build: nowhere, Dirs: map[string]string{p.Dir: nowhere}, Getenv: getenv, Follow: true,
		Cache: map[string]string{p.Name + "_SOURCE_DIR": p.Dir, p.Name + "_BINARY_DIR": nowhere},
	}
	var parts []string
	var files []cmakelang.File
	seen := map[string]bool{}
	for next := []string{filepath.Join(p.Dir, listFile)}; len(next) > 0 && len(files) < maxParts; {
		for _, name := range next {
			if data, _, err := fsutil.Read(name, maxRead); err == nil {
				files = append(files, cmakelang.File{Path: name, Code: cmakelang.Read(data)})
			}
			seen[name] = true
		}
		found := cmakelang.Resolve(c, files)
		next, parts = nil, found.Adds
		for _, dir := range found.Adds {
			if list := filepath.Join(dir, listFile); fsutil.Exists(list) {
				c.Dirs[dir] = nowhere
				found.Files = append(found.Files, list)
			}
		}
		for _, name := range found.Files {
			if !seen[name] {
				next = append(next, name)
			}
		}
	}
	return parts
}
