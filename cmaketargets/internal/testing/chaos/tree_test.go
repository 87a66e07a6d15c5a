//go:build linux

package chaos_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// snapshot is everything below a build root, by slash-separated path: the text of files, "" for
// directories.
type snapshot map[string]string

// The differences between any two runs of the same CMake: the times in names and logs, and random
// names of temporary files. An incomplete file of ours has a name that is never read. A killed ar
// leaves st and six letters, a killed CMake .tmp and five digits, a Ninja killed between removing its log and renaming the
// new one that file; they do no harm and stay until
// Clean, because they might be the project's.
var (
	skipped   = regexp.MustCompile(`(^|/)(CMakeFiles/(CMakeConfigureLog\.yaml|CMakeOutput\.log|CMakeError\.log)|\.ninja_(log|deps)(\.restat|\.recompact)?|Testing(/.*)?|\.cmaketargets/(boot|configure\.record\.next|\.compile_commands\.json\..*|\.compile_commands\.state\..*)|st[A-Za-z0-9]{6}|.*\.tmp[0-9a-f]{5})$`)
	indexName = regexp.MustCompile(`index-[0-9T-]+\.json$`)
	scratch   = regexp.MustCompile(`TryCompile-[A-Za-z0-9]{6}|cmTC_[0-9a-f]{5}|-[0-9a-f]{16,20}\.json`)
	unordered = regexp.MustCompile(`(^|/)(\.cmake/api/v1/reply/.*|CMakeFiles/Makefile2|CMakeFiles/Makefile.cmake)$`)
	// The differences between a second run and the first: which of CMake's own modules were read,
	// and names of PDB files.
	ninjaRead = regexp.MustCompile(`(?m)^build .*: RERUN_CMAKE \|.*$|^build .*: phony\s*$|^ *TARGET_(COMPILE_)?PDB = .*\n`)
	makeRead  = regexp.MustCompile(`(?s)set\(CMAKE_MAKEFILE_(DEPENDS|PRODUCTS)\n.*?\)\n`)
)

// take reads all files below dir. Of ours only the names are kept.
func take(tb testing.TB, dir string) snapshot {
	tb.Helper()
	s := snapshot{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		switch {
		case skipped.MatchString(name), strings.Contains(name, "/reply/cmakeFiles-"), strings.HasSuffix(name, "/CMakeScratch"):
			return nil
		case d.IsDir():
			s[name+"/"] = ""
			return nil
		case strings.Contains(name, ".cmaketargets/"):
			s[name] = ""
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := scratch.ReplaceAllString(string(data), "RANDOM")
		text = makeRead.ReplaceAllString(ninjaRead.ReplaceAllString(text, ""), "")
		if unordered.MatchString(name) {
			// A reply without its last newline is as good.
			text = strings.Join(slices.Sorted(strings.SplitSeq(strings.TrimRight(text, "\n"), "\n")), "\n")
		}
		if indexName.MatchString(name) {
			text = "" // Names the others, and the time.
		}
		name = indexName.ReplaceAllString(name, "index.json")
		s[scratch.ReplaceAllString(name, "RANDOM")] = text
		return nil
	})
	if !errors.Is(err, fs.ErrNotExist) {
		must(tb, err)
	}
	return s
}

// differs compares the files below a build root with those of an undisturbed run.
func differs(tb testing.TB, want snapshot, dir string) string {
	tb.Helper()
	return cmp.Diff(want, take(tb, dir))
}
