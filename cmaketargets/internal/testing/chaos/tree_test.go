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

// snapshot is what lies below a build root, by slash-separated path: the text of files, "" for directories.
type snapshot map[string]string

// What differs between any two runs of the same CMake: the times in names and logs, and random names of scratch. What
// of ours was not whole when it was killed has a name that nobody reads. What a killed ar leaves, st and six letters, and
// a killed CMake, .tmp and five digits, does no harm and stays until Clean, as nobody else can tell it from the project's.
var (
	skipped   = regexp.MustCompile(`(^|/)(CMakeFiles/(CMakeConfigureLog\.yaml|CMakeOutput\.log|CMakeError\.log)|\.ninja_(log|deps)|Testing/.*|\.cmaketargets/(configure\.record\.next|\.compile_commands\.json\..*|\.compile_commands\.state\..*)|st[A-Za-z0-9]{6}|.*\.tmp[0-9a-f]{5})$`)
	indexName = regexp.MustCompile(`index-[0-9T-]+\.json$`)
	scratch   = regexp.MustCompile(`TryCompile-[A-Za-z0-9]{6}|cmTC_[0-9a-f]{5}|-[0-9a-f]{16,20}\.json`)
	unordered = regexp.MustCompile(`(^|/)(\.cmake/api/v1/reply/.*|CMakeFiles/Makefile2|CMakeFiles/Makefile.cmake)$`)
	// What a second run says otherwise than the first: which of CMake's own modules were read, and names of PDB files.
	ninjaRead = regexp.MustCompile(`(?m)^build .*: RERUN_CMAKE \|.*$|^build .*: phony\s*$|^ *TARGET_(COMPILE_)?PDB = .*\n`)
	makeRead  = regexp.MustCompile(`(?s)set\(CMAKE_MAKEFILE_(DEPENDS|PRODUCTS)\n.*?\)\n`)
)

// take reads all that lies below dir. Of what is ours only the names are kept.
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

// differs compares what lies below a build root with what an undisturbed run left there.
func differs(tb testing.TB, want snapshot, dir string) string {
	tb.Helper()
	return cmp.Diff(want, take(tb, dir))
}
