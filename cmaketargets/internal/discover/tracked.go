package discover

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// trackedPaths returns, relative to dir and with all directories above them,
// the CMakeLists.txt files below dir in git's index and, when the work tree that
// begins at top has submodules, those.
func trackedPaths(g *git, dir, top string) (map[string]bool, error) {
	args := []string{"ls-files", "-z", "--stage", "--", ":(glob)**/" + listFile}
	submodules := false
	if _, err := os.Stat(filepath.Join(top, ".gitmodules")); err == nil {
		// No pathspec selects submodules, so they are picked from the whole list.
		submodules = true
		args = args[:3]
	}
	stderr := &head{}
	cmd := g.command(dir, top, args...)
	cmd.Stderr = stderr
	list, err := cmd.Output()
	if err != nil {
		if said := stderr.line(); said != "" {
			err = fmt.Errorf("%w: %s", err, said)
		}
		return nil, err
	}
	return stagedPaths(string(list), submodules), nil
}

// stagedPaths reads the answer to ls-files --stage -z: of all it lists, or of
// the CMakeLists.txt files and submodules in it.
func stagedPaths(list string, pick bool) map[string]bool {
	paths := map[string]bool{}
	for entry := range strings.SplitSeq(list, "\x00") {
		info, p, _ := strings.Cut(entry, "\t") // "<mode> <object> <stage>\t<path>"
		if pick && path.Base(p) != listFile && !strings.HasPrefix(info, "160000 ") {
			continue
		}
		for ; p != "" && !paths[p]; p = path.Dir(p) {
			paths[p] = true
		}
	}
	return paths
}
