package cmaketargets_test

import (
	"testing"

	"github.com/magecmake/magecmake/cmaketargets"
)

// A build compiles only changed files: a warning that it does not print still exists, unless Ninja
// compiled its file again, for every target.
func TestNewWarnings(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		lists := "cmake_minimum_required(VERSION 3.16...3.31)\nproject(p C)\nadd_compile_options(-Wall)\nadd_subdirectory(lib)\n"
		const (
			unused = "static int unused;\n"
			header = "#include \"h.h\"\n"
		)
		r.write("p/CMakeLists.txt", lists)
		r.write("p/lib/CMakeLists.txt", "add_library(one STATIC a.c deep/b.c)\nadd_library(two STATIC a.c)\n")
		r.write("p/lib/h.h", "static int of_header;\n")
		r.write("p/lib/a.c", unused+header+"int a;\n")
		r.write("p/lib/deep/b.c", unused+"int b;\n")
		for _, step := range []struct {
			what, file, text string
			warnings, fresh  int
		}{
			{"the first build", "", "", 3, 3},
			{"b is mended, a is not compiled", "p/lib/deep/b.c", "int b;\n", 0, 0},
			{"b is as it was", "p/lib/deep/b.c", unused + "int b;\n", 1, 1},
			{"b is compiled again", "p/lib/deep/b.c", unused + "int b = 2;\n", 1, 0},
			{"a is compiled again", "p/lib/a.c", unused + header + "int a = 2;\n", 2, 0},
			{"a does not compile", "p/lib/a.c", unused + header + "int a = ;\n", 2, 0},
			{"a compiles, without its warning", "p/lib/a.c", header + "int a;\n", 1, 0},
			{"a has it back; its header's was never gone", "p/lib/a.c", unused + header + "int a;\n", 2, 1},
			{"a is mended for one target", "p/lib/CMakeLists.txt", "add_library(one STATIC a.c deep/b.c)\nadd_library(two STATIC a.c)\ntarget_compile_options(two PRIVATE -w)\n", 0, 0},
			{"the other still warns", "p/lib/a.c", unused + header + "int a = 3;\n", 2, 0},
		} {
			if step.file != "" {
				r.write(step.file, step.text)
			}
			report, err := r.run(cmaketargets.Config{}, cmaketargets.StepBuild)
			built := report.ForStep(cmaketargets.StepBuild)
			if len(built) != 1 {
				t.Fatalf("%s: %v", step.what, err)
			}
			fresh := 0
			for _, d := range built[0].Diagnostics {
				if d.New {
					fresh++
				}
			}
			if got := built[0]; got.Warnings != step.warnings || got.NewWarnings != step.fresh || fresh != step.fresh {
				t.Errorf("%s: %d warnings, %d new (%d marked), want %d, %d: %+v", step.what, got.Warnings, got.NewWarnings, fresh, step.warnings, step.fresh, got.Diagnostics)
			}
		}
	})
}
