package treestate

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// testedFile has the files that the tests which passed in the last test step may have read: a record with a
// testedHead and a stamp per file.
const testedFile = "tested"

// maxTested bounds the files of the record: in a project with more its tests are run each time.
const maxTested = 20_000

const testedFormat = 2

// Tests is the ctest run of a test step.
type Tests struct {
	Record model.Step // the name for the record
	Build  model.Step // that for the record of the build before
	Source string     // of the project
	CTest  string     // its path
	Args   []string   // of ctest, but for the number of jobs and files of results
	Env    []string
}

type testedHead struct {
	Format int      `json:"format"`
	Args   []string `json:"args"`
	Salt   string   `json:"salt"`
	Env    string   `json:"env"` // hash of the variables that the tests name
}

// Tested is a record of a test step.
type Tested struct {
	dir    string
	name   string
	head   testedHead
	stamps string
}

// BeginTested returns the record of a test step that begins, nil where the outputs of the build are not known.
func BeginTested(dir string, t Tests) *Tested {
	paths, ok := testInputs(dir, t)
	if !ok {
		return nil
	}
	stamps := make([]inputs.Stamp, len(paths))
	for i, path := range paths {
		stamps[i] = timeOf(path)
	}
	r := &Tested{dir: dir, name: recordName(testedFile, model.Test, t.Record), stamps: inputs.FormatStamps(stamps)}
	salt := strconv.FormatUint(rand.Uint64(), 36)
	r.head = testedHead{Format: testedFormat, Args: t.Args, Salt: salt, Env: testEnv(dir, t.Env, salt)}
	return r
}

// Write replaces the record in the build tree, for a step in which all tests have passed.
func (r *Tested) Write() error {
	return writeRecord(r.dir, r.name, r.head, r.stamps)
}

// ForgetTested removes the record of a test step from a build tree.
func ForgetTested(dir string, record model.Step) {
	_ = os.Remove(Path(dir, recordName(testedFile, model.Test, record)))
}

// PassedBefore reports whether the tests of a step have passed with the same files, arguments and variables.
func PassedBefore(dir string, t Tests) bool {
	var head testedHead
	stamps, ok := readRecord(Path(dir, recordName(testedFile, model.Test, t.Record)), &head)
	if !ok || head.Format != testedFormat ||
		!slices.Equal(head.Args, t.Args) || head.Env != testEnv(dir, t.Env, head.Salt) {
		return false
	}
	paths, ok := testInputs(dir, t) // there may be more by now
	i, same := 0, ok
	whole := inputs.EachStamp(stamps, func(was inputs.Stamp) bool {
		same = same && i < len(paths) && paths[i] == was.Path && timeOf(was.Path) == was
		i++
		return same
	})
	return whole && same && i == len(paths)
}

// timeOf returns the stamp of a file without its change time, which another checkout does not have, and with its mode as
// the hash.
func timeOf(path string) inputs.Stamp {
	s := inputs.Examine(path)
	s.Changed, s.Hash = 0, mode(path)
	return s
}

// mode returns the type and permissions of a file, "" where there is none.
func mode(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return info.Mode().String()
}

// testInputs returns the files that tests may read, sorted: those that the last build made, the scripts of ctest, all
// that these name, and all files in the directory of the project.
func testInputs(dir string, t Tests) (paths []string, ok bool) {
	paths = []string{t.CTest}
	_, whole := EachBuilt(dir, func(_ int, e Examined) {
		if e.Made {
			paths = append(paths, e.Path)
		}
	})
	scripts, texts := cmake.TestScripts(dir)
	paths = append(paths, scripts...)
	for _, text := range texts {
		for _, path := range cmake.TestFiles(text) {
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				paths = append(paths, path)
			}
		}
	}
	paths, err := filesIn(t.Source, paths, map[string]bool{})
	known := fsutil.Exists(Path(dir, recordName(builtFile, model.Build, t.Build)))
	return text.Unique(paths), whole && known && len(scripts) > 0 && err == nil
}

// filesIn adds to paths the files in a directory of sources, and where links in it lead, each directory once. It leaves
// out those in hidden directories, build trees and the build root. It is an error where there are too many.
func filesIn(dir string, paths []string, seen map[string]bool) ([]string, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil || seen[dir] {
		return paths, err
	}
	seen[dir] = true
	apart := func(path string) bool {
		return strings.HasPrefix(filepath.Base(path), ".") || fsutil.Exists(filepath.Join(path, inputs.CacheFile)) || fsutil.Exists(filepath.Join(path, Dir))
	}
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil || path == dir: // which may be hidden, and have been built in
			return err
		case !e.IsDir():
			paths = append(paths, path)
		case apart(path):
			return fs.SkipDir
		}
		if info, failed := os.Stat(path); e.Type()&fs.ModeSymlink != 0 && failed == nil && info.IsDir() && !apart(path) {
			paths, err = filesIn(path, paths, seen)
		}
		if len(paths) > maxTested {
			err = fs.ErrInvalid
		}
		return err
	})
	return paths, err
}

// testEnv returns a hash of the variables that decide about programs, or that the scripts of ctest name.
func testEnv(dir string, env []string, salt string) string {
	_, texts := cmake.TestScripts(dir)
	named := func(name string) bool {
		return slices.ContainsFunc(texts, func(text []byte) bool { return bytes.Contains(text, []byte(name)) })
	}
	var list []string
	for _, entry := range env {
		name, _, _ := strings.Cut(entry, "=")
		switch {
		case strings.HasPrefix(name, "CTEST_"), strings.HasPrefix(name, "GTEST_"), strings.HasPrefix(name, "CMAKE_"),
			slices.Contains([]string{"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LD_PRELOAD"}, name), len(name) > 1 && named(name):
			list = append(list, entry)
		}
	}
	sort.Strings(list)
	return fsutil.Hash(salt + strings.Join(list, "\x00"))
}
