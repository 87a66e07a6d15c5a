package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Key returns a text that is equal for the same failure in several projects: a package that ten
// projects miss, a mistake in a file that they all include. It does not depend on the directories
// source and build of the project, nor on line numbers. d.File is absolute where it exists, as
// Resolve makes it: projects of different depth include the same file by different relative paths.
//
// Reports about something missing and those of tools are the same failure when their text is the
// same; those of a compiler only in the same file, inside the project or outside.
func Key(d model.Diagnostic, source, build string) string {
	parts := []string{string(d.Severity), d.Origin, d.Code}
	if d.Missing != "" {
		return strings.Join(append(parts, "missing", d.Missing), "\x00")
	}
	parts = append(parts, normalise(d.Message, source, build))
	if d.Origin == "gcc" || d.Origin == "clang" || d.Origin == "msvc" {
		parts = append(parts, normalise(d.File, source, build))
	}
	return strings.Join(parts, "\x00")
}

// normalise replaces the directories of the project by names, the build tree's first because it is
// usually inside the other.
func normalise(text, source, build string) string {
	for _, dir := range []struct{ path, name string }{{build, "<build>"}, {source, "<source>"}} {
		if dir.path == "" {
			continue
		}
		text = strings.ReplaceAll(text, strings.ReplaceAll(dir.path, `\`, "/"), dir.name)
		text = strings.ReplaceAll(text, dir.path, dir.name)
	}
	return text
}
