package diagnose

import (
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

var (
	// gitCollision matches messages of git and FetchContent about two of them in one directory.
	gitCollision = text.Regexp(`Unable to create '.*\.lock': File exists|Another git process seems to be running|` +
		`could not lock config file .*: File exists|cannot lock ref |` +
		`destination path '.*' already exists and is not an empty directory|could not create work tree dir '.*': File exists|` +
		`unable to rename temporary '|shallow file has changed since we read it|initial ref transaction called with existing refs|` +
		`cannot copy '.*' to '.*': File exists|could not set '(?:core|remote)\.|Unable to read current working directory|` +
		`Failed to remove directory:\s*'.*'|/Modules/\S+\.cmake:\d+ \(configure_file\):\s+No such file or directory`)
	// submoduleFailed matches the messages of projects about git submodule, which often hide its output.
	submoduleFailed = text.Regexp(`(?i)\bsubmodules?\b[^.]{0,80}\bfail|\bfail[^.]{0,80}\bsubmodules?\b`)
	// downloadPath is a path of a download: of FetchContent, below FETCHCONTENT_BASE_DIR, or of
	// file(DOWNLOAD), one with another content.
	downloadPath = text.Regexp(`((?:[A-Za-z]:)?/[^\s'"]*)/[^/\s'"]+-subbuild/|for file: \[([^\]\n]+)/[^/\]\n]+\]`)
	// refused matches messages about a download that fails however often it is tried.
	refused = text.Regexp(`Could not resolve host|unable to access '|Connection (?:refused|timed out)|[Rr]epository .*not found|` +
		`fatal: repository '.*' does not exist|Remote branch .* not found|Authentication failed|Permission denied|` +
		`did not match any file|couldn't find remote ref|invalid reference|not our ref`)
	quotedPath = text.Regexp(`'((?:[A-Za-z]:)?/[^'\n]*)'`)
)

const onlyOneJob = "or set CMAKETARGETS_JOBS=1 while that is done"

// Collision returns why a configure step or a build that failed with this output may have failed only
// because another one ran at once, and how that is avoided; "" when nothing points to it. own lists the
// directories that no other step works in.
func Collision(output []byte, own []string) string {
	git := string(gitCollision().Find(output))
	if path := quotedPath().FindStringSubmatch(git); path != nil && inAny(path[1], own) {
		git = ""
	}
	if git == "" && refused().Match(output) {
		return ""
	}
	for _, found := range downloadPath().FindAllSubmatch(output, -1) {
		if dir := filepath.Clean(string(found[1]) + string(found[2])); !inAny(dir, own) {
			return "other steps seem to have downloaded into " + dir + " at the same time; " +
				"leave FETCHCONTENT_BASE_DIR and the like inside of the build tree, " + onlyOneJob
		}
	}
	submodules := submoduleFailed().Match(output)
	switch {
	case git == "" && !submodules:
		return ""
	case strings.HasPrefix(git, "/Modules/"):
		git = ""
		fallthrough
	case !submodules && (strings.HasPrefix(git, "destination") || strings.HasPrefix(git, "Failed to remove")):
		return "other steps seem to have downloaded into the same directory" + bracketed(git) + "; give each build tree its own, " + onlyOneJob
	}
	return "other steps seem to have used git in the same directory" + bracketed(git) + "; update submodules before the run, " + onlyOneJob
}

// bracketed returns the words of a message in brackets, with a blank before them.
func bracketed(message string) string {
	if message = strings.Join(strings.Fields(message), " "); message != "" {
		message = " (" + message + ")"
	}
	return message
}

// inAny reports whether a path lies in one of the directories, or in one that they are links to.
func inAny(path string, dirs []string) bool {
	for _, dir := range dirs {
		if _, ok := fsutil.Within(path, dir); ok {
			return true
		}
		if real, err := filepath.EvalSymlinks(dir); err == nil && real != dir {
			if _, ok := fsutil.Within(path, real); ok {
				return true
			}
		}
	}
	return false
}
