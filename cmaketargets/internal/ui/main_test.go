package ui_test

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain is also the program that tests run in a terminal; see play.
func TestMain(m *testing.M) {
	if fifo := os.Getenv("UI_TEST_PLAY"); fifo != "" {
		if err := play(fifo); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}
