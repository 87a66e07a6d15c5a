package report_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// start is the start of every run here.
var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// hostile is a name with a meaning in every form: markup, a workflow command, a table cell, an
// escape sequence, bytes that are not text.
const hostile = "</script><img src=x onerror=alert(1)>|::error::x%0A]]>`'\"&amp;\x1b[31m\x00\xff\u202e\u2066\ufffe,title=y"

// every returns a document of a run with every status and every kind of failure.
func every() report.Document {
	ms := func(n int) report.Duration { return report.Duration(time.Duration(n) * time.Millisecond) }
	at := func(n int) time.Time { return start.Add(time.Duration(n) * time.Millisecond) }
	project := func(path string) model.Project {
		return model.Project{Path: path, Dir: "/repo/src/" + path, Name: strings.TrimPrefix(path, "libs/")}
	}
	result := func(path string, step model.Step, status model.Status, from, to, jobs int) report.Result {
		r := report.Result{Result: model.Result{
			Project: project(path), Step: step, Status: status, Reason: "asked for", BuildDir: "/repo/src/build/" + path,
			LogFile: "/repo/src/build/" + path + "/.cmaketargets/" + string(step) + ".log", Args: []string{"cmake", "--build", path},
			Start: at(from), Jobs: jobs,
		}, Command: "cmake --build " + path, Duration: ms(to - from)}
		if status == model.Failed {
			r.Error = string(step) + " " + path + ": cmake exited with status 1"
			r.Output = "first line\n" + string(step) + " went wrong\n"
		}
		return r
	}
	not := func(path string, step model.Step, status model.Status, reason string) report.Result {
		return report.Result{Result: model.Result{
			Project: project(path), Step: step, Status: status, Reason: reason, BuildDir: "/repo/src/build/" + path,
		}}
	}
	diagnostic := func(severity model.Severity, file string, line, column int, message, code, origin string) report.Diagnostic {
		inside := file != "" && file[0] != '/'
		if inside {
			file = "src/" + file // The root is not the top of the repository.
		}
		return report.Diagnostic{Inside: inside, Diagnostic: model.Diagnostic{
			Severity: severity, File: file, Line: line, Column: column, Message: message, Code: code, Origin: origin,
		}}
	}

	build := result("libs/compile", "build", model.Failed, 300, 900, 2)
	build.Errors, build.Warnings, build.NewWarnings = 2, 1, 1
	build.Diagnostics = []report.Diagnostic{
		diagnostic("error", "libs/compile/a.c", 3, 12, "'sum' undeclared (first use in this function)", "", "gcc"),
		diagnostic("warning", "libs/shared.h", 7, 5, "unused variable 'x' [100%, really]", "-Wunused-variable", "gcc"),
		diagnostic("error", "", 0, 0, "subcommand failed", "", "ninja"),
		diagnostic("note", "libs/compile/a.c", 3, 12, "a note of its own", "", "gcc"),
	}
	build.Diagnostics[0].Source = []report.SourceLine{{Number: 2, Text: "{"}, {Number: 3, Text: "\treturn sum;"}, {Number: 4, Text: "}"}}
	build.Diagnostics[0].Notes = []report.Frame{{Inside: true, Frame: model.Frame{File: "src/libs/compile/a.c", Line: 3, Column: 12, Text: "each undeclared identifier is reported only once"}}}
	build.Diagnostics[1].New = true
	build.Diagnostics[2].Summary = true
	build.Spans = []report.Span{
		{Kind: report.SpanEdge, Name: "CMakeFiles/a.dir/a.c.o", At: ms(10), Duration: ms(400)},
		{Kind: report.SpanEdge, Name: "CMakeFiles/a.dir/b.c.o", At: ms(10), Duration: ms(500)},
		{Kind: report.SpanEdge, Name: "CMakeFiles/a.dir/c.c.o", At: ms(20), Duration: ms(50)},
		{Kind: report.SpanEdge, Name: "late", At: ms(700), Duration: ms(50)},
	}

	link := result("libs/link", "build", model.Failed, 300, 500, 1)
	link.Variant = model.Variant{Name: "Release", BuildType: "Release", Defines: map[string]string{"X": "1"}}
	link.Errors = 1
	link.Command = "/opt/tools/bin/cmake --build /repo/src/build/" + strings.Repeat("a-long-name/", 20) + "libs/link --config Release --parallel 4"
	link.Diagnostics = []report.Diagnostic{diagnostic("error", "", 0, 0, "undefined reference to `missing'", "", "ld")}
	linked := result("libs/link", "configure", model.OK, 0, 300, 1)
	linked.Variant, linked.Reason, linked.Detection = link.Variant, "never configured", model.Detection{Reused: []string{"C"}}
	linked.Targets = []model.Target{{Name: "link", Type: "EXECUTABLE", Config: "Release", Artifacts: []string{"/repo/src/build/libs/link/link"}, SourceDir: "/repo/src/libs/link"}}
	linked.Spans = []report.Span{
		{Kind: report.SpanProfile, Name: "project(link C)", Where: "/repo/src/libs/link/CMakeLists.txt:2", At: ms(5), Duration: ms(200)},
		{Kind: report.SpanProfile, Name: "include(CMakeDetermineCCompiler)", At: ms(10), Duration: ms(100)},
	}

	find := result("libs/find", "configure", model.Failed, 0, 250, 1)
	find.Errors, find.Warnings = 1, 1
	find.Diagnostics = []report.Diagnostic{
		diagnostic("error", "libs/find/CMakeLists.txt", 4, 0, "Could NOT find ZLIB (missing:\n  ZLIB_LIBRARY)", "", "cmake"),
		diagnostic("warning", "libs/shared.h", 7, 5, "unused variable 'x' [100%, really]", "-Wunused-variable", "gcc"),
	}
	find.Diagnostics[0].Missing, find.Diagnostics[0].Hint = "ZLIB", "install it: apt-get install zlib1g-dev"
	find.Diagnostics[0].Stack = []report.Frame{{Frame: model.Frame{File: "/usr/share/cmake/FindZLIB.cmake", Line: 9, Text: "find_package"}}}

	tests := result("libs/tests", "test", model.Failed, 900, 2000, 1)
	tests.Tests = []report.Test{
		{Name: "fine", Status: cmake.TestPassed, Duration: ms(12)},
		{Name: "wrong", Status: cmake.TestFailed, Duration: ms(3), Message: "Failed", Output: "expected 1 ]]> got 2\x00\n"},
		{Name: "crash", Status: cmake.TestFailed, Duration: ms(5), Message: "SEGFAULT"},
		{Name: "slow", Status: cmake.TestFailed, Duration: ms(1000), Message: "Timeout"},
		{Name: "absent", Status: cmake.TestNotRun, Message: "Unable to find executable", Output: "Unable to find executable: absent"},
		{Name: "later", Status: cmake.TestSkipped, Message: "SKIP_RETURN_CODE=77"},
		{Name: "off", Status: cmake.TestDisabled},
	}
	tests.Tests[1].Failures = []report.TestFailure{{Message: "Failed", Output: "expected 1, got 3\n"}}
	tests.Errors = 1
	tests.Diagnostics = []report.Diagnostic{diagnostic("error", "", 0, 0, "wrong (Failed)", "Failed", "ctest")}
	tests.Diagnostics[0].Test = "wrong"

	flaky := result("libs/flaky", "test", model.OnRetry, 1000, 1500, 1)
	flaky.TestsOnRetry = []string{"second"}
	flaky.Attempts = []model.Attempt{{Failure: "1 test failed: second", LogFile: flaky.LogFile}, {LogFile: "/repo/src/build/libs/flaky/.cmaketargets/test.2.log"}}
	flaky.Tests = []report.Test{
		{Name: "first", Status: cmake.TestPassed, Duration: ms(1)},
		{Name: "second", Status: report.TestOnRetry, Duration: ms(2), Failures: []report.TestFailure{{Message: "Failed", Output: "no answer <yet>\n"}}},
	}
	flaky.Warnings = 1
	flaky.Diagnostics = []report.Diagnostic{diagnostic("warning", "", 0, 0, "passed on retry: second (Failed)", model.CodeOnRetry, "ctest")}
	flaky.Diagnostics[0].Test = "second"

	known := result("libs/known", "test", model.Quarantined, 1500, 1800, 1)
	known.Quarantine, known.Error, known.Output = "in quarantine until 2026-03-31, issue 7", "test libs/known: ctest exited with status 8", "it failed\n"
	known.QuarantinedTests = map[string]string{"bad": known.Quarantine}
	known.Tests = []report.Test{{Name: "bad", Status: report.TestQuarantined, Duration: ms(1), Message: "Failed", Output: "of old\n", Quarantine: known.Quarantine}}
	known.Warnings = 1
	known.Diagnostics = []report.Diagnostic{diagnostic("warning", "libs/known/a.c", 3, 0, known.Quarantine+": bad (Failed)", model.CodeQuarantined, "ctest")}
	known.Diagnostics[0].Test = "bad"
	knownBuild := result("libs/unbuilt", "build", model.Quarantined, 1500, 1600, 1)
	knownBuild.Quarantine, knownBuild.Error = "in quarantine until 2026-03-31, issue 8", "build libs/unbuilt: cmake exited with status 1"
	fetched := result("libs/fetched", "configure", model.OnRetry, 100, 300, 1)
	fetched.Attempts = []model.Attempt{{Failure: "network: Could not resolve host: x", LogFile: "/repo/src/build/libs/fetched/.cmaketargets/configure.1.log"}, {LogFile: fetched.LogFile}}

	hangs := result("libs/hangs", "test", model.TimedOut, 900, 1900, 1)
	hangs.Reason, hangs.Error, hangs.Output, hangs.OutputCut = "no end after 1s", "test libs/hangs: no end after 1s", "still here\n", true

	strange := result(hostile, "build", model.Failed, 900, 950, 1)
	strange.Errors = 1
	strange.Diagnostics = []report.Diagnostic{diagnostic("error", hostile+".c", 1, 1, hostile+"\n```\n<b>and more", hostile, hostile)}
	strange.Diagnostics[0].Source = []report.SourceLine{{Number: 1, Text: hostile}}
	strange.Output = hostile + "\n```\n" + strings.Repeat("x", 9000) + "\n"
	strange.Tests = []report.Test{{Name: hostile, Status: cmake.TestFailed, Message: hostile, Output: hostile}}
	strange.Command, strange.Error = hostile, hostile

	outside := result("libs/outside", "build", model.OK, 950, 990, 1)
	outside.Warnings, outside.Launched = 1, model.Launched{Name: "ccache", Hits: 3, Misses: 1, Remote: 2, Reasons: map[string]int{"compile failed": 1, "<b>": 2}}
	outside.Diagnostics = []report.Diagnostic{diagnostic("warning", "/usr/include/x.h", 1, 0, "of the system", "-Wsystem", "gcc")}

	cancelled := result("libs/stopped", "build", model.Cancelled, 1900, 2000, 1)
	cancelled.Reason, cancelled.Error = "interrupted", "build libs/stopped: interrupted"

	starved := result("libs/starved", "build", model.Failed, 1900, 2000, 1)
	starved.Errors, starved.OutOfMemory = 1, true
	starved.Diagnostics = []report.Diagnostic{diagnostic("error", "", 0, 0, "killed, probably for lack of memory: big.cpp.o", model.OutOfMemory, "system")}
	starved.Retried = "there was too little memory for all that ran"

	d := report.Document{
		Runs: []report.Run{{
			Root: "/repo/src", Repository: "/repo", Start: start, End: at(2100), Steps: []model.Step{model.Test}, Jobs: 4,
			Host: report.Host{OS: "linux", Arch: "amd64", CPUs: 4}, CMake: report.Tool{Path: "/usr/bin/cmake", Version: "3.25.1"},
			CTest: "/usr/bin/ctest", Ninja: "/usr/bin/ninja", Error: "interrupted",
			Selected: []string{"libs/compile", strange.Project.Path}, Variants: []string{""},
			Split: &model.Split{Version: 1, Shards: []model.Shard{{Name: "1/1", Projects: []string{"libs/compile", strange.Project.Path}, Variants: []string{""}, Expected: 1.5}}},
			Needs: []model.Edge{
				{
					From: "libs/hangs", To: "libs/compile", Packages: []string{"compile"}, Use: model.Used,
					Need:   model.Site{File: "src/libs/hangs/CMakeLists.txt", Line: 3, Text: "find_package(compile)"},
					Answer: model.Site{File: "src/libs/compile/CMakeLists.txt", Line: 9, Text: "install(compileConfig.cmake)"},
				},
				{From: "libs/tests", To: "libs/hangs", Need: model.Site{Text: "Config.Needs"}},
				{From: "libs/tests", To: "libs/compile", Need: model.Site{Text: "find_package(x)"}, Packages: []string{"x"}, Optional: true},
				{From: strange.Project.Path, To: "libs/compile", Need: model.Site{Text: hostile}, Packages: []string{"y"}, Use: model.Unused},
			},
		}},
		Results: []report.Result{
			result("libs/compile", "configure", model.OK, 0, 300, 1), build, not("libs/compile", "test", model.Skipped, "build failed"),
			fetched, flaky, known, knownBuild,
			find, not("libs/find", "build", model.Skipped, "configure failed"),
			result("libs/hangs", "build", model.OK, 300, 900, 1), hangs,
			linked, link, starved,
			strange, outside, cancelled, not("libs/stopped", "test", model.Cancelled, "interrupted"),
			result("libs/tests", "configure", model.UpToDate, 250, 251, 1), tests,
			not("libs/later", "build", model.Planned, "asked for"),
		},
	}
	d.Summarize()
	return d
}

// many returns a document of n projects that were configured and built. A tenth failed, with long
// outputs.
func many(n int) report.Document {
	d := report.Document{Runs: []report.Run{{
		Root: "/repo", Start: start, End: start.Add(time.Hour), Steps: []model.Step{model.Build}, Jobs: 8,
		Host: report.Host{OS: "linux", Arch: "amd64", CPUs: 8}, Selected: []string{"libs/compile"}, Variants: []string{"debug"},
		Split: &model.Split{Version: 1, Shards: []model.Shard{{Name: "1/1", Projects: []string{"libs/compile"}, Variants: []string{"debug"}, Expected: 1.5}}},
	}}}
	for i := range n {
		path := fmt.Sprintf("libs/group%02d/project-%04d", i%20, i)
		for s, step := range []model.Step{model.Configure, model.Build} {
			r := report.Result{Result: model.Result{
				Project: model.Project{Path: path, Dir: "/repo/" + path}, Step: step, Status: model.OK, Reason: "never configured",
				BuildDir: "/repo/build/" + path, Start: start.Add(time.Duration(i*300+s*100) * time.Millisecond), Jobs: 1,
			}, Duration: report.Duration(time.Duration(90+i%7) * time.Millisecond)}
			if step == model.Build {
				for e := range 20 {
					r.Spans = append(r.Spans, report.Span{
						Kind: report.SpanEdge, Name: fmt.Sprintf("CMakeFiles/t.dir/source%d.c.o", e),
						At: report.Duration(time.Duration(e*4) * time.Millisecond), Duration: report.Duration(4 * time.Millisecond),
					})
				}
				for w := range 10 {
					r.Warnings++
					r.Diagnostics = append(r.Diagnostics, report.Diagnostic{Inside: true, Diagnostic: model.Diagnostic{
						Severity: model.Warning, File: fmt.Sprintf("%s/source%d.c", path, w), Line: w + 1, Column: 1,
						Message: "unused variable", Code: "-Wunused-variable", Origin: "gcc",
					}})
				}
			}
			if step == model.Build && i%10 == 0 {
				r.Status, r.Error, r.Errors = model.Failed, "cmake exited with status 1", 1
				r.Output = strings.Repeat("a line of output that goes on for a while\n", 1500)
				r.Diagnostics = append([]report.Diagnostic{{Inside: true, Diagnostic: model.Diagnostic{
					Severity: model.Error, File: path + "/main.c", Line: 3, Message: "no such thing", Origin: "gcc",
				}}}, r.Diagnostics...)
			}
			d.Results = append(d.Results, r)
		}
	}
	d.Summarize()
	return d
}
