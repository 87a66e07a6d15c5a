// Install installs the tools named by its arguments that are missing, with the system's package
// manager.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"

	"github.com/magecmake/magecmake/cmaketargets/internal/testing/setup"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	machine := setup.Machine{
		GOOS:     runtime.GOOS,
		LookPath: exec.LookPath,
		Root:     os.Geteuid() == 0,
		Run:      run,
		Out:      os.Stdout,
	}
	if err := machine.Install(ctx, os.Args[1:]...); err != nil {
		fmt.Fprintln(os.Stderr, "setup:", err)
		os.Exit(1)
	}
}

// run runs a command. It prints the output, thousands of lines, only when the command fails.
func run(ctx context.Context, argv []string) error {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	// Debian's packages would ask on the terminal, where there may be no answer.
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	// It is never killed, which could leave its database half written. Ctrl-C at a terminal reaches it
	// directly.
	cmd.Cancel = func() error { return os.ErrProcessDone }
	output, err := cmd.CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s", output)
	}
	return err
}
