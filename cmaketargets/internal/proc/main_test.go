package proc_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// roles are programs that the test binary is instead of the tests when a variable of the environment is
// set.
var roles = map[string]func(args []string){childVar: child}

func TestMain(m *testing.M) {
	// A race-enabled program sleeps for a second before it exits unless this is set.
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
