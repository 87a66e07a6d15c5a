package diagnose

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Resolve returns a diagnostic of a project with directories source and build: the files that exist
// are absolute, others as printed, and its key is set.
func Resolve(d model.Diagnostic, source, build string) model.Diagnostic {
	d.File = locate(d.Origin, d.File, source, build)
	d.Key = Key(d, source, build)
	d.Stack = located(d.Origin, d.Stack, source, build)
	d.Notes = located(d.Origin, d.Notes, source, build)
	return d
}

func located(origin string, list []model.Frame, source, build string) []model.Frame {
	var frames []model.Frame
	for _, f := range list {
		f.File = locate(origin, f.File, source, build)
		frames = append(frames, f)
	}
	return frames
}

// locate returns the path of a file that a tool printed: CMake's are relative to the source
// directory, a compiler's to the build tree that it runs in, and a test's to either.
func locate(origin, file, source, build string) string {
	if file == "" {
		return ""
	}
	if filepath.IsAbs(file) {
		return tidy(file)
	}
	bases := []string{build}
	switch origin {
	case "cmake":
		bases[0] = source
	case "ctest", "test", "assert", "python":
		bases = append(bases, source)
	}
	for _, base := range bases {
		if path := base + string(filepath.Separator) + file; fsutil.Exists(path) {
			return tidy(path)
		}
	}
	return file
}

// tidy returns the path of a file without "." and "..". Where ".." follows a symbolic link, which
// leads elsewhere, all links are resolved. A file that does not exist keeps its path.
func tidy(path string) string {
	clean := filepath.Clean(path)
	if clean == path {
		return path
	}
	file, err := os.Stat(path)
	if err != nil {
		return path
	}
	if same, err := os.Stat(clean); err == nil && os.SameFile(file, same) {
		return clean
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

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
