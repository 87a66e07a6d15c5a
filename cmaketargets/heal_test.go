package cmaketargets_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// An outdated build tree is noticed, named and repaired, with the build tree that plain CMake would
// have made in a new place.
func TestStaleTreesHeal(t *testing.T) {
	type config = cmaketargets.Config
	variant := func(v cmaketargets.Variant) config { return config{Variants: []cmaketargets.Variant{v}} }
	for _, test := range []struct {
		name    string
		before  config
		first   func(*repository) // before the first configure
		stale   func(*repository)
		after   config
		reason  string // a regular expression
		cache   string // must be in the cache afterwards
		outdone string // must not be in it
	}{
		{
			name: "generator changed", after: variant(cmaketargets.Variant{Generator: "Unix Makefiles"}),
			reason: "^generator changed from Ninja to Unix Makefiles$", cache: "CMAKE_GENERATOR:INTERNAL=Unix Makefiles\n",
		},
		{
			name: "compiler changed", after: variant(cmaketargets.Variant{Env: map[string]string{"CC": "gcc"}}),
			reason: "^CC changed from unset to gcc$", cache: "/gcc\n",
		},
		{
			name: "flags changed", after: variant(cmaketargets.Variant{Env: map[string]string{"CFLAGS": "-O1"}}),
			reason: "^CFLAGS is now set$", cache: "CMAKE_C_FLAGS:STRING=-O1\n",
		},
		{
			name: "toolchain file added", after: variant(cmaketargets.Variant{Toolchain: "tc.cmake"}),
			stale:  func(r *repository) { r.write("tc.cmake", "set(MARK 1 CACHE STRING mark)\n") },
			reason: "^option changed: -DCMAKE_TOOLCHAIN_FILE$", cache: "MARK:STRING=1\n",
		},
		{
			name: "toolchain file changed", before: variant(cmaketargets.Variant{Toolchain: "c-only/tc.cmake"}), after: variant(cmaketargets.Variant{Toolchain: "c-only/tc.cmake"}),
			first:  func(r *repository) { r.write("c-only/tc.cmake", "set(MARK 1 CACHE STRING mark)\n") },
			stale:  func(r *repository) { r.write("c-only/tc.cmake", "set(MARK 2 CACHE STRING mark)\n") },
			reason: "^tc.cmake changed$", cache: "MARK:STRING=2\n",
		},
		{
			name: "option added", after: variant(cmaketargets.Variant{Defines: map[string]string{"FOO:STRING": "1"}}),
			reason: "^option changed: -DFOO$", cache: "FOO:STRING=1\n",
		},
		{
			name: "option taken away", before: variant(cmaketargets.Variant{Defines: map[string]string{"FOO": "1", "BAR": "1"}}),
			reason: "^2 options changed: -DBAR, -DFOO$", outdone: "\nFOO:",
		},
		{
			name: "build type changed", after: variant(cmaketargets.Variant{BuildType: "Release"}),
			reason: "^option changed: -DCMAKE_BUILD_TYPE$", cache: "CMAKE_BUILD_TYPE:STRING=Release\n",
		},
		{
			name: "input changed", stale: func(r *repository) {
				r.write("c-only/CMakeLists.txt", r.read("c-only/CMakeLists.txt")+"set(NEW 1 CACHE STRING new)\n")
			},
			reason: "^CMakeLists.txt changed$", cache: "NEW:STRING=1\n",
		},
		{
			name: "cache edited", stale: func(r *repository) {
				r.write("build/c-only/CMakeCache.txt", strings.ReplaceAll(r.read("build/c-only/CMakeCache.txt"), "CMAKE_BUILD_TYPE:STRING=Debug", "CMAKE_BUILD_TYPE:STRING=Edited"))
			},
			reason: "^CMakeCache.txt was edited$", cache: "CMAKE_BUILD_TYPE:STRING=Debug\n",
		},
		{
			name: "cache damaged", stale: func(r *repository) { r.write("build/c-only/CMakeCache.txt", "This is no cache\n") },
			reason: "^CMakeCache.txt is damaged$", cache: "CMAKE_BUILD_TYPE:STRING=Debug\n",
		},
		{
			name: "cache gone", stale: func(r *repository) { _ = os.Remove(filepath.Join(r.root, "build", "c-only", "CMakeCache.txt")) },
			reason: "^CMakeCache.txt is gone$", cache: "CMAKE_BUILD_TYPE:STRING=Debug\n",
		},
		{name: "repository moved", stale: func(r *repository) {
			if err := os.Rename(r.root, r.root+"2"); err != nil {
				r.t.Fatal(err)
			}
			r.root += "2"
		}, reason: "^source directory changed from .*/repo/c-only to .*/repo2/c-only$", cache: "/repo2/c-only\n"},
		{name: "configured by hand with another generator", stale: func(r *repository) {
			_ = os.RemoveAll(filepath.Join(r.root, "build"))
			if out, err := exec.Command(r.cmake, "-S", filepath.Join(r.root, "c-only"), "-B", filepath.Join(r.root, "build", "c-only"), "-G", "Unix Makefiles").CombinedOutput(); err != nil {
				r.t.Fatalf("%v\n%s", err, out)
			}
		}, reason: "^configured outside cmaketargets$", cache: "CMAKE_GENERATOR:INTERNAL=Unix Makefiles\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			withFirstCMake(t, func(t *testing.T, cmake string) {
				r := newRepository(t, cmake, "c-only")
				if test.first != nil {
					test.first(r)
				}
				if report, err := r.run(test.before, cmaketargets.StepConfigure); err != nil {
					t.Fatalf("%v\n%s", err, lines(report))
				}
				if test.stale != nil {
					test.stale(r)
				}
				report, err := r.run(test.after, cmaketargets.StepBuild)
				if err != nil {
					t.Fatalf("%v\n%s", err, lines(report))
				}
				if got := report[0]; got.Status != cmaketargets.StatusOK || !regexp.MustCompile(test.reason).MatchString(got.Reason) {
					t.Errorf("%s: %q, want %s", got.Status, got.Reason, test.reason)
				}
				cache := r.read("build/c-only/CMakeCache.txt")
				if !strings.Contains(cache, test.cache) || test.outdone != "" && strings.Contains(cache, test.outdone) {
					t.Errorf("the cache lacks %q, or holds %q", test.cache, test.outdone)
				}
				r.started()
				report, err = r.run(test.after, cmaketargets.StepConfigure)
				if calls := r.started(); err != nil || report[0].Status != cmaketargets.StatusUpToDate || len(calls) > 0 {
					t.Errorf("afterwards: %v, %s, started %q", err, lines(report), calls)
				}
			})
		})
	}
}

// Files that CMake reads only while a tree is new are watched however they were
// named.
func TestSettingsFilesHeal(t *testing.T) {
	for _, test := range []struct {
		name    string
		variant func(file string) cmaketargets.Variant
	}{
		{"toolchain file in the environment", func(file string) cmaketargets.Variant {
			return cmaketargets.Variant{Env: map[string]string{"CMAKE_TOOLCHAIN_FILE": file}}
		}},
		{"toolchain file among the arguments", func(file string) cmaketargets.Variant {
			return cmaketargets.Variant{Args: []string{"-DCMAKE_TOOLCHAIN_FILE=" + file}}
		}},
		{"initial cache", func(file string) cmaketargets.Variant { return cmaketargets.Variant{Args: []string{"-C", file}} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			withFirstCMake(t, func(t *testing.T, cmake string) {
				r := newRepository(t, cmake, "c-only")
				c := cmaketargets.Config{Variants: []cmaketargets.Variant{test.variant(filepath.Join(r.root, "file.cmake"))}}
				for _, mark := range []string{"one", "two"} {
					r.write("file.cmake", "set(MARK "+mark+" CACHE STRING mark)\n")
					report, err := r.run(c, cmaketargets.StepConfigure)
					if err != nil || report[0].Status != cmaketargets.StatusOK || !strings.Contains(r.read("build/c-only/CMakeCache.txt"), "MARK:STRING="+mark+"\n") {
						t.Errorf("%s: %v\n%s", mark, err, lines(report))
					}
				}
				if report, err := r.run(c, cmaketargets.StepConfigure); err != nil || report[0].Status != cmaketargets.StatusUpToDate {
					t.Errorf("again: %v\n%s", err, lines(report))
				}
			})
		})
	}
}

// A preset in a file that CMakePresets.json includes changes.
func TestIncludedPresetHeals(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake, "c-only")
		r.write("c-only/CMakePresets.json", `{"version": 4, "include": ["more.json"], "configurePresets": [{"name": "it", "inherits": "base"}]}`)
		c := cmaketargets.Config{Variants: []cmaketargets.Variant{{Preset: "it"}}}
		for _, mark := range []string{"one", "two"} {
			r.write("c-only/more.json", `{"version": 4, "configurePresets": [{"name": "base", "hidden": true, "generator": "Ninja", "cacheVariables": {"MARK": "`+mark+`"}}]}`)
			report, err := r.run(c, cmaketargets.StepConfigure)
			if err != nil || report[0].Status != cmaketargets.StatusOK || !strings.Contains(r.read("build/c-only/CMakeCache.txt"), "="+mark+"\n") {
				t.Errorf("%s: %v\n%s", mark, err, lines(report))
			}
		}
		if report, err := r.run(c, cmaketargets.StepConfigure); err != nil || report[0].Status != cmaketargets.StatusUpToDate {
			t.Errorf("again: %v\n%s", err, lines(report))
		}
	})
}

// Files in a directory that was never configured are the user's, and stay.
func TestFirstConfigureRemovesNothing(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake, "c-only")
		r.write("build/c-only/CMakeFiles/mine", "mine")
		report, err := r.run(cmaketargets.Config{}, cmaketargets.StepBuild)
		if err != nil || report[0].Reason != "never configured" || r.read("build/c-only/CMakeFiles/mine") != "mine" {
			t.Errorf("%v\n%s", err, lines(report))
		}
	})
}

// Where another program ran CMake, it is unknown which changes that run has read: here a file that
// only its file(GLOB) would find.
func TestAfterCMakeRanElsewhere(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		r.write("p/CMakeLists.txt", globbing)
		r.write("p/src/main.c", "int main(void) { return 0; }\n")
		if report, err := r.run(cmaketargets.Config{}, cmaketargets.StepBuild); err != nil {
			t.Fatalf("%v\n%s", err, lines(report))
		}
		r.write("p/CMakeLists.txt", globbing+"add_custom_target(later)\n")
		if out, err := exec.Command(r.cmake, "--build", filepath.Join(r.root, "build", "p")).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		// Later than the resolution of every clock.
		old := time.Now().Add(-time.Hour)
		for _, name := range []string{"p/CMakeLists.txt", "p/src", "p"} {
			if err := os.Chtimes(filepath.Join(r.root, name), old, old); err != nil {
				t.Fatal(err)
			}
		}
		r.write("p/src/more.c", "int more;\n")
		report, err := r.run(cmaketargets.Config{}, cmaketargets.StepConfigure)
		if err != nil || report[0].Status != cmaketargets.StatusOK || report[0].Reason != "CMake was run outside cmaketargets" {
			t.Errorf("%v\n%s", err, lines(report))
		}
		if !strings.Contains(r.read("build/p/build.ninja"), "more.c") {
			t.Error("more.c is not in the build")
		}
		if !slices.ContainsFunc(report[0].Targets, func(target cmaketargets.Target) bool { return target.Name == "later" }) {
			t.Errorf("the new target is not among %+v", report[0].Targets)
		}
		if report, err = r.run(cmaketargets.Config{}, cmaketargets.StepConfigure); err != nil || report[0].Status != cmaketargets.StatusUpToDate {
			t.Errorf("again: %v\n%s", err, lines(report))
		}
	})
}

const globbing = `cmake_minimum_required(VERSION 3.16)
project(x C)
file(GLOB sources src/*.c)
add_executable(x ${sources})
`

// Files that we write beside the sources of a project at the root are no change.
func TestRootProjectIsUpToDate(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		r.write("CMakeLists.txt", globbing)
		r.write("src/main.c", "int main(void) { return 0; }\n")
		for _, want := range []string{"never configured", "up to date"} {
			report, err := r.run(cmaketargets.Config{}, cmaketargets.StepInstall)
			if err != nil || report[0].Reason != want {
				t.Errorf("want %q: %v\n%s", want, err, lines(report))
			}
		}
		if !exists(filepath.Join(r.root, "compile_commands.json")) {
			t.Error("no compile_commands.json was written beside the sources")
		}
	})
}

// A change while CMake runs leads to a second run, and files that CMake itself writes among the
// sources do not.
func TestChangesWhileCMakeRuns(t *testing.T) {
	const runs = "runs sh (CMakeLists.txt:6)" // which is more than the change
	for _, test := range []struct{ name, does, reason, then string }{
		{"source added after the glob", `execute_process(COMMAND sh -c "[ -e src/more.c ] || echo 'int more;' > src/more.c" WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})`, "files may have been added to or removed from src during the last configure", runs},
		{"source that the step writes", `file(WRITE ${CMAKE_SOURCE_DIR}/src/more.c "int more;")`, "files may have been added to or removed from src during the last configure", "up to date"},
		{"header that the step configures", `configure_file(in.h ${CMAKE_SOURCE_DIR}/src/version.h)`, "files may have been added to or removed from src during the last configure", "up to date"},
		{"input that the step writes", "file(WRITE ${CMAKE_SOURCE_DIR}/src/x.cmake \"\")\ninclude(src/x.cmake)", "src/x.cmake may have changed during the last configure", "up to date"},
		{"input edited after it was read", `execute_process(COMMAND sh -c "grep -q 2 in.cmake || echo 'set(X 2)' > in.cmake" WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})`, "in.cmake may have changed during the last configure", runs},
	} {
		t.Run(test.name, func(t *testing.T) {
			withFirstCMake(t, func(t *testing.T, cmake string) {
				r := newRepository(t, cmake)
				r.write("p/CMakeLists.txt", strings.Replace(globbing, "file(", "include(in.cmake)\nfile(", 1)+test.does+"\n")
				r.write("p/in.cmake", "set(X 1)\n")
				r.write("p/in.h", "")
				r.write("p/src/main.c", "int main(void) { return 0; }\n")
				for i, want := range []string{"never configured", test.reason, test.then, test.then} {
					report, err := r.run(cmaketargets.Config{}, cmaketargets.StepConfigure)
					if err != nil || report[0].Reason != want {
						t.Errorf("run %d, want %q: %v\n%s", i, want, err, lines(report))
					}
				}
				if strings.Contains(test.name, "source") && !strings.Contains(r.read("build/p/build.ninja"), "more.c") {
					t.Error("more.c is not in the build")
				}
			})
		})
	}
}

// A file that a file(GLOB) would find is a change, with CONFIGURE_DEPENDS and
// without, for that is why people run cmake again.
func TestGlobs(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		for _, p := range []string{"plain", "depends"} {
			flag := map[string]string{"plain": "", "depends": "CONFIGURE_DEPENDS"}[p]
			r.write(p+"/CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nproject(x C)\nfile(GLOB sources "+flag+" src/*.c)\nadd_executable(x ${sources})\n")
			r.write(p+"/src/main.c", "int main(void) { return 0; }\n")
		}
		if report, err := r.run(cmaketargets.Config{}, cmaketargets.StepBuild); err != nil {
			t.Fatalf("%v\n%s", err, lines(report))
		}
		for _, p := range []string{"plain", "depends"} {
			r.write(p+"/src/more.c", "int more;\n")
		}
		report, err := r.run(cmaketargets.Config{}, cmaketargets.StepConfigure)
		if err != nil {
			t.Fatal(err)
		}
		for _, res := range report {
			if res.Status != cmaketargets.StatusOK || !strings.Contains(r.read("build/"+res.Project.Path+"/build.ninja"), "more.c") {
				t.Errorf("%s: %s, %s", res.Project.Path, res.Status, res.Reason)
			}
		}
	})
}

// A configure that failed outside cmaketargets is not taken for a successful one.
func TestFailureElsewhereIsSeen(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake, "c-only")
		if _, err := r.run(cmaketargets.Config{}, cmaketargets.StepConfigure); err != nil {
			t.Fatal(err)
		}
		tree := filepath.Join(r.root, "build", "c-only")
		if out, err := exec.Command(r.cmake, tree, "-DCMAKE_PROJECT_INCLUDE=/nowhere.cmake").CombinedOutput(); err == nil {
			t.Fatalf("a missing include is no failure:\n%s", out)
		}
		report, err := r.run(cmaketargets.Config{}, cmaketargets.StepConfigure)
		if err == nil || report[0].Status != cmaketargets.StatusFailed {
			t.Errorf("%v\n%s", err, lines(report))
		}
	})
}

// A configure step that was stopped half-way is repaired by the next one.
func TestInterruptedConfigureHeals(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake, "c-only")
		text := r.read("c-only/CMakeLists.txt")
		r.write("c-only/CMakeLists.txt", text+`execute_process(COMMAND sh -c "touch '${CMAKE_BINARY_DIR}/started'; sleep 60")`)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go func() {
			for !exists(filepath.Join(r.root, "build", "c-only", "started")) {
				time.Sleep(10 * time.Millisecond)
			}
			cancel()
		}()
		report, err := cmaketargets.New(cmaketargets.Config{Root: r.root, CMake: r.cmake, Store: r.cache, Output: io.Discard}).Run(ctx, cmaketargets.StepBuild)
		var failed *cmaketargets.Error
		if !errors.As(err, &failed) || failed.ExitStatus() != 130 || !errors.Is(err, context.Canceled) {
			t.Errorf("Run = %v, want status 130", err)
		}
		if got, want := lines(report), "configure c-only cancelled: context canceled\nbuild c-only cancelled: context canceled\n"; got != want {
			t.Errorf("report\n%swant\n%s", got, want)
		}
		r.write("c-only/CMakeLists.txt", text)
		report, err = r.run(cmaketargets.Config{}, cmaketargets.StepBuild)
		if err != nil || report[0].Reason != "the last configure did not finish" {
			t.Errorf("afterwards: %v\n%s", err, lines(report))
		}
	})
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Another CMake brings the trees of the first up to date.
func TestCMakeUpgraded(t *testing.T) {
	cmakes := realCMakes(t)
	for i, from := range cmakes {
		to := cmakes[(i+1)%len(cmakes)]
		if from == to {
			continue // there is only one on this machine
		}
		r := newRepository(t, from, "mixed")
		if report, err := r.run(cmaketargets.Config{}, cmaketargets.StepBuild); err != nil {
			t.Fatalf("%v\n%s", err, lines(report))
		}
		r.install(to)
		report, err := r.run(cmaketargets.Config{}, cmaketargets.StepTest)
		if err != nil || !regexp.MustCompile(`^CMake changed from [0-9.]+ to [0-9.]+$`).MatchString(report[0].Reason) {
			t.Errorf("%v\n%s", err, lines(report))
		}
	}
}
