package toolset

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// A Machine is where tools are installed: its system and what may be done there. All fields are required.
type Machine struct {
	GOOS     string
	LookPath func(string) (string, error)
	Root     bool                                           // Whether we are the superuser.
	Run      func(ctx context.Context, argv []string) error // Runs a command to its end.
	Out      io.Writer                                      // Where to say what is done.
}

// Install installs those of the tools that are missing, without a question, and says what it did. Package lists are
// renewed only when an installation fails without. The error says what to run by hand where there is something.
func (m Machine) Install(ctx context.Context, tools ...string) error {
	missing := Missing(m.LookPath, tools...)
	if len(missing) == 0 {
		fmt.Fprintf(m.Out, "setup: nothing to do, all here: %s\n", strings.Join(tools, ", "))
		return nil
	}
	what := strings.Join(missing, ", ")
	mgr, ok := choose(m.LookPath, m.GOOS)
	if !ok {
		return fmt.Errorf("install %s: no package manager found, of %s: install by hand, then try again", what, names(m.GOOS))
	}
	packages, unknown := mgr.packagesOf(missing)
	if len(unknown) > 0 {
		return fmt.Errorf("install %s: %s has no package for it: %s", strings.Join(unknown, ", "), mgr.program, byHand(m.GOOS))
	}
	if mgr.root && !m.Root {
		return fmt.Errorf("install %s: %s needs root: run this, then try again: %s",
			what, mgr.program, InstallHint(m.LookPath, m.GOOS, missing...))
	}

	install := concat(mgr.program, mgr.install, mgr.unasked, packages)
	err := m.run(ctx, install)
	if err != nil && mgr.refresh != nil && ctx.Err() == nil {
		fmt.Fprintf(m.Out, "setup: that failed; once more with new package lists\n")
		if err = m.run(ctx, concat(mgr.program, mgr.refresh)); err == nil {
			err = m.run(ctx, install)
		}
	}
	if err != nil {
		return fmt.Errorf("install %s: %w", what, err)
	}
	if still := Missing(m.LookPath, missing...); len(still) > 0 {
		return fmt.Errorf("find %s: installed, but not on PATH: open a new terminal, then try again", strings.Join(still, ", "))
	}
	fmt.Fprintf(m.Out, "setup: installed %s\n", what)
	return nil
}

func (m Machine) run(ctx context.Context, argv []string) error {
	fmt.Fprintf(m.Out, "setup: %s\n", strings.Join(argv, " "))
	if err := m.Run(ctx, argv); err != nil {
		return fmt.Errorf("%s: %w", argv[0], err)
	}
	return nil
}

// byHand says what to do about a tool that no package brings.
func byHand(goos string) string {
	if goos == "darwin" {
		return "run xcode-select --install, then try again"
	}
	return "install it by hand, then try again"
}

// names lists the package managers that are looked for on a system.
func names(goos string) string {
	var programs []string
	for _, m := range managers {
		for _, system := range m.systems {
			if system == goos {
				programs = append(programs, m.program)
			}
		}
	}
	return strings.Join(programs, ", ")
}

func concat(program string, parts ...[]string) []string {
	argv := []string{program}
	for _, part := range parts {
		argv = append(argv, part...)
	}
	return argv
}
