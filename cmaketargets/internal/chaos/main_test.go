//go:build linux

package chaos_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"github.com/magecmake/magecmake/cmaketargets/internal/fakecmake"
)

// commandDir is a directory of commands that are this very binary: cmake, ctest and ninja as internal/fakecmake plays
// them, and driver, a run as a process of its own.
var commandDir string

func TestMain(m *testing.M) {
	// A race-enabled command sleeps for a second before it exits, unless it is told otherwise.
	// https://go.dev/doc/articles/race_detector#Options
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	commands := fakecmake.Commands()
	commands["driver"] = driverMain
	testscript.Main(suite{m}, commands)
}

// suite runs the tests of the package with PATH as it was, and fails if they leave goroutines behind.
type suite struct{ *testing.M }

func (s suite) Run() int {
	dir, rest, _ := strings.Cut(os.Getenv("PATH"), string(filepath.ListSeparator))
	if _, err := exec.LookPath(filepath.Join(dir, "driver")); err != nil {
		fmt.Fprintln(os.Stderr, "find the commands of the tests:", err)
		return 1
	}
	commandDir = dir
	os.Setenv("PATH", rest)
	code := s.M.Run()
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// seeded returns the test's source of chance, and prints its seed if the test fails.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("CHAOS_SEED"); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		must(t, err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("to have the same once more: CHAOS_SEED=%d", seed)
		}
	})
	return rand.New(rand.NewPCG(seed, 0))
}

// count is a number that the environment may replace.
func count(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	must(t, err)
	return n
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
