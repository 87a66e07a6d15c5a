package cmaketargets_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A project that writes 2 GiB, in lines without end, costs us as much memory as
// one that writes nothing, and a bounded log in which both ends can be read.
// The race detector looks at each byte, for minutes, so it gets less.
func TestLoudProject(t *testing.T) {
	bytesOut, missing := "2147483648", "2.1 GB"
	if raceEnabled() {
		bytesOut, missing = "83886080", "16.8 MB"
	}
	quiet, _, _ := configureOne(t, "")
	loud, out, dir := configureOne(t, `print="-- the first line" bytes=`+bytesOut+` warn="CMake Error at CMakeLists.txt:1 (project):\n  the last word\n" exit=1`)
	t.Logf("peak of a silent project %d KiB, of a loud one %d KiB", quiet, loud)
	if loud > quiet+32<<10 {
		t.Error("the loud one costs more than 32 MiB")
	}
	if !strings.Contains(out, "CMakeLists.txt:1: the last word") {
		t.Errorf("the error is not shown:\n%.2000s", out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "build", "a", ".cmaketargets", "configure.log"))
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := bytes.Cut(text, []byte("\n... cmaketargets: "+missing+" of output left out here (Config.LogLimit) ...\n"))
	tail, last, _ := bytes.Cut(rest, []byte("\n"))
	if want := 32 << 20; len(head) != want || len(tail) > want || len(tail) < want/2 {
		t.Errorf("%d and %d bytes are kept of the two ends, want %d", len(head), len(tail), want)
	}
	if !bytes.HasPrefix(head, []byte("-- the first line\nx")) || !bytes.HasPrefix(last, []byte("CMake Error at CMakeLists.txt:1")) {
		t.Errorf("the log begins with %.50q and ends with %.100q", head, last)
	}
}

// raceEnabled says whether the race detector is part of this program.
func raceEnabled() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// configureOne configures one project in a process of its own, and returns the
// most memory that it had, in KiB, what it printed, and where.
func configureOne(t *testing.T, directive string) (peak int, out, dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "a"), 0o777); err != nil {
		t.Fatal(err)
	}
	text := "project(a C)\n"
	if directive != "" {
		text += "# fake: configure " + directive + "\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "a", "CMakeLists.txt"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(fakeBin, "targets"), "-peak", "configure")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+fakeBin+":"+os.Getenv("PATH"), "CMAKETARGETS_CACHE=off")
	printed, _ := cmd.CombinedOutput() // The loud one fails.
	out = string(printed)
	found := regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`).FindStringSubmatch(out)
	if found == nil {
		t.Fatalf("no peak in %s", out)
	}
	peak, _ = strconv.Atoi(found[1])
	return peak, out, dir
}
