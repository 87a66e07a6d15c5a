package cmake_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

// The files are by the ctest of CMake 3.25.1 and 4.3.1, for ten tests with one outcome each.
func TestReadTests(t *testing.T) {
	for file, how := range map[string]struct{ failed, segfault, abort, timeout string }{
		"junit-cmake3.xml": {},
		"junit-cmake4.xml": {"Failed", "SEGFAULT", "Subprocess aborted", "Timeout"},
	} {
		got, err := cmake.ReadTests(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			got[i].Duration = got[i].Duration.Round(time.Second) // those of two real runs
		}
		want := []cmake.TestResult{
			{"good", cmake.TestPassed, 0, "", "good\n"},
			{"bad", cmake.TestFailed, 0, how.failed, "bad\n"},
			{"crash", cmake.TestFailed, 0, how.segfault, "crash\n"},
			{"abort", cmake.TestFailed, 0, how.abort, "abort\n"},
			{"slow", cmake.TestFailed, time.Second, how.timeout, "slow\n"},
			{"skip", cmake.TestSkipped, 0, "SKIP_RETURN_CODE=77", "skip\n"},
			{"dis", cmake.TestDisabled, 0, "Disabled", "Disabled"},
			{"esc", cmake.TestFailed, 0, how.failed, "esc\n[NON-XML-CHAR-0x1B][31mred[NON-XML-CHAR-0x1B][0m [NON-XML-CHAR-0x1][NON-UTF-8-BYTE-0xFF] ]]> <b>&\n"},
			{"norun", cmake.TestNotRun, 0, "Unable to find executable", "Unable to find executable: nosuchprogram"},
			{"dep", cmake.TestNotRun, 0, "Fixture dependency failed", "Failed test dependencies: bad"},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}

func TestReadTestsIncomplete(t *testing.T) {
	dir := t.TempDir()
	if tests, err := cmake.ReadTests(filepath.Join(dir, "none.xml")); tests != nil || err != nil {
		t.Errorf("missing file: %v, %v", tests, err)
	}
	file := filepath.Join(dir, "cut.xml")
	write(t, file, `<testsuite><testcase name="a" time="0.25" status="run"></testcase><testcase name="b"`)
	tests, err := cmake.ReadTests(file)
	if err == nil {
		t.Error("no error from a file that ends early")
	}
	if diff := cmp.Diff([]cmake.TestResult{{Name: "a", Outcome: cmake.TestPassed, Duration: 250 * time.Millisecond}}, tests); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzReadTests(f *testing.F) {
	f.Add(`<testsuite><testcase name="a" time="0.25" status="fail"><failure message="m"/></testcase></testsuite>`)
	f.Add(`<testcase time="1e400"><skipped/></testcase>`)
	f.Add(`<testcase time="1e300"></testcase>`)
	f.Fuzz(func(t *testing.T, data string) {
		file := filepath.Join(t.TempDir(), "t.xml")
		write(t, file, data)
		tests, _ := cmake.ReadTests(file)
		for _, test := range tests {
			if test.Outcome == "" || test.Duration < 0 {
				t.Errorf("%+v", test)
			}
		}
	})
}
