package cmaketargets_test

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// web is a set of projects that need each other. Each project computes a sum of its seed and of the sums
// of those that it needs, which is right only if they were configured and installed before.
type web struct {
	*repository
	needs [][]int  // by project; only projects of higher numbers
	paths []string // of the projects, whose order is another one
	seeds []string
}

// newWeb writes projects. Each way to need one has its turn: a call, a loop over names, a file that is
// included, a package.xml beside names that the code does not show, and the configuration file of another package.
func newWeb(t *testing.T, cmake string, needs [][]int) *web {
	t.Helper()
	w := &web{repository: newRepository(t, cmake), needs: needs}
	order := rand.New(rand.NewPCG(1, uint64(len(needs)))).Perm(len(needs))
	for i, list := range needs {
		w.paths, w.seeds = append(w.paths, fmt.Sprintf("p%03d", order[i])), append(w.seeds, fmt.Sprint(i))
		var code, included, config, manifest, names strings.Builder
		for k, j := range list {
			name := fmt.Sprint("c", j)
			switch (i + k) % 4 {
			case 0:
				fmt.Fprintf(&code, "find_package(%s REQUIRED)\n", name)
			case 1:
				fmt.Fprintf(&code, "set(list %s)\nforeach(one IN LISTS list)\n  find_package(${one} REQUIRED)\nendforeach()\n", name)
			case 2:
				fmt.Fprintf(&included, "find_package(%s REQUIRED)\n", name)
			case 3:
				fmt.Fprintf(&manifest, "<depend>%s</depend>\n", name)
				fmt.Fprintf(&names, "%s\n", name)
			}
			if j%3 == 0 {
				fmt.Fprintf(&config, "find_package(%s REQUIRED)\n", name)
			}
			fmt.Fprintf(&included, "string(APPEND all \"${%s_sum}\")\n", name)
		}
		dir := w.paths[i] + "/"
		w.write(dir+"CMakeLists.txt", fmt.Sprintf(`cmake_minimum_required(VERSION 3.16)
project(c%[1]d NONE)
file(READ seed all)
%[2]sfile(STRINGS names names)
foreach(name IN LISTS names)
  find_package(${name} REQUIRED)
endforeach()
include(more.cmake)
string(MD5 sum "${all}")
configure_file(config.in c%[1]dConfig.cmake @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/c%[1]dConfig.cmake DESTINATION lib/cmake/c%[1]d)
add_custom_target(make ALL COMMAND ${CMAKE_COMMAND} -E touch made)
`, i, code.String()))
		w.write(dir+"more.cmake", included.String())
		w.write(dir+"config.in", fmt.Sprintf("%sset(c%d_sum \"@sum@\")\n", config.String(), i))
		w.write(dir+"names", names.String())
		w.write(dir+"seed", w.seeds[i])
		w.write(dir+"package.xml", fmt.Sprintf("<package>\n<name>c%d</name>\n%s</package>\n", i, manifest.String()))
	}
	return w
}

// sums returns the sum that each project has to have.
func (w *web) sums() []string {
	sums := make([]string, len(w.needs))
	for i := len(sums) - 1; i >= 0; i-- {
		all := w.seeds[i]
		for _, j := range w.needs[i] {
			all += sums[j]
		}
		sum := md5.Sum([]byte(all))
		sums[i] = hex.EncodeToString(sum[:])
	}
	return sums
}

// check compares the sums in the build trees of the variants.
func (w *web) check(what string, variants []cmaketargets.Variant) {
	w.t.Helper()
	for i, sum := range w.sums() {
		for _, v := range variants {
			file := filepath.Join("build", v.Name, w.paths[i], fmt.Sprintf("c%dConfig.cmake", i))
			data, err := os.ReadFile(filepath.Join(w.root, file))
			if err != nil || !strings.Contains(string(data), sum) {
				w.t.Errorf("%s: %s has not the sum %s: %v", what, file, sum, err)
			}
		}
	}
}

// TestWeb configures, in one run from nothing, projects that need each other. With CMAKETARGETS_TEST_GRAPH
// set these are a chain of 30 and a graph of 100.
func TestWeb(t *testing.T) {
	chain, graph := 0, 5
	if os.Getenv("CMAKETARGETS_TEST_GRAPH") != "" {
		chain, graph = 30, 100
	}
	shapes := map[string][][]int{"chain": make([][]int, chain), "graph": make([][]int, graph)}
	for i := range chain - 1 {
		shapes["chain"][i] = []int{i + 1}
	}
	for i := range graph { // diamonds, and edges that go far
		for _, j := range []int{i + 1, i + 2, i + 5, i + graph/3} {
			if j < graph && (j != i+1 || i%3 > 0) && !slices.Contains(shapes["graph"][i], j) {
				shapes["graph"][i] = append(shapes["graph"][i], j)
			}
		}
	}
	variants := []cmaketargets.Variant{{Name: "ninja", Generator: "Ninja"}, {Name: "make", Generator: "Unix Makefiles", BuildType: "Release"}}
	for name, needs := range shapes {
		if len(needs) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			withFirstCMake(t, func(t *testing.T, cmake string) {
				w := newWeb(t, cmake, needs)
				config := cmaketargets.Config{Variants: variants}
				report, err := w.run(config, cmaketargets.StepConfigure)
				if err != nil {
					t.Fatal(err)
				}
				w.check("from nothing", variants)
				configured := 0
				for _, call := range w.started() {
					if strings.Contains(call, " -S ") {
						configured++
					}
				}
				if want := len(needs) * len(variants); configured != want {
					t.Errorf("%d configure steps, want %d:\n%s", configured, want, lines(report))
				}
				if report, err = w.run(config, cmaketargets.StepConfigure); err != nil {
					t.Error(err)
				}
				if calls := w.started(); len(calls) > 0 {
					t.Errorf("with nothing to do these were started:\n%s\n%s", strings.Join(calls, "\n"), lines(report))
				}
				// A change goes through all that need the project.
				time.Sleep(time.Second) // CMake installs a file again when its time differs by that
				last := len(needs) - 1
				w.seeds[last] = "changed"
				w.write(w.paths[last]+"/seed", w.seeds[last])
				if report, err = w.run(config, cmaketargets.StepBuild); err != nil {
					t.Errorf("%v\n%s", err, lines(report))
				}
				w.check("after a change", variants)
			})
		})
	}
}
