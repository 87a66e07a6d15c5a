package cmake

import (
	"path"
	"strings"
)

// SourceOf returns the source of an object file, relative to the source
// directory, with slashes; the object is given relative to the build tree. It
// is "" for what is no object, or is not named as CMake names one: sub/a.c of
// the target t of the directory lib becomes lib/CMakeFiles/t.dir/sub/a.c.o.
// Sources outside of their target's directory have other names, and those of
// several configurations the name of theirs in between.
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
