// Package treestate reads and writes the files that this program keeps in a build
// tree, and reads those that CMake leaves there. It decides nothing.
//
// Everything of ours is in the directory [Dir] of the build tree, and is replaced
// as a whole, by way of a file whose name begins with a dot, as no other's does.
// Deleting the build tree forgets it.
package treestate

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Dir is our directory in a build tree.
const Dir = inputs.StateDir

// The names of files in Dir. The snapshot of the last configure step is in package
// inputs.
const (
	LockFile    = "lock"                   // held while a process works in the build tree
	ProfileFile = "configure.profile.json" // CMake's profile
	LauncherLog = "launcher.log"           // ccache's results in the last build
)

// CacheFile is CMake's cache in a build tree.
const CacheFile = inputs.CacheFile

// Path returns the path of a file of ours in a build tree.
func Path(buildDir, name string) string { return filepath.Join(buildDir, Dir, name) }

// LogPath returns the path of a step's log file.
func LogPath(buildDir string, step model.Step) string {
	return Path(buildDir, string(step)+".log")
}

// JUnit returns the path of the results of ctest in a test step.
func JUnit(buildDir string, step model.Step) string { return Path(buildDir, string(step)+".junit.xml") }

// LogFile returns the path of a step's log file if it exists, else "".
func LogFile(buildDir string, step model.Step) string {
	path := LogPath(buildDir, step)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return path
}

// RemoveTemporary removes the files that a killed process had half written in Dir. The caller holds the lock
// of the build tree. A link that leads out of the build tree is not followed.
func RemoveTemporary(buildDir string) {
	tree, err := os.OpenRoot(buildDir)
	if err != nil {
		return
	}
	defer func() { _ = tree.Close() }()
	if dir, err := tree.OpenRoot(Dir); err == nil {
		fsutil.RemoveHidden(dir)
		_ = dir.Close()
	}
}

// buildMark exists while a build runs, and stays when the build was killed.
const buildMark = "build.running"

// MarkBuild records that a build begins.
func MarkBuild(buildDir string) error {
	// Whatever has the name, a link for one, serves as the mark.
	file, err := os.OpenFile(Path(buildDir, buildMark), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}

// UnmarkBuild records that a build ended by itself.
func UnmarkBuild(buildDir string) { _ = os.Remove(Path(buildDir, buildMark)) }

// BuildKilled reports whether the last build was killed, so that the build tree may
// hold files that are only half written.
func BuildKilled(buildDir string) bool { return fsutil.Exists(Path(buildDir, buildMark)) }
