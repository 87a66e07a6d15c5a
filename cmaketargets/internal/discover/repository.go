package discover

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// repository is a git work tree and its ignore rules. The first question starts git. Several goroutines
// may use it at once. A nil *repository ignores nothing.
type repository struct {
	git  *git
	dir  string // absolute: paths in questions are relative to it
	path string // dir relative to the root
	top  string // absolute: the beginning of the work tree
	// outer is the repository around path, nil for none.
	outer *repository

	mu      sync.Mutex
	checker *checker        // nil before the first question
	broken  bool            // git has failed: nothing more is asked
	tracked map[string]bool // see stagedPaths; nil before it is needed
	// candidates are not yet judged.
	candidates []candidate
}

// close ends git. It is called when there are no more questions.
func (r *repository) close() {
	if r != nil && r.checker != nil {
		_ = r.checker.close()
	}
}

// rel returns a path relative to the root as one relative to r.
func (r *repository) rel(p string) string {
	if r == nil || r.path == "." {
		return p
	}
	return strings.TrimPrefix(p, r.path+"/")
}

// rules returns for each path the rule, in words, by which git ignores it, or "". When git fails
// nothing is ignored, and there is a warning.
func (r *repository) rules(paths []string) []string {
	rules := make([]string, len(paths))
	if r == nil || len(paths) == 0 {
		return rules
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken {
		return rules
	}
	verdicts, err := r.check(paths)
	if err != nil {
		r.broken, r.checker = true, nil
		r.git.failed(r, err)
		return rules
	}
	for i, v := range verdicts {
		if v.ignored() && !r.tracks(paths[i]) {
			rules[i] = fmt.Sprintf("ignored by %s:%s: %s", r.source(v.source), v.line, v.pattern)
		}
	}
	return rules
}

func (r *repository) check(paths []string) (verdicts []verdict, err error) {
	if r.checker == nil {
		r.checker, err = startChecker(r.git, r.dir, r.top)
	}
	if err == nil {
		verdicts, err = r.checker.check(paths)
	}
	return verdicts, err
}

// source returns the file of a rule relative to the root.
func (r *repository) source(file string) string {
	if filepath.IsAbs(file) {
		in, ok := fsutil.Within(file, r.top)
		if !ok {
			return file
		}
		file = in
	}
	return path.Join(r.path, filepath.ToSlash(file))
}

// tracks reports whether p is, or holds, a CMakeLists.txt or a submodule that was added to the
// repository in spite of the rules: git ignores no such path. The caller holds the lock.
func (r *repository) tracks(p string) bool {
	if r.tracked == nil {
		args := []string{"ls-files", "-z", "--stage", "--", ":(glob)**/" + listFile}
		if fsutil.Exists(filepath.Join(r.top, ".gitmodules")) {
			args = args[:3] // no pathspec selects submodules
		}
		list, err := r.git.list(r.dir, r.top, args...)
		if err != nil {
			r.git.failed(r, err)
		}
		r.tracked = stagedPaths(list)
	}
	return r.tracked[p]
}

// contains is tracks for a caller that does not hold the lock.
func (r *repository) contains(p string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tracks(p)
}

// stagedPaths returns the CMakeLists.txt files and submodules in the output of ls-files --stage -z,
// and the directories above them.
func stagedPaths(list string) map[string]bool {
	paths := map[string]bool{}
	for entry := range strings.SplitSeq(list, "\x00") {
		info, p, _ := strings.Cut(entry, "\t") // "<mode> <object> <stage>\t<path>"
		if path.Base(p) != listFile && !strings.HasPrefix(info, "160000 ") {
			continue
		}
		for ; p != "" && !paths[p]; p = path.Dir(p) {
			paths[p] = true
		}
	}
	return paths
}
