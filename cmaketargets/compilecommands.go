package cmaketargets

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/compdb"
)

// exports says whether the trees are asked to export their compile commands.
func (s *settings) exports() bool { return s.CompileCommands != "off" }

// configuring is the environment of the tree's configure step: that of its
// other steps, and the wish for compile commands where nobody said anything
// about them. It is a variable and not an argument because CMake reports
// arguments that a project does not use, as one without languages.
func (t *tree) configuring() []string {
	if len(t.wish()) == 0 {
		return t.environ
	}
	return append(slices.Clip(t.environ), t.wish()...)
}

// wish is what configuring adds.
func (t *tree) wish() []string {
	if !t.exports() || lookup(t.environ, cmake.ExportVariable) != "" {
		return nil
	}
	return []string{cmake.ExportVariable + "=ON"}
}

// pasted is the command of a configure step for a person to paste.
func (t *tree) pasted(args []string) []string {
	command := append([]string{t.tools.cmake.Path}, args...)
	if wish := t.wish(); len(wish) > 0 {
		command = slices.Concat([]string{"env"}, wish, command)
	}
	return command
}

// adopted are the arguments with which a tree that somebody else configured
// begins to export: CMake heeds the variable in a new tree only, and leaves an
// empty entry where nobody said anything.
func (t *tree) adopted() []string {
	if len(t.wish()) == 0 {
		return nil
	}
	if value, ok := (&treeState{dir: t.dir}).Cached(cmake.ExportVariable); !ok || value != "" {
		return nil
	}
	return []string{"-D" + cmake.ExportVariable + ":BOOL=ON"}
}

// exportWhenConfigured merges the compile commands as soon as all configure
// steps of a run are over: an editor need not wait for the build.
func (r *run) exportWhenConfigured(wanted []*job) {
	var report Report
	for _, j := range wanted {
		if j.key.step == StepConfigure {
			report = append(report, r.await(j))
		}
	}
	if len(report) > 0 && len(report) < len(wanted) {
		r.mergeCompileCommands(report)
	}
}

// mergeCompileCommands brings the merged compile_commands.json up to date with
// all build trees, those included that this run did not select. After a
// cancelled step it stays as it was: the next run knows better.
//
// What goes wrong is no failure of any step, but worth a warning.
func (g *ground) mergeCompileCommands(report Report) {
	if slices.ContainsFunc(report, func(res Result) bool { return res.Status == StatusCancelled }) {
		return
	}
	g.merging.Lock()
	defer g.merging.Unlock()
	file := compdb.File{Path: g.CompileCommands, State: filepath.Join(g.BuildRoot, stateDir, "compile_commands.state")}
	if !g.exports() {
		file.Forget()
		return
	}
	name := g.show(g.CompileCommands)
	done, err := file.Update(g.compileCommands())
	warn := func(text string) {
		if !g.warned[text] { // a build merges twice
			g.screen.Line("warning: " + text)
		}
		if g.warned == nil {
			g.warned = map[string]bool{}
		}
		g.warned[text] = true
	}
	for _, warning := range done.Warnings {
		warn(name + ": " + warning)
	}
	switch {
	case err != nil:
		warn("write " + name + ": " + reasonOf(err).Error() + "; set Config.CompileCommands to another path, or to \"off\"")
	case done.Foreign != "":
		warn(name + " is " + done.Foreign + " and stays as it is; remove it to have one of all projects, or set Config.CompileCommands to another path, or to \"off\"")
	case done.Done == "created":
		g.screen.Line("created " + name + " for clangd and its like: " + counted(done.Entries, "file") + " of " + counted(done.Trees, "build tree"))
	}
}

// compileCommands are those of all build trees, best variant first.
func (g *ground) compileCommands() []compdb.Source {
	var list []compdb.Source
	for rank, v := range g.variants {
		for _, p := range projectsOf(g.found) {
			t := g.tree(p, v)
			if path, current := cmake.CompileCommands(t.dir); current {
				list = append(list, compdb.Source{Path: path, Rank: rank, Owner: p.Dir, Config: t.buildType()})
			}
		}
	}
	return list
}

// counted says how many there are of something: "1 file", "2 directories".
func counted(n int, what string) string {
	if stem, ok := strings.CutSuffix(what, "y"); n != 1 && ok {
		what = stem + "ies"
	} else if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
