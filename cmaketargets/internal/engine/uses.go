package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sourcegraph/conc/iter"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/graph"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// recall reads the records of all build trees, and returns the names of the package files that projects
// provide, for those that have a record.
func (n *needs) recall(projects []model.Project) map[string][]string {
	var trees []*plan.Tree
	for _, p := range projects {
		for _, v := range n.settings.Variants {
			trees = append(trees, n.tree(p, v))
		}
	}
	mapper := iter.Iterator[*plan.Tree]{MaxGoroutines: n.settings.Jobs}
	mapper.ForEach(trees, func(t **plan.Tree) {
		if record, ok := treestate.ReadNeeds((*t).Dir); ok {
			n.keep(*t, record)
		}
	})
	provides := map[string][]string{}
	for _, t := range trees {
		if record := n.record(t); len(record.Provides) > 0 {
			provides[t.Project.Path] = append(provides[t.Project.Path], record.Provides...)
		}
	}
	return provides
}

// record returns the relations that a build tree remembers.
func (n *needs) record(t *plan.Tree) treestate.Needs {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.records[t.Dir]
}

func (n *needs) keep(t *plan.Tree, record treestate.Needs) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.records[t.Dir] = record
}

// current returns those build trees whose configure step has nothing to do, among those that have not used
// a package that their code looks for.
func (n *needs) current(trees []*plan.Tree, current func(*plan.Tree) bool) map[string]bool {
	var matter []*plan.Tree
	for _, t := range trees {
		record := n.record(t)
		if slices.ContainsFunc(n.of(t.Project), func(e model.Edge) bool { return slices.Contains(record.Unused, e.To) }) {
			matter = append(matter, t)
		}
	}
	are := make([]bool, len(matter))
	mapper := iter.Iterator[*plan.Tree]{MaxGoroutines: n.settings.Jobs}
	mapper.ForEachIdx(matter, func(i int, t **plan.Tree) { are[i] = current(*t) })
	dirs := map[string]bool{}
	for i, t := range matter {
		if are[i] {
			dirs[t.Dir] = true
		}
	}
	return dirs
}

// observe records the relations that a configure step has shown, and the edges that it has learned.
func (n *needs) observe(t *plan.Tree, learned map[string]model.Edge) {
	old := n.record(t)
	var record treestate.Needs
	record.Provides, record.Dirs = provided(t)
	generated := treestate.NewGenerated(t.Dir)
	missing := generated.NotFound()
	for _, e := range append(slices.Clip(n.of(t.Project)), n.unexplained(t, generated)...) {
		use := n.useIn(e, t, generated, missing)
		switch use {
		case model.Used:
			record.Used = append(record.Used, e.To)
			if !slices.Contains(old.Used, e.To) {
				n.noteSystem(e, t)
			}
		case model.Unused:
			record.Unused = append(record.Unused, e.To)
		}
		_, now := learned[e.To]
		before := strings.HasPrefix(e.Need.Text, readText) ||
			slices.ContainsFunc(old.Learned, func(known model.Edge) bool { return known.To == e.To })
		if now || before && use != model.Unused {
			record.Learned = append(record.Learned, e)
		}
	}
	n.keep(t, record)
	record.Write(t.Dir)
	if plan.SearchedLast(t) && n.once("preset "+t.Variant.Preset) {
		n.note(fmt.Sprintf("note: preset %s of %s sets %s to a value that only CMake knows; packages of other projects are searched after it",
			t.Variant.Preset, t.Project.Path, plan.PrefixPath))
	}
}

// readText begins the text of an edge that only files show which a configure step has read.
const readText = "read "

// unexplained adds the edges to projects that nothing shows but their package files in the install prefix,
// which a configure step has read, and returns them. The package was there from an earlier run.
func (n *needs) unexplained(t *plan.Tree, generated *treestate.Generated) (edges []model.Edge) {
	prefix := n.installation(t)
	packages := map[string]string{} // names by file
	for _, file := range generated.Read() {
		if name := graph.Package(filepath.Base(file)); name != "" && fsutil.Inside(file, prefix) {
			packages[file] = name
		}
	}
	to := fsutil.Getenv(t.Env, plan.DestDir)
	explain := func(p model.Project, found func(file, name string)) {
		for _, file := range cmake.Installed(n.tree(p, t.Variant).Dir, "") {
			file = filepath.Join(to, file)
			if name := packages[file]; name != "" {
				delete(packages, file)
				found(file, name)
			}
		}
	}
	for _, p := range n.graph.All(t.Project.Path) {
		if len(packages) > 0 {
			explain(p, func(string, string) {})
		}
	}
	for _, p := range n.all {
		if len(packages) == 0 {
			break
		}
		explain(p, func(file, name string) {
			e := model.Edge{From: t.Project.Path, To: p.Path, Need: model.Site{Text: readText + n.settings.Show(file)}, Packages: []string{name}}
			if p.Path != t.Project.Path && n.graph.Learn(e) {
				edges = append(edges, e)
			}
		})
	}
	return edges
}

// once reports whether a note is the first with this key.
func (n *needs) once(key string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	again := n.noted[key]
	n.noted[key] = true
	return !again
}

// provides records the packages of a build tree after its install step: a build may have made some.
func (n *needs) provides(t *plan.Tree) {
	record := n.record(t)
	names, dirs := provided(t)
	if !slices.Equal(names, record.Provides) || !slices.Equal(dirs, record.Dirs) {
		record.Provides, record.Dirs = names, dirs
		n.keep(t, record)
		record.Write(t.Dir)
	}
}

// provided returns the names of the package files that a build tree installs or has, and the directories
// of those that it does not install, which projects find in it.
func provided(t *plan.Tree) (names, dirs []string) {
	installs := cmake.InstallNames(t.Dir)
	for _, file := range cmake.Installed(t.Dir, "") {
		installs[filepath.Base(file)] = true
	}
	for _, name := range text.SortedKeys(installs) {
		if graph.Package(name) != "" {
			names = append(names, name)
		}
	}
	index, err := treestate.NewGenerated(t.Dir).Index()
	if err != nil {
		return names, nil
	}
	all, _ := index.BuildDirs()
	for _, dir := range all {
		for _, dir := range []string{dir, filepath.Join(dir, "cmake")} {
			entries, _ := os.ReadDir(dir)
			for _, e := range entries {
				if name := e.Name(); graph.IsConfiguration(name) && !installs[name] {
					names = append(names, name)
					if !slices.Contains(dirs, dir) {
						dirs = append(dirs, dir)
					}
				}
			}
		}
	}
	return names, dirs
}

// useIn returns whether the last configure step in a build tree has used the packages of an edge, "" where
// that is not known: because a setting or package.xml has the edge, or the package was not there.
func (n *needs) useIn(e model.Edge, t *plan.Tree, generated *treestate.Generated, missing []string) string {
	p, ok := n.graph.Project(e.To)
	if !ok || len(e.Packages) == 0 {
		return ""
	}
	provider := n.tree(p, t.Variant)
	prefix, to := n.installation(provider), fsutil.Getenv(provider.Env, plan.DestDir)
	files := map[string]bool{}
	for _, file := range cmake.Installed(provider.Dir, "") {
		files[filepath.Join(to, file)] = true
	}
	if generated.Found(e.Packages, prefix, func(path string) bool { return files[path] || fsutil.Inside(path, provider.Dir) }) {
		return model.Used
	}
	if !n.there(provider) || slices.ContainsFunc(e.Packages, func(name string) bool { return slices.Contains(missing, name) }) {
		return ""
	}
	return model.Unused
}

// there reports whether a project has installed files, or has packages in its build tree.
func (n *needs) there(t *plan.Tree) bool {
	return len(n.record(t).Dirs) > 0 || len(cmake.Installed(t.Dir, "")) > 0
}

// use returns whether the last configure steps have used the packages of an edge: one of them, or none.
func (n *needs) use(e model.Edge) string {
	p, ok := n.graph.Project(e.From)
	use := ""
	for _, v := range n.settings.Variants {
		record := treestate.Needs{}
		if ok {
			record = n.record(n.tree(p, v))
		}
		if slices.Contains(record.Used, e.To) {
			return model.Used
		}
		if slices.Contains(record.Unused, e.To) {
			use = model.Unused
		}
	}
	return use
}

// uses returns the edges from a project with their uses.
func (n *needs) uses(p model.Project) []model.Edge {
	edges := slices.Clone(n.of(p))
	for i := range edges {
		edges[i].Use = n.use(edges[i])
	}
	return edges
}

// claimed returns the packages that other projects provide for a build tree, with the paths of these, as
// far as no configure step has come after their installation: one that was found elsewhere before is
// looked for again.
func (n *needs) claimed(t *plan.Tree) map[string]string {
	record := n.record(t)
	var claimed map[string]string
	for _, e := range n.of(t.Project) {
		p, ok := n.graph.Project(e.To)
		if !ok || len(e.Packages) == 0 || slices.Contains(record.Used, e.To) || slices.Contains(record.Unused, e.To) || !n.there(n.tree(p, t.Variant)) {
			continue
		}
		for _, name := range e.Packages {
			if claimed == nil {
				claimed = map[string]string{}
			}
			claimed[name] = e.To
		}
	}
	return claimed
}

// noteSystem notes once that the system also has a package that a build tree takes from a project.
func (n *needs) noteSystem(e model.Edge, t *plan.Tree) {
	for _, name := range e.Packages {
		n.mu.Lock()
		again := false
		for _, record := range n.records {
			again = again || slices.Contains(record.Used, e.To)
		}
		n.mu.Unlock()
		if again || !n.once("package "+name) {
			continue
		}
		file := inSystem(name, n.settings.VariantEnv(t.Variant))
		if p, _ := n.graph.Project(e.To); file != "" && !fsutil.Inside(file, n.installation(n.tree(p, t.Variant))) {
			n.note(fmt.Sprintf("note: package %s is taken from %s, not from %s; to take the latter: Needs: map[string][]string{%q: {%q}}",
				name, e.To, file, e.From, "!"+e.To))
		}
	}
}

// inSystem returns the file of a package in a directory where CMake or pkg-config finds those of the
// system, "" for none: the prefixes of the environment, and the directories above those in PATH.
func inSystem(name string, env []string) string {
	prefixes := filepath.SplitList(fsutil.Getenv(env, plan.PrefixPath))
	for _, dir := range filepath.SplitList(fsutil.Getenv(env, "PATH")) {
		if base := filepath.Base(dir); base == "bin" || base == "sbin" {
			prefixes = append(prefixes, filepath.Dir(dir))
		}
	}
	for _, prefix := range prefixes {
		for _, sub := range []string{"lib", "lib64", "share", "lib/*-*-*"} {
			for _, file := range []string{
				"cmake/*/" + name + "Config.cmake", "cmake/*/" + strings.ToLower(name) + "-config.cmake",
				"*/cmake/" + name + "Config.cmake", "*/cmake/" + strings.ToLower(name) + "-config.cmake", "pkgconfig/" + name + ".pc",
			} {
				if found, _ := filepath.Glob(filepath.Join(escaped(prefix), sub, file)); len(found) > 0 {
					return found[0]
				}
			}
		}
	}
	return ""
}

// escaped returns a path as a pattern of itself.
func escaped(path string) string {
	return strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]").Replace(path)
}
