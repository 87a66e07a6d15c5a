package bench_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/testing/suite"
)

// commandDir is a directory of commands that are this very binary: cmake, which counts how often it is called, and
// schedule, the process that BenchmarkScheduler measures, and hold, which uses memory. It is not in PATH unless a test puts it there.
var commandDir string

// scratch holds all that contenders read and write. It is removed at the very end, because removing slows down the next
// rounds: before ext4 gives a new file a number it looks at every number that was freed in the last minutes
// (recently_deleted in the kernel's fs/ext4/ialloc.c), which was seen to double the CPU time of a round.
var scratch string

func TestMain(m *testing.M) {
	commands := map[string]func(){"cmake": countedMain, "schedule": scheduleMain, "hold": holdMain}
	suite.Main(&commandDir, commands, func() int {
		var err error
		if scratch, err = os.MkdirTemp("", "cmaketargets-bench-"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(scratch)
		return m.Run()
	})
}

// The variables with which a test counts the starts of cmake: the real one, and a file with a line for each start.
const (
	countedCMake = "BENCH_CMAKE"
	countedLog   = "BENCH_LOG"
)

// countedMain is cmake as it is, after a line about it in a log.
func countedMain() {
	log, err := os.OpenFile(os.Getenv(countedLog), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err == nil {
		_, err = fmt.Fprintln(log, strings.Join(os.Args[1:], " "))
		_ = log.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "count cmake:", err)
		os.Exit(125)
	}
	cmd := exec.Command(os.Getenv(countedCMake), os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "counted cmake:", err)
		os.Exit(1)
	}
}
