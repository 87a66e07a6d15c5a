package plan_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/buildtree"
	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/plan"
	"github.com/magecmake/magecmake/cmaketargets/internal/selection"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/toolchain"
)

var verdicts = map[plan.Verdict]string{plan.Later: "later", plan.Run: "run", plan.UpToDate: "up to date", plan.Skip: "skip", plan.Fail: "fail"}

// newTree returns the build tree of a project with the targets a and b, which was never configured.
func newTree(t *testing.T) *plan.Tree {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	set, err := settings.Settings{Root: root, Store: "off", CompileCommands: "off", Output: io.Discard}.Resolve(os.Environ(), root)
	if err != nil {
		t.Fatal(err)
	}
	tools, err := toolchain.Find(t.Context(), toolchain.Options{Env: set.Env})
	if err != nil {
		t.Fatal(err)
	}
	p := model.Project{Path: "p", Dir: filepath.Join(root, "p")}
	if err := os.Mkdir(p.Dir, 0o777); err != nil {
		t.Fatal(err)
	}
	text := "cmake_minimum_required(VERSION 3.16)\nproject(p NONE)\nadd_custom_target(a)\nadd_custom_target(b)\n"
	if err := os.WriteFile(filepath.Join(p.Dir, "CMakeLists.txt"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return &plan.Tree{
		Project: p, Dir: set.BuildDir(p, model.Variant{}, false), Env: set.Env, Settings: set, Tools: tools, Git: discover.NewIndexes(set.Env),
	}
}

// configure does the configure step.
func configure(t *testing.T, tree *plan.Tree) {
	t.Helper()
	actions := plan.Chain(t.Context(), plan.Links(tree, []model.Step{model.Configure}, true, false), nil, plan.NewView())
	w := &buildtree.Worker{Settings: tree.Settings, StoreReason: "off", Running: func(string, int) {}}
	result := w.Do(t.Context(), actions[0], buildtree.Share{Jobs: 1}, func() io.WriteCloser { return unshown{io.Discard} })
	if result.Status != model.OK {
		t.Fatalf("%s: %v\n%s", result.Status, result.Err, result.Output)
	}
}

type unshown struct{ io.Writer }

func (unshown) Close() error { return nil }

// foreign makes the build tree that of another project.
func foreign(t *testing.T, tree *plan.Tree) {
	t.Helper()
	path := filepath.Join(tree.Dir, "CMakeCache.txt")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.ReplaceAll(data, []byte(tree.Project.Dir+"\n"), []byte("/other\n")), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(tree.Dir, ".cmaketargets")); err != nil {
		t.Fatal(err)
	}
}

func TestChain(t *testing.T) {
	never := func(*testing.T, *plan.Tree) {}
	rebuild := []model.Step{model.Clean, model.Configure, model.Build}
	for _, test := range []struct {
		name    string
		prepare func(*testing.T, *plan.Tree)
		targets []string
		steps   []model.Step
		want    []string // an action each; "..." at its end stands for anything
	}{
		{"never configured", never, nil, rebuild, []string{
			"clean up to date: nothing to clean", "configure run: never configured", "build later: requested",
		}},
		{"never configured, with tests", never, nil, model.Chain([]model.Step{model.Test, model.Install}), []string{
			"configure run: never configured", "build later: requested", "test later: requested", "install later: requested",
		}},
		{"up to date", configure, nil, rebuild, []string{
			"clean run: it is the project's build tree", "configure later: cleaned before", "build later: requested",
		}},
		{"up to date, without Clean", configure, nil, model.Chain([]model.Step{model.Test, model.Install}), []string{
			"configure up to date: up to date", "build run: requested", "test skip: no tests", "install skip: no install rules",
		}},
		{"failed Clean", func(t *testing.T, tree *plan.Tree) { configure(t, tree); foreign(t, tree) }, nil, rebuild, []string{
			"clean fail: refuse to remove build/p: ...", "configure skip: the step before it would fail", "build skip: the step before it would fail",
		}},
		{"unknown target", configure, []string{"x"}, model.Chain([]model.Step{model.Test}), []string{
			"configure up to date: up to date", "build skip: no target x", "test skip: no target x",
		}},
		{"unknown target among others", configure, []string{"x", "b", "all"}, model.Chain([]model.Step{model.Build}), []string{
			"configure up to date: up to date", "build run: requested [b all]",
		}},
		// Its targets are known when it is configured.
		{"unknown target, never configured", never, []string{"x"}, model.Chain([]model.Step{model.Build}), []string{
			"configure run: never configured", "build later: requested [x]",
		}},
		{"unknown target after Clean", configure, []string{"x"}, rebuild, []string{
			"clean run: it is the project's build tree", "configure later: cleaned before", "build later: requested [x]",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tree := newTree(t)
			test.prepare(t, tree)
			tree.Selection = selection.Selection{Targets: test.targets}
			actions := plan.Chain(t.Context(), plan.Links(tree, test.steps, true, false), nil, plan.NewView())
			if len(actions) != len(test.want) {
				t.Fatalf("got %d actions, want %d", len(actions), len(test.want))
			}
			for i, a := range actions {
				got := string(a.Step) + " " + verdicts[a.Verdict] + ": " + a.Reason
				if len(a.Targets) > 0 && a.Verdict != plan.Skip {
					got += " [" + strings.Join(a.Targets, " ") + "]"
				}
				if want, open := strings.CutSuffix(test.want[i], "..."); got != want && !(open && strings.HasPrefix(got, want)) {
					t.Errorf("got %s, want %s", got, test.want[i])
				}
				if (a.Err != nil) != (a.Verdict == plan.Fail) {
					t.Errorf("%s: error %v", got, a.Err)
				}
			}
		})
	}
}

// An action comes after the step that it needs and the Clean before it, and no step before that.
func TestChainAfter(t *testing.T) {
	steps := model.Chain([]model.Step{model.Build, model.Clean, model.Test, model.Install})
	after := map[*plan.Action]string{}
	var got []string
	for i, a := range plan.Chain(t.Context(), plan.Links(newTree(t), steps, true, false), nil, plan.NewView()) {
		line := string(a.Step) + ":"
		for _, earlier := range a.After {
			line += " " + after[earlier]
		}
		after[a] = string(a.Step) + string(rune('0'+i))
		got = append(got, line)
	}
	want := []string{
		"configure:", "build: configure0", "clean: configure0 build1",
		"configure: clean2", "build: configure3 clean2", "test: build4 clean2", "install: build4 clean2",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A project that is selected, with build targets, and that another one needs is built for both: each step needs the
// one for its own selection.
func TestLinksNeed(t *testing.T) {
	tree := &plan.Tree{Selection: selection.Selection{Targets: []string{"a"}}}
	var got []string
	for i, l := range plan.Links(tree, model.Chain([]model.Step{model.Test, model.Install, model.Clean, model.Build}), true, true) {
		got = append(got, fmt.Sprint(i, " ", l.Step, " ", len(l.Tree.Selection.Targets), " after ", l.Need))
	}
	want := []string{
		"0 configure 1 after -1", "1 build 1 after 0", "2 build 0 after 0", "3 install 0 after 2", "4 test 1 after 1", "5 install 1 after 1",
		"6 clean 1 after -1", "7 configure 1 after -1", "8 build 1 after 7", "9 build 0 after 7", "10 install 0 after 9",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
