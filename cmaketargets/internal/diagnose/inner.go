package diagnose

import (
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// maxEntries bounds the search for the build trees of ExternalProjects in one.
const maxEntries = 20_000

// innerSources returns the source directory of an ExternalProject, or of FetchContent, that has its build tree in another,
// as CMake recorded it there. Where none of the build trees in it has the project's name, it returns
// the source directory if there is only one.
func innerSources(build, name string) []string {
	var named, others []string
	entries := 0
	_ = fsutil.WalkDir(build, func(path string, entry fs.DirEntry, err error) error {
		if entries++; entries > maxEntries {
			return fs.SkipAll
		}
		switch {
		case err != nil:
			return nil
		case entry.IsDir() && (entry.Name() == "CMakeFiles" || strings.HasPrefix(entry.Name(), ".")):
			return fs.SkipDir
		case entry.Name() != "CMakeCache.txt" || filepath.Dir(path) == build:
			return nil
		}
		file, err := fsutil.Open(path)
		if err != nil {
			return nil
		}
		defer func() { _ = file.Close() }()
		owner, _ := cmake.ReadOwner(file)
		if base := filepath.Base(filepath.Dir(path)); base == name+"-build" || base == name+"-subbuild" {
			named = append(named, owner.Sources...)
		} else {
			others = append(others, owner.Sources...)
		}
		return nil
	})
	if len(named) == 0 && len(others) == 1 {
		return others
	}
	return named
}

// innerLogs matches the pattern of the logs of a step of an ExternalProject with LOG_CONFIGURE,
// LOG_BUILD and so on, in the message about its failure.
var innerLogs = text.Regexp(`(?s)^Command failed: .*\n *See also\n *(\S[^\n]*)-\*\.log`)

// logged returns the first error in the logs that a message about a failed step refers to, with the
// lines of that message.
func logged(d model.Diagnostic) (model.Diagnostic, bool) {
	found := innerLogs().FindStringSubmatch(d.Message)
	if !d.Summary || found == nil {
		return d, false
	}
	for _, part := range []string{"-err.log", "-out.log", ".log"} { // CMake's errors, those of Ninja, both
		file, err := fsutil.Open(found[1] + part)
		if err != nil {
			continue
		}
		report, err := Read("build", file)
		_ = file.Close()
		if err != nil || report.First < 0 || report.List[report.First].Summary {
			continue
		}
		first := report.List[report.First]
		first.Inner, first.LogFirst, first.LogLast = d.Inner, d.LogFirst, d.LogLast
		return first, true
	}
	return d, false
}
