package cmaketargets_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// Two runs learn that they need the same project, and the one that does its steps is cancelled. The other one
// does them, and lists each once, with those that it has learned and done itself.
func TestLearnedNeedOfCancelledRun(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		for _, path := range []string{"a", "b"} {
			r.write(path+"/CMakeLists.txt", `cmake_minimum_required(VERSION 3.16)
project(`+path+` NONE)
file(WRITE ${CMAKE_SOURCE_DIR}/../.`+path+` "")
find_package($ENV{PART} REQUIRED)
`)
		}
		r.write("x/CMakeLists.txt", `cmake_minimum_required(VERSION 3.16)
project(x NONE)
file(WRITE ${CMAKE_SOURCE_DIR}/../.x "")
while(NOT EXISTS ${CMAKE_SOURCE_DIR}/../.go)
  execute_process(COMMAND ${CMAKE_COMMAND} -E sleep 0.01)
endwhile()
install(FILES xConfig.cmake DESTINATION lib/cmake/x)
`)
		r.write("x/xConfig.cmake", "")
		r.write("c/CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nproject(c NONE)\nfind_package($ENV{OTHER} REQUIRED)\n")
		r.write("y/CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nproject(y NONE)\ninstall(FILES yConfig.cmake DESTINATION lib/cmake/y)\n")
		r.write("y/yConfig.cmake", "")
		w := r.workspace(cmaketargets.Config{Jobs: 4, Variants: []cmaketargets.Variant{{Env: map[string]string{"PART": "x", "OTHER": "y"}}}})
		await := func(name string) {
			for {
				if _, err := os.Stat(filepath.Join(r.root, name)); err == nil || t.Context().Err() != nil {
					return
				}
				time.Sleep(time.Millisecond)
			}
		}
		run := func(ctx context.Context, filter string, report *cmaketargets.Report, err *error) chan struct{} {
			done := make(chan struct{})
			go func() {
				defer close(done)
				*report, *err = w.Select(cmaketargets.Selection{Projects: []string{filter}}).Run(ctx, cmaketargets.StepConfigure)
			}()
			return done
		}
		ctx, cancel := context.WithCancel(t.Context())
		var one, two cmaketargets.Report
		var errOne, errTwo error
		first := run(ctx, "a", &one, &errOne)
		await(".x")
		second := run(t.Context(), "{b,c}", &two, &errTwo)
		await(".b")
		time.Sleep(200 * time.Millisecond) // long enough to miss the package, and to wait for x
		cancel()
		<-first
		r.write(".go", "")
		<-second
		if errOne == nil || errTwo != nil {
			t.Errorf("got %v and %v", errOne, errTwo)
		}
		for step, want := range map[cmaketargets.Step]string{
			cmaketargets.StepConfigure: "b ok, c ok, x ok, y ok", cmaketargets.StepBuild: "x ok, y ok", cmaketargets.StepInstall: "x ok, y ok",
		} {
			if got := statuses(two, step); got != want {
				t.Errorf("%s: got %s, want %s", step, got, want)
			}
		}
	})
}
