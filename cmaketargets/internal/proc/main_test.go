package proc_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// roles are what the test binary is where a variable of the environment asks
// for it, in place of the tests.
var roles = map[string]func(args []string){childVar: child}

func TestMain(m *testing.M) {
	// A race-enabled program, and so our guard, sleeps for a second before it exits, unless it is told otherwise.
	// https://go.dev/doc/articles/race_detector#Options
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	for variable, role := range roles {
		if os.Getenv(variable) != "" {
			role(os.Args[1:])
			return
		}
	}
	goleak.VerifyTestMain(m)
}
