package buildtree

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// spare is the room that must be left after cmake, in bytes: more than the size of all
// but the largest files that it generates.
const spare = 1 << 20

// checkWritten returns an error when a cmake that began at start and exited with 0 may
// not have written its files.
//
// On a full disk CMake 3.25 and 4.3 exit with 0 and leave out, truncate or keep the old
// version of any file that they cannot write. Such a file was larger than the room that
// is left, and all generated files but Ninja's are small.
func checkWritten(buildDir string, start time.Time, generator string) error {
	state, err := os.OpenRoot(filepath.Join(buildDir, treestate.Dir))
	if err != nil {
		return err
	}
	defer func() { _ = state.Close() }()
	if err := fsutil.ProbeRoom(state, "room", spare); err != nil {
		return fmt.Errorf("cmake does not report a full disk, and there is too little room to trust it; free some: %w", err)
	}
	files := []string{treestate.CacheFile}
	if strings.HasPrefix(generator, "Ninja") {
		files = append(files, "build.ninja")
	}
	for _, name := range files {
		info, err := os.Stat(filepath.Join(buildDir, name))
		if err != nil || name != treestate.CacheFile && info.ModTime().Before(start.Add(-inputs.ClockResolution)) {
			return fmt.Errorf("cmake exited with 0, but wrote no %s", name)
		}
	}
	return nil
}
