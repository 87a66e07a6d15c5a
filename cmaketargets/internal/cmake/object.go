package cmake

import (
	"path"
	"strings"
)

// SourceOf returns the source of an object file, relative to the source directory, with slashes;
// object is relative to the build tree. It returns "" for other files and names: CMake compiles
// sub/a.c of the target t in the directory lib to lib/CMakeFiles/t.dir/sub/a.c.o. Sources outside
// of their target's directory have other names, and multi-config generators insert the
// configuration.
func SourceOf(object string) string {
	object = strings.ReplaceAll(object, `\`, "/")
	name, ok := strings.CutSuffix(object, ".o")
	if !ok {
		name, ok = strings.CutSuffix(object, ".obj")
	}
	dir, rest, found := strings.Cut("/"+name, "/CMakeFiles/")
	target, source, in := strings.Cut(rest, "/")
	if !ok || !found || !in || !strings.HasSuffix(target, ".dir") || path.IsAbs(object) {
		return ""
	}
	return strings.TrimPrefix(dir+"/"+source, "/")
}
