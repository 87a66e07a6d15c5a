package diagnose

import (
	"strings"
)

// Key returns what the same failure has in common wherever it happens: a
// package that ten projects miss gives one key, and so does the mistake that
// they all include. source and build are the directories of the project, which
// the key does not depend on; nor does it on numbers of lines.
//
// Reports about something that is missing, and those of tools rather than of
// the project's own text, are the same when they say the same. What a compiler
// says of a line is the same only in the same file, in the project or outside.
func Key(d Diagnostic, source, build string) string {
	parts := []string{string(d.Severity), d.Origin, d.Code}
	if d.Missing != "" {
		parts = append(parts, "missing", d.Missing)
	} else {
		normal := normalise(d.Message, source, build)
		parts = append(parts, normal)
		if isCompiler(d.Origin) {
			parts = append(parts, normalise(d.File, source, build))
		}
	}
	return strings.Join(parts, "\x00")
}

// isCompiler reports whether an origin speaks of lines of the project.
func isCompiler(origin string) bool {
	return origin == "gcc" || origin == "clang" || origin == "msvc"
}

// normalise puts a name in place of the project's own directories, the build
// tree's first because it is usually inside.
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
