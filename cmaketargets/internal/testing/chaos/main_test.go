//go:build linux

package chaos_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/testing/suite"
)

// commandDir is a directory of commands: driver, a run as a process of its own, which is this very binary, and the cmake and
// ctest of internal/testing/fakecmake.
var commandDir string

func TestMain(m *testing.M) {
	suite.Main(&commandDir, map[string]func(){"driver": driverMain}, func() int {
		if err := suite.Build(commandDir, suite.FakeCMake, "cmake", "ctest"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	})
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
