package diagnose

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// resolve returns a diagnostic of a project with directories source and build: the files that exist
// are absolute, others as printed, and its key is set. inner keeps the results of innerSources.
func resolve(d model.Diagnostic, source, build string, inner map[string][]string) model.Diagnostic {
	bases := basesOf(d, source, build, inner)
	d.File = locate(d.File, bases)
	d.Key = Key(d, source, build)
	d.Stack = located(d.Stack, bases)
	d.Notes = located(d.Notes, bases)
	return d
}

func located(list []model.Frame, bases []string) []model.Frame {
	var frames []model.Frame
	for _, f := range list {
		f.File = locate(f.File, bases)
		frames = append(frames, f)
	}
	return frames
}

// basesOf returns the directories that a diagnostic's files may be relative to: CMake's are relative
// to the source directory, in a script of FetchContent to its base directory, a compiler's to the
// build tree that it runs in, and a test's to either.
func basesOf(d model.Diagnostic, source, build string, inner map[string][]string) []string {
	switch {
	case d.Origin == "cmake" && d.Inner != "" && !filepath.IsAbs(d.File):
		// The file of that name in the outer project is another one.
		found, ok := inner[d.Inner]
		if !ok {
			found = innerSources(build, d.Inner)
			inner[d.Inner] = found
		}
		return found
	case d.Origin == "cmake":
		return []string{source, filepath.Join(build, "_deps")}
	case d.Origin == "ctest", d.Origin == "test", d.Origin == "assert", d.Origin == "python":
		return []string{build, source}
	}
	return []string{build}
}

// locate returns the path of a file that a tool printed, in the first of the directories that has it.
func locate(file string, bases []string) string {
	if file == "" {
		return ""
	}
	if filepath.IsAbs(file) {
		return tidy(file)
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
// resolve makes it: projects of different depth include the same file by different relative paths.
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
