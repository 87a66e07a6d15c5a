package setup

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/toolchain"
)

// A Machine is where tools are installed. All fields are required.
type Machine struct {
	GOOS     string
	LookPath func(string) (string, error)
	Root     bool                                           // whether this process is the superuser
	Run      func(ctx context.Context, argv []string) error // runs a command to its end
	Out      io.Writer                                      // for progress
}

// Install installs the tools that are missing, without asking, and prints its actions. It updates
// the package lists only when an installation fails. The error has a command to run by hand where that
// helps.
func (m Machine) Install(ctx context.Context, tools ...string) error {
	wanted := missing(m.LookPath, tools)
	if len(wanted) == 0 {
		fmt.Fprintf(m.Out, "setup: nothing to do, all installed: %s\n", strings.Join(tools, ", "))
		return nil
	}
	names := strings.Join(wanted, ", ")
	mgr, ok := findManager(m.LookPath, m.GOOS)
	if !ok {
		var all []string
		for _, m := range toolchain.Managers(m.GOOS) {
			all = append(all, m.Program)
		}
		return fmt.Errorf("install %s: no package manager found, of %s: install by hand, then try again", names, strings.Join(all, ", "))
	}
	packages, unknown := mgr.PackagesOf(wanted)
	if len(unknown) > 0 {
		byHand := "install it by hand, then try again"
		if m.GOOS == "darwin" {
			byHand = "run xcode-select --install, then try again"
		}
		return fmt.Errorf("install %s: %s has no package for it: %s", strings.Join(unknown, ", "), mgr.Program, byHand)
	}
	if mgr.Manager.Root && !m.Root {
		return fmt.Errorf("install %s: %s needs root: run this, then try again: %s", names, mgr.Program, mgr.Command(m.LookPath, packages))
	}

	install := slices.Concat([]string{mgr.Program}, mgr.Manager.Install, mgr.unasked, packages)
	err := m.run(ctx, install)
	if err != nil && mgr.refresh != nil && ctx.Err() == nil {
		fmt.Fprintf(m.Out, "setup: that failed; once more with new package lists\n")
		if err = m.run(ctx, append([]string{mgr.Program}, mgr.refresh...)); err == nil {
			err = m.run(ctx, install)
		}
	}
	if err != nil {
		return fmt.Errorf("install %s: %w", names, err)
	}
	if still := missing(m.LookPath, wanted); len(still) > 0 {
		return fmt.Errorf("find %s: installed, but not on PATH: open a new terminal, then try again", strings.Join(still, ", "))
	}
	fmt.Fprintf(m.Out, "setup: installed %s\n", names)
	return nil
}

func (m Machine) run(ctx context.Context, argv []string) error {
	fmt.Fprintf(m.Out, "setup: %s\n", strings.Join(argv, " "))
	if err := m.Run(ctx, argv); err != nil {
		return fmt.Errorf("%s: %w", argv[0], err)
	}
	return nil
}
