package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/magecmake/magecmake/cmaketargets/internal/clean"
	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// maxRetries bounds the attempts of a Clean that has no lock.
const maxRetries = 20

// errUnlocked is the error of a Clean whose build tree did not exist, so that there was
// no lock to take, and exists now.
var errUnlocked = errors.New("another process began to use it just now; run it again")

// clean proves that the directory is the project's build tree, and removes it.
func (j *job) clean(share int) model.Result {
	r := j.run
	res, leases := j.blank(), r.session.process.scheduler.Leases
	tree := j.action.Tree.Removal()
	proven, err := tree.Prove(r.ctx)
	if err == nil {
		defer proven.Close()
	}
	switch {
	case errors.Is(err, clean.ErrNothing):
		tree.RemoveEmpty()
		res.Status, res.Reason = model.UpToDate, plan.NothingToClean
		return res
	case r.ctx.Err() != nil:
		return res.Cancel(context.Cause(r.ctx))
	case err != nil:
		return res.Fail(err)
	case !leases.Held(tree.Dir):
		return res.Fail(tree.Refusal(errUnlocked))
	}
	var left leftover
	if !slices.Contains(model.Paths(r.session.all), j.action.Tree.Project.Path) {
		left = leftoverOf(r.session, j.action.Tree.Project, tree.Dir)
	}
	freed, err := proven.Remove(r.ctx, share, func() { leases.Release(tree.Dir) })
	switch {
	case r.ctx.Err() != nil:
		return res.Cancel(context.Cause(r.ctx))
	case err != nil:
		return res.Fail(err)
	}
	res.Status, res.Reason = model.OK, "removed "+text.Bytes(freed)
	if n := left.remove(); n > 0 {
		res.Reason += " and " + text.Count(n, "installed file")
	}
	if line := left.rest(j.action.Tree.Project, r.session.settings.Show); line != "" {
		r.session.screen.Line(line)
	}
	if len(proven.Found) > 0 {
		res.Reason += ", but for files that were there before: " + text.List(proven.Found)
	}
	return res
}

// makeLock makes the lock file of a build tree that may be removed, and describes it. The
// error is fs.ErrNotExist when there is no such build tree, and lock.ErrUnsupported when
// no file can be made in it, as on a full disk or where a link has the name.
func (j *job) makeLock() (fs.FileInfo, error) {
	proven, err := j.action.Tree.Removal().Prove(j.run.ctx)
	if err != nil {
		return nil, fs.ErrNotExist // clean reports it
	}
	defer proven.Close()
	made, err := proven.TouchLock()
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist): // another Clean was faster
		return made, err
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return nil, err // there is a lock, and another process may hold it
	}
	return nil, fmt.Errorf("%w: %w", lock.ErrUnsupported, err)
}

// maxBelow bounds how deep below the build root goneTrees looks.
const maxBelow = 16

// goneTree is a build tree whose project is gone, or its variant where that is set.
type goneTree struct {
	project model.Project
	variant *model.Variant
	dir     string
	named   bool // Clean removes it when the path of its project, or its variant, selects it
}

// goneTrees returns the build trees of ours below the build root whose projects have no
// CMakeLists.txt any more, or whose variants Config does not have. It reads the directories above build trees, and none in them.
func (s *session) goneTrees() []goneTree {
	var gone []goneTree
	var look func(dir string, depth int)
	look = func(dir string, depth int) {
		if tree, ok := s.goneAt(dir); ok {
			gone = append(gone, tree)
		}
		if depth == maxBelow || fsutil.Exists(filepath.Join(dir, treestate.CacheFile)) || fsutil.Exists(filepath.Join(dir, "CMakeLists.txt")) {
			return
		}
		entries, _ := os.ReadDir(dir) // in order; one that cannot be read has none for us
		for _, e := range entries {
			below := filepath.Join(dir, e.Name())
			if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && below != s.settings.Prefix && below != s.settings.ReportDir() {
				look(below, depth+1)
			}
		}
	}
	look(s.settings.BuildRoot, 0)
	return gone
}

// goneAt returns the build tree in a directory, if there is one of a project that is gone.
func (s *session) goneAt(dir string) (goneTree, bool) {
	if !fsutil.Exists(filepath.Join(dir, treestate.Dir)) {
		return goneTree{}, false
	}
	source, _ := treestate.NewGenerated(dir).Cached("CMAKE_HOME_DIRECTORY")
	if snapshot := inputs.Load(dir); snapshot != nil {
		source = snapshot.Source
	}
	rel, ok := fsutil.Within(source, s.settings.Root)
	if !ok || source == "" {
		return goneTree{}, false
	}
	p := model.Project{Path: filepath.ToSlash(rel), Dir: source}
	inside := func() bool {
		return slices.ContainsFunc(s.all, func(q model.Project) bool {
			return slices.ContainsFunc(s.settings.Variants, func(v model.Variant) bool { return fsutil.Inside(s.buildDir(q, v), dir) })
		})
	}
	if fsutil.Exists(filepath.Join(source, "CMakeLists.txt")) {
		v := s.goneVariant(p, dir)
		return goneTree{p, v, dir, v != nil && v.Name != ""}, v != nil && !inside()
	}
	named := slices.ContainsFunc(s.settings.Variants, func(v model.Variant) bool { return s.buildDir(p, v) == dir })
	return goneTree{p, nil, dir, named && !inside() && !strings.ContainsAny(p.Path, `*?[]{}\!,`)}, true
}

// goneVariant returns the variant of a project's build tree in dir, if Config does not have it.
func (s *session) goneVariant(p model.Project, dir string) *model.Variant {
	rel, ok := fsutil.Within(dir, s.settings.BuildRoot)
	known := slices.ContainsFunc(s.all, func(q model.Project) bool { return q.Path == p.Path })
	if !ok || !known || rel == "." {
		return nil
	}
	first, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
	for _, name := range []string{first, ""} {
		v := model.Variant{Name: name}
		is := slices.ContainsFunc(s.settings.Variants, func(other model.Variant) bool { return other.Name == name })
		if !is && s.buildDir(p, v) == dir {
			return &v
		}
	}
	return nil
}

// goneVariants returns the variants with these names that Config does not have and that have build
// trees.
func (s *session) goneVariants(names []string) []model.Variant {
	unknown := func(name string) bool {
		return !slices.ContainsFunc(s.settings.Variants, func(v model.Variant) bool { return v.Name == name })
	}
	if !slices.ContainsFunc(names, unknown) {
		return nil
	}
	var gone []model.Variant
	for _, t := range s.goneTrees() {
		if t.named && t.variant != nil && slices.Contains(names, t.variant.Name) &&
			!slices.ContainsFunc(gone, func(v model.Variant) bool { return v.Name == t.variant.Name }) {
			gone = append(gone, *t.variant)
		}
	}
	return gone
}

// showGone prints the build trees of projects and of variants that are gone.
func (s *session) showGone() {
	of := map[string][]string{} // build trees by the names of variants
	for _, t := range s.goneTrees() {
		if t.variant != nil {
			of[t.variant.Name] = append(of[t.variant.Name], s.settings.Show(t.dir))
			continue
		}
		remedy, left := "remove it yourself", leftoverOf(s, t.project, t.dir)
		if t.named {
			remedy = fmt.Sprintf("to remove it%s: %s=%s mage clean", left.words(s.settings.Show), settings.EnvProjects, t.project.Path)
		}
		s.screen.Line(fmt.Sprintf("%s is the build tree of %s, which is gone; %s", s.settings.Show(t.dir), t.project.Path, remedy))
		if !t.named {
			for _, file := range left.ours {
				left.others = append(left.others, filepath.Join(left.prefix, file))
			}
		}
		if line := left.rest(t.project, s.settings.Show); line != "" {
			s.screen.Line(line)
		}
	}
	for _, name := range text.SortedKeys(of) {
		line := fmt.Sprintf("a build tree of variant %s, which Config does not have; to remove it: %s=%s mage clean", name, settings.EnvVariants, name)
		if name == "" {
			line = "a build tree without a variant, and Config has variants with names; remove it yourself"
		}
		s.screen.Line(firstOf(of[name]) + ": " + line)
	}
}

// offerGone prints, after a Clean of all projects, the build trees that it does not remove.
func (s *session) offerGone(steps []model.Step, c chosen) {
	all := len(s.settings.Selection.Projects) == 0 && len(c.projects) == len(s.all)
	if all && slices.Equal(steps, []model.Step{model.Clean}) {
		s.showGone()
	}
}

// goneNamed returns the projects that are gone and that patterns name.
func (s *session) goneNamed(patterns []string) []model.Project {
	unknown := func(name string) bool {
		return !slices.ContainsFunc(s.all, func(p model.Project) bool { return p.Path == name })
	}
	if !slices.ContainsFunc(patterns, unknown) {
		return nil
	}
	var named []model.Project
	for _, t := range s.goneTrees() {
		known := slices.ContainsFunc(named, func(p model.Project) bool { return p.Path == t.project.Path })
		if t.named && t.variant == nil && !known && slices.Contains(patterns, t.project.Path) {
			named = append(named, t.project)
		}
	}
	return named
}

// leftover are the files that the build tree of a project which is gone has installed, and that are
// still there.
type leftover struct {
	prefix string
	// ours are relative to prefix. Clean removes them with the build tree: prefix is one of this
	// workspace, no other project installs them, git does not track them, and nothing has changed them
	// since the install step.
	ours   []string
	others []string // absolute, without those of other projects
}

// leftoverOf returns the installed files of the build tree in dir, which was that of p.
func leftoverOf(s *session, p model.Project, dir string) leftover {
	var l leftover
	files := cmake.Installed(dir, "")
	manifest, err := os.Stat(filepath.Join(dir, "install_manifest.txt"))
	if err != nil || len(files) == 0 || fsutil.Getenv(s.settings.Env, plan.DestDir) != "" {
		return l
	}
	l.prefix, _ = treestate.NewGenerated(dir).Cached(cmake.InstallPrefix)
	set := s.settings
	own := slices.ContainsFunc(set.Variants, func(v model.Variant) bool { return set.InstallDir(p, v) == l.prefix }) &&
		(fsutil.Inside(l.prefix, set.Root) || fsutil.Inside(l.prefix, set.BuildRoot)) && l.prefix != set.Root && l.prefix != set.BuildRoot
	real, err := filepath.EvalSymlinks(l.prefix)
	own = own && err == nil
	owned := map[string]bool{}
	for _, q := range s.all {
		for _, v := range set.Variants {
			tree := s.buildDir(q, v)
			list := cmake.Installed(tree, "")
			for _, file := range list {
				owned[file] = true
			}
			// The installed files of a project whose build tree is cleaned are not known.
			known := list != nil || fsutil.Exists(filepath.Join(tree, treestate.CacheFile)) && !cmake.HasInstall(tree)
			own = own && (known || set.InstallDir(q, v) != l.prefix)
		}
	}
	for _, file := range s.found.Tracked {
		owned[filepath.Join(set.Root, filepath.FromSlash(file))] = true
	}
	for _, file := range files {
		info, err := os.Lstat(file)
		if err != nil || owned[file] {
			continue
		}
		rel, inside := fsutil.Within(file, l.prefix)
		at, err := filepath.EvalSymlinks(filepath.Dir(file))
		if own && inside && err == nil && at == filepath.Dir(filepath.Join(real, rel)) && !info.IsDir() && !inputs.ChangedAfter(info, manifest.ModTime()) {
			l.ours = append(l.ours, rel)
		} else {
			l.others = append(l.others, file)
		}
	}
	return l
}

// remove removes the files that are ours, and directories that are empty then. It returns how many there
// were.
func (l leftover) remove() int {
	root, err := os.OpenRoot(l.prefix)
	if err != nil {
		return 0
	}
	defer func() { _ = root.Close() }()
	n := 0
	for _, file := range l.ours {
		if root.Remove(file) != nil {
			continue
		}
		n++
		for dir := filepath.Dir(file); dir != "." && root.Remove(dir) == nil; dir = filepath.Dir(dir) {
		}
	}
	return n
}

// words returns the files that Clean removes with the build tree, "" for none.
func (l leftover) words(show func(string) string) string {
	if len(l.ours) == 0 {
		return ""
	}
	return fmt.Sprintf(" and %s that it installed, such as %s", text.Count(len(l.ours), "file"), show(filepath.Join(l.prefix, slices.Min(l.ours))))
}

// rest returns a line about the files that Clean leaves, "" for none.
func (l leftover) rest(p model.Project, show func(string) string) string {
	if len(l.others) == 0 {
		return ""
	}
	shown := make([]string, len(l.others))
	for i, file := range l.others {
		shown[i] = show(file)
	}
	return fmt.Sprintf("%s: installed by %s, which is gone; it may have changed since, or be that of another project: remove it yourself", strings.TrimSpace(firstOf(shown)), p.Path)
}
