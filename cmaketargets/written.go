package cmaketargets

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/record"
)

// spare is the room that must be left after cmake, in bytes: more than all but
// the largest of the files that it generates.
const spare = 1 << 20

// checkWritten returns nil when there is no reason to doubt that a cmake that
// started at a moment and exited with 0 has written what it generated.
//
// On a full disk it has not, and says nothing: CMake 3.25 and 4.3 exit with 0
// and leave out, cut off or leave as they were the files that they could not
// write, whichever these are. What failed for want of room was larger than the
// room that is left, and all files but Ninja's one are small.
func (t *tree) checkWritten(start time.Time, generator string) error {
	state, err := os.OpenRoot(filepath.Join(t.dir, stateDir))
	if err != nil {
		return err
	}
	defer func() { _ = state.Close() }()
	if err := fsutil.ProbeRoom(state, "room", spare); err != nil {
		return fmt.Errorf("cmake does not tell when a disk is full, and there is too little room to trust it; free some: %w", err)
	}
	files := []string{cacheFile}
	if strings.HasPrefix(generator, "Ninja") {
		files = append(files, "build.ninja")
	}
	for _, name := range files {
		info, err := os.Stat(filepath.Join(t.dir, name))
		if err != nil || name != cacheFile && info.ModTime().Before(start.Add(-record.Racy)) {
			return fmt.Errorf("cmake said that it succeeded, but wrote no %s", name)
		}
	}
	return nil
}
