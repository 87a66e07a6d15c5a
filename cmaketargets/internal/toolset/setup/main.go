// Setup installs the tools it is given by name, those that are missing, through the system's package manager.
//
// It is a program and not a mage target because a magefile lies outside the tree that may import an internal package.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"

	"github.com/magecmake/magecmake/cmaketargets/internal/toolset"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	machine := toolset.Machine{
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

// run keeps what a package manager prints, thousands of lines, for when it fails.
func run(ctx context.Context, argv []string) error {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	// Debian's packages would ask on the terminal, where nobody may be.
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	// Never killed, which would leave its database half written: Ctrl-C at a terminal reaches it without us.
	cmd.Cancel = func() error { return os.ErrProcessDone }
	output, err := cmd.CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s", output)
	}
	return err
}
