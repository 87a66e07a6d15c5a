// Package suite runs the tests of a package that starts its own binary under
// other names, as commands.
package suite

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"
)

// Main is for TestMain. The process exits in it: as one of the commands where
// it was started under that name, else with the status of run, which is the
// Run of a testing.M. Before run, dir is set to a directory that has all the
// commands; it is not in PATH, so that tests meet the machine's own tools
// unless they ask for these. Goroutines that are left behind are a failure.
func Main(dir *string, commands map[string]func(), run func() int) {
	// A race-enabled command sleeps for a second before it exits, unless it is
	// configured otherwise; tests start hundreds.
	// https://go.dev/doc/articles/race_detector#Options
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0")
	testscript.Main(runner(func() int {
		bin, rest, _ := strings.Cut(os.Getenv("PATH"), string(filepath.ListSeparator))
		for _, name := range slices.Sorted(maps.Keys(commands)) {
			if _, err := exec.LookPath(filepath.Join(bin, name)); err != nil {
				fmt.Fprintln(os.Stderr, "find the commands of the tests:", err)
				return 1
			}
		}
		if signal.Ignored(syscall.SIGHUP) {
			// As under nohup. Signals that we handle are not ignored by the children of the tests,
			// which have to end by them.
			signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
		}
		*dir = bin
		_ = os.Setenv("PATH", rest)
		code := run()
		if err := goleak.Find(); code == 0 && err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return code
	}), commands)
}

// FakeCMake is the program that plays cmake and ctest, for Build.
const FakeCMake = "fakecmake/cmd/fakecmake"

// Report is the command of the module that merges reports, for Build.
const Report = "../../cmd/report"

// Build builds a program, with its path from internal/testing, our own with the race detector where the test has it, and puts
// it into a directory under each of the names. It needs the go command.
func Build(dir, program string, names ...string) error {
	suffix := ""
	if runtime.GOOS == "windows" {
		suffix = ".exe"
	}
	first := filepath.Join(dir, names[0]+suffix)
	build := exec.Command("go", "build", "-o", first)
	if raceEnabled && program != FakeCMake { // which starts slowly, and may write gigabytes
		build.Args = append(build.Args, "-race")
	}
	build.Args = append(build.Args, path.Join("github.com/magecmake/magecmake/cmaketargets/internal/testing", program))
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", program, err, out)
	}
	for _, name := range names[1:] {
		if err := os.Link(first, filepath.Join(dir, name+suffix)); err != nil {
			return fmt.Errorf("build %s: %w", program, err)
		}
	}
	return nil
}

type runner func() int

func (r runner) Run() int { return r() }
