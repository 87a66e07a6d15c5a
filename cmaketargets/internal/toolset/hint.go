package toolset

import "strings"

// InstallHint returns the command, to be pasted into a shell, that installs the tools on this system:
// "sudo apt-get install cmake ninja-build". The system is named as in GOOS, and look finds programs as exec.LookPath
// does. It is empty where no package manager is known that has all of the tools; sudo is in it where the package
// manager needs the superuser and sudo is installed. Nothing is run.
//
// Tools are named cmake, ninja, cc, c++ and make; those of this repository's tests are known too.
func InstallHint(look func(string) (string, error), goos string, tools ...string) string {
	m, ok := choose(look, goos)
	if !ok {
		return ""
	}
	packages, unknown := m.packagesOf(tools)
	if len(packages) == 0 || len(unknown) > 0 {
		return ""
	}
	return m.command(look, packages)
}

// command is what a person pastes to install packages.
func (m manager) command(look lookPath, packages []string) string {
	command := m.program + " " + strings.Join(append(append([]string{}, m.install...), packages...), " ")
	if _, err := look("sudo"); err == nil && m.root {
		return "sudo " + command
	}
	return command
}
