//go:build linux

package chaos_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/testing/fakecmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/suite"
)

// commandDir is a directory of commands that are this very binary: cmake, ctest and ninja as internal/testing/fakecmake plays
// them, and driver, a run as a process of its own.
var commandDir string

func TestMain(m *testing.M) {
	commands := fakecmake.Commands()
	commands["driver"] = driverMain
	suite.Main(&commandDir, commands, m.Run)
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
