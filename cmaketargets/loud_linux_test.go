package cmaketargets_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/testing/suite"
)

// A project whose step writes hundreds of megabytes, in lines without end, costs us as much
// memory as one that writes nothing, and a bounded log in which both ends can
// be read. The programs have no race detector, which would look at each byte,
// for minutes.
func TestLoudProject(t *testing.T) {
	if testing.Short() {
		t.Skip("it writes half a gigabyte")
	}
	size := 256 << 20 // four times as much as the logs keep
	if os.Getenv("CMAKETARGETS_TEST_ALL") != "" {
		size = 2 << 30
	}
	bin := t.TempDir()
	buildPlain(t, filepath.Join(bin, "peak"), "./testdata/peak")
	must(t, suite.Build(bin, suite.FakeCMake, "cmake", "ctest"))
	quiet, _, _ := peakOf(t, bin, "")
	for _, step := range []string{"configure", "build"} {
		t.Run(step, func(t *testing.T) {
			loud, out, dir := peakOf(t, bin, "# fake: "+step+` print="-- the first line" bytes=`+strconv.Itoa(size)+` warn="a.c:1:2: error: the last word" exit=1`)
			t.Logf("peak of a silent project %d KiB, of a loud one %d KiB", quiet, loud)
			if loud > quiet+32<<10 {
				t.Error("the loud one costs more than 32 MiB")
			}
			if !strings.Contains(out, "FAILED      "+step) || !strings.Contains(out, "a.c:1:2: the last word") {
				t.Errorf("the error is not shown:\n%.2000s", out)
			}
			text, err := os.ReadFile(filepath.Join(dir, "build", "a", ".cmaketargets", step+".log"))
			if err != nil {
				t.Fatal(err)
			}
			head, rest, _ := bytes.Cut(text, leftOut.Find(text))
			tail, last, _ := bytes.Cut(rest, []byte("\n"))
			if want := 32 << 20; len(head) != want || len(tail) > want || len(tail) < want/2 {
				t.Errorf("%d and %d bytes are kept of the two ends, want %d", len(head), len(tail), want)
			}
			if !bytes.HasPrefix(head, []byte("-- the first line\nx")) || !bytes.HasPrefix(last, []byte("a.c:1:2: error: the last word")) {
				t.Errorf("the log begins with %.50q and ends with %.100q", head, last)
			}
		})
	}
}

// leftOut is the line between the two ends of a log; hundreds of megabytes are left out here.
var leftOut = regexp.MustCompile(`\n\.\.\. cmaketargets: (20\d\.\d M|2\.1 G)B of output left out here \(Config\.LogLimit\) \.\.\.\n`)

// buildPlain builds a program of this module as its users do, whatever the
// tests were built with.
func buildPlain(t *testing.T, to, dir string) {
	t.Helper()
	if out, err := exec.Command("go", "build", "-o", to, dir).CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", dir, err, out)
	}
}

// peakOf builds one project in a process of its own, and returns its peak of memory, in KiB, its
// output, and its directory.
func peakOf(t *testing.T, bin, directive string) (peak int, out, dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "a"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a", "CMakeLists.txt"), []byte("cmake_minimum_required(VERSION 3.16)\nproject(a NONE)\n"+directive+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(bin, "peak"))
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+bin, "FAKECMAKE_PATH="+os.Getenv("PATH"), "CMAKETARGETS_STORE=off", "CMAKE_GENERATOR=Unix Makefiles")
	printed, err := cmd.CombinedOutput()
	out = string(printed)
	found := regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`).FindStringSubmatch(out)
	if err != nil || found == nil {
		t.Fatalf("%v, no peak in %s", err, out)
	}
	peak, _ = strconv.Atoi(found[1])
	return peak, out, dir
}
