package cmake

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// FailedTest is a test that failed in the last ctest.
type FailedTest struct{ Number, Name string }

// maxFailedFile bounds the file, in bytes.
const maxFailedFile = 16 << 20

// failedFile is where ctest lists the tests that failed, "3:name" each, and finds those for --rerun-failed. A
// ctest without failures leaves an earlier one as it is.
func failedFile(buildDir string) string {
	return filepath.Join(buildDir, "Testing", "Temporary", "LastTestsFailed.log")
}

// FailedTests returns the tests that failed in the last ctest, since the file was removed by [SetFailedTests].
func FailedTests(buildDir string) (tests []FailedTest) {
	data, _, _ := fsutil.Read(failedFile(buildDir), maxFailedFile)
	for line := range strings.Lines(string(data)) {
		if number, name, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":"); ok {
			tests = append(tests, FailedTest{number, name})
		}
	}
	return tests
}

// SetFailedTests replaces the list of ctest, or removes it if it would be empty.
func SetFailedTests(buildDir string, tests []FailedTest) error {
	if len(tests) == 0 {
		if err := os.Remove(failedFile(buildDir)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	var list strings.Builder
	for _, t := range tests {
		list.WriteString(t.Number + ":" + t.Name + "\n")
	}
	return fsutil.WriteFile(failedFile(buildDir), []byte(list.String()))
}

// KeepTestLog gives ctest's own log of the last run another name, which the next one does not replace.
func KeepTestLog(buildDir string) {
	log := filepath.Join(filepath.Dir(failedFile(buildDir)), "LastTest.log")
	_ = os.Rename(log, strings.TrimSuffix(log, ".log")+".1.log")
}
