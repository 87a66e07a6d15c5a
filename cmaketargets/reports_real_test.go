package cmaketargets_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/magecmake/magecmake/cmaketargets"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// failing are projects that fail in every way that a real tool has, beside those in testdata/projects.
func failing(r *repository) {
	r.write("broken/link-error/CMakeLists.txt", `cmake_minimum_required(VERSION 3.16...3.31)
project(link-error C)
add_executable(loose loose.c)
`)
	r.write("broken/link-error/loose.c", "int missing(void);\nint main(void) { return missing(); }\n")
	r.write("broken/package/CMakeLists.txt", `cmake_minimum_required(VERSION 3.16...3.31)
project(package C)
find_package(NoSuchPackage REQUIRED)
`)
	r.write("broken/ends/CMakeLists.txt", `cmake_minimum_required(VERSION 3.16...3.31)
project(ends C)
enable_testing()
add_executable(end end.c)
foreach(way IN ITEMS pass crash hang skip off)
  add_test(NAME end.${way} COMMAND end ${way})
endforeach()
add_test(NAME end.absent COMMAND no-such-program)
set_tests_properties(end.hang PROPERTIES TIMEOUT 1)
set_tests_properties(end.skip PROPERTIES SKIP_RETURN_CODE 77)
set_tests_properties(end.off PROPERTIES DISABLED TRUE)
`)
	r.write("broken/ends/end.c", `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int n, char **arg) {
  if (n < 2) return 2;
  printf("the way is %s\n", arg[1]);
  fflush(stdout);
  if (!strcmp(arg[1], "crash")) abort();
  if (!strcmp(arg[1], "hang")) sleep(20);
  return !strcmp(arg[1], "skip") ? 77 : 0;
}
`)
}

// Every report of a real run has every kind of failure in it.
func TestReportsOfRealRun(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake, "c-only", "warning", "codegen", "broken/configure-error", "broken/compile-error", "broken/failing-test")
		failing(r)
		config := cmaketargets.Config{Profile: true}
		for _, ending := range []string{"json", "junit.xml", "trace.json", "html", "codequality.json", "md"} {
			config.Reports = append(config.Reports, "reports/all."+ending)
		}
		if _, err := r.run(config, cmaketargets.StepTest); err == nil {
			t.Fatal("the run did not fail")
		}
		compiled, err := jsonschema.NewCompiler().Compile(schemaFile)
		if err != nil {
			t.Fatal(err)
		}
		data := []byte(r.read("reports/all.json"))
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(value); err != nil {
			t.Errorf("%#v", err)
		}
		var doc report.Document
		if err := json.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		checkTests(t, doc)
		checkSpans(t, doc)
		for name, parts := range map[string][]string{
			"all.junit.xml": {
				`name="broken/ends test" tests="6" failures="2" errors="1"`, `<error message="Unable to find executable"`,
				`<failure message="Timeout"`, `<failure message="undefined reference to `, `the way is crash`,
			},
			"all.trace.json":       {`"name":"build codegen"`, `"cat":"edge"`, `"cat":"profile"`, `"name":"project(`},
			"all.html":             {"undeclared_variable", "Slowest targets of builds", "Slowest commands of configure steps", "end.hang"},
			"all.codequality.json": {`"path": "broken/compile-error/unsound.c"`, `"check_name": "gcc -W`, `"path": "broken/package/CMakeLists.txt"`},
			"all.md":               {"### Failures", "NoSuchPackage", "end.crash"},
		} {
			for _, part := range parts {
				if text := r.read("reports/" + name); !strings.Contains(text, part) {
					t.Errorf("%s lacks %q:\n%s", name, part, text[:min(len(text), 20_000)])
				}
			}
		}

		// A profile is no reason to configure again, nor is its end.
		config.Profile, config.Exclude = false, []string{"broken/**"}
		again, err := r.run(config, cmaketargets.StepConfigure)
		if err != nil || len(again.WithStatus(cmaketargets.StatusUpToDate)) != len(again) {
			t.Errorf("the next run: %v\n%s", err, lines(again))
		}
	})
}

func checkTests(t *testing.T, doc report.Document) {
	t.Helper()
	want := map[string]string{
		"squares.are-squares": "passed ", "answer.right": "passed ", "answer.wrong": "failed Failed",
		"end.pass": "passed ", "end.hang": "failed Timeout", "end.skip": "skipped SKIP_RETURN_CODE=77",
		"end.off": "disabled Disabled", "end.absent": "not-run Unable to find executable",
		"end.crash": "failed Subprocess aborted",
	}
	for _, r := range doc.Results {
		for _, test := range r.Tests {
			if got := test.Status + " " + test.Message; got != want[test.Name] {
				t.Errorf("test %s: %q, want %q", test.Name, got, want[test.Name])
			}
			delete(want, test.Name)
		}
	}
	if len(want) > 0 {
		t.Errorf("these tests are not there: %v", want)
	}
}

// checkSpans looks for the commands of a build and of a configure step, within the step's time.
func checkSpans(t *testing.T, doc report.Document) {
	t.Helper()
	for _, r := range doc.Results {
		for _, s := range r.Spans {
			if s.At < 0 || s.At+s.Duration > r.Duration {
				t.Errorf("%s %s: %s is from %v to %v of %v", r.Step, r.Project.Path, s.Name, s.At, s.At+s.Duration, r.Duration)
			}
		}
		has := func(name string) bool {
			return slices.ContainsFunc(r.Spans, func(s report.Span) bool { return strings.HasPrefix(s.Name, name) })
		}
		if r.Project.Path != "codegen" || r.Step == "test" {
			continue
		}
		if want := map[string]string{"configure": "project(", "build": "CMakeFiles/"}[string(r.Step)]; !has(want) {
			t.Errorf("%s of codegen has no span %q: %+v", r.Step, want, r.Spans)
		}
	}
}

var picture = flag.String("picture", "", "let TestPicture write the picture of a page to this `file`, relative to the repository")

// TestPicture makes the README's picture of the page, of a real run, if -picture names a file:
//
//	go test ./cmaketargets -run TestPicture -picture testdata/pictures/report.png
func TestPicture(t *testing.T) {
	if *picture == "" {
		return
	}
	cmake := realCMakes(t)[0]
	r := newRepository(t, cmake, "c-only", "cxx", "library", "codegen", "mixed", "nested", "broken/compile-error", "broken/failing-test")
	// The paths in the picture are those of an ordinary repository.
	tidy := filepath.Join(os.TempDir(), "repo")
	if err := os.Mkdir(tidy, 0o777); err != nil {
		t.Fatalf("make a place for the picture's repository, which nothing may be at: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(tidy) })
	if err := os.CopyFS(tidy, os.DirFS(r.root)); err != nil {
		t.Fatal(err)
	}
	r.root, r.cmake = tidy, cmake
	config := cmaketargets.Config{Reports: []string{"report.html"}, Jobs: 4}
	if _, err := r.run(config, cmaketargets.StepTest); err == nil {
		t.Fatal("the run did not fail")
	}
	out, err := filepath.Abs(filepath.Join("..", *picture))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o777); err != nil {
		t.Fatal(err)
	}
	shot := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir="+t.TempDir(),
		"--window-size=900,1265", "--screenshot="+out, "file://"+filepath.Join(r.root, "report.html"))
	if text, err := shot.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}
