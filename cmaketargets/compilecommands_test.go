package cmaketargets_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets"
)

// commands are the merged compile commands by source file, relative to the
// root.
func (r *repository) commands() map[string]string {
	r.t.Helper()
	var entries []struct{ File, Directory, Command string }
	if err := json.Unmarshal([]byte(r.read("compile_commands.json")), &entries); err != nil {
		r.t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		file, err := filepath.Rel(r.root, e.File)
		if _, twice := all[file]; twice || err != nil {
			r.t.Errorf("%s is there twice, or %v", e.File, err)
		}
		if _, err := os.Stat(e.Directory); err != nil {
			r.t.Error(err)
		}
		all[filepath.ToSlash(file)] = e.Command
	}
	return all
}

// Real CMakes export their commands, and a project without languages gets no warning about the
// request.
func TestCompileCommands(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake, "c-only")
		r.write("none/CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nproject(none LANGUAGES NONE)\n")
		r.write("unity/CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nproject(unity C)\n"+
			"add_library(unity STATIC a.c b.c)\nset_target_properties(unity PROPERTIES UNITY_BUILD ON)\n")
		r.write("unity/a.c", "int a;\n")
		r.write("unity/b.c", "int b;\n")
		r.write("quiet/CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nset(CMAKE_EXPORT_COMPILE_COMMANDS OFF)\nproject(quiet C)\nadd_library(quiet STATIC q.c)\n")
		r.write("quiet/q.c", "int q;\n")
		c := cmaketargets.Config{Variants: []cmaketargets.Variant{
			{BuildType: "Release", Generator: "Unix Makefiles"}, {BuildType: "Debug", Generator: "Ninja"},
		}}
		report, err := r.run(c, cmaketargets.StepConfigure)
		if err != nil {
			t.Fatalf("%v\n%s", err, lines(report))
		}
		for _, res := range report {
			if len(res.Diagnostics) > 0 {
				t.Errorf("%s: %+v", res.Project.Path, res.Diagnostics)
			}
		}
		got := r.commands()
		unity := "/unity/CMakeFiles/unity.dir/Unity/unity_0_c.c"
		for file, flags := range map[string]string{
			"c-only/hello.c": "-O3 -DNDEBUG", "build/Release" + unity: "-O3 -DNDEBUG", "build/Debug" + unity: "-g",
		} {
			if !strings.Contains(got[file], " "+flags+" ") {
				t.Errorf("%s is compiled by %q, want %s", file, got[file], flags)
			}
			delete(got, file)
		}
		if len(got) > 0 {
			t.Errorf("there are more entries: %q", got)
		}

		// A plain cmake with the same command line and variable leaves the same.
		tree := filepath.Join(r.root, "build", "Debug", "c-only")
		ours := r.read("build/Debug/c-only/compile_commands.json")
		if err := os.RemoveAll(tree); err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(report, func(res cmaketargets.Result) bool { return res.BuildDir == tree })
		var args []string
		for _, arg := range report[i].Args {
			if !strings.Contains(arg, "CMAKE_PROJECT_TOP_LEVEL_INCLUDES") { // the store's
				args = append(args, arg)
			}
		}
		plain := exec.Command(args[0], args[1:]...)
		plain.Env = append(os.Environ(), "CMAKE_EXPORT_COMPILE_COMMANDS=ON")
		if out, err := plain.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if plain := r.read("build/Debug/c-only/compile_commands.json"); plain != ours {
			t.Errorf("ours:\n%s\nplain:\n%s", ours, plain)
		}

		// Without a change the file is not written.
		before, err := os.Stat(filepath.Join(r.root, "compile_commands.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, steps := range [][]cmaketargets.Step{
			{cmaketargets.StepConfigure}, {cmaketargets.StepClean, cmaketargets.StepConfigure},
		} {
			if report, err := r.run(c, steps...); err != nil {
				t.Fatalf("%v\n%s", err, lines(report))
			}
			after, err := os.Stat(filepath.Join(r.root, "compile_commands.json"))
			if err != nil || !os.SameFile(before, after) || !after.ModTime().Equal(before.ModTime()) {
				t.Errorf("%v touched the file: %v", steps, err)
			}
		}

		// A build tree that was configured by hand begins to export.
		if err := os.RemoveAll(filepath.Join(r.root, "build")); err != nil {
			t.Fatal(err)
		}
		one := cmaketargets.Config{Include: []string{"c-only"}}
		if out, err := exec.Command(cmake, "-S", filepath.Join(r.root, "c-only"), "-B", filepath.Join(r.root, "build", "c-only"), "-G", "Ninja").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for _, want := range []cmaketargets.Status{cmaketargets.StatusOK, cmaketargets.StatusUpToDate} {
			if report, err := r.run(one, cmaketargets.StepConfigure); err != nil || report[0].Status != want {
				t.Fatalf("%v\n%s", err, lines(report))
			}
			if got := r.commands(); len(got) != 1 || got["c-only/hello.c"] == "" {
				t.Errorf("got %q", got)
			}
		}
		if report, err := r.run(one, cmaketargets.StepClean); err != nil || exists(filepath.Join(r.root, "compile_commands.json")) || exists(filepath.Join(r.root, "build")) {
			t.Errorf("clean left something: %v\n%s", err, lines(report))
		}
	})
}
