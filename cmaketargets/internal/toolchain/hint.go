package toolchain

import (
	"os/exec"
	"runtime"
	"slices"
	"strings"
)

// Manager is a package manager.
type Manager struct {
	Program string
	Root    bool     // whether it has to run as the superuser
	Install []string // arguments before the package names
	// Packages has a word for each tool that is available: its name, and its packages where they are named otherwise,
	// "make cc=gcc,libc6-dev". A map would be nine kilobytes of code in every magefile.
	Packages string

	systems []string // values of GOOS
}

// managers is in order of preference: a system's own before those that are added to it.
var managers = []Manager{
	{
		Program: "apt-get", Root: true, Install: []string{"install"}, systems: []string{"linux"},
		// gcc only recommends libc6-dev, and compiles nothing without it.
		Packages: "cmake ninja=ninja-build make gfortran cc=gcc,libc6-dev c++=g++ ccache sccache distcc icecc",
	},
	{
		Program: "dnf", Root: true, Install: []string{"install"}, systems: []string{"linux"},
		Packages: "cmake ninja=ninja-build make gfortran=gcc-gfortran cc=gcc c++=gcc-c++ ccache sccache distcc icecc=icecream",
	},
	{
		Program: "apk", Root: true, Install: []string{"add"}, systems: []string{"linux"},
		Packages: "cmake ninja=samurai make gfortran cc=gcc,musl-dev c++=g++ ccache sccache distcc icecc=icecream",
	},
	{
		Program: "pacman", Root: true, Install: []string{"-S", "--needed"}, systems: []string{"linux"},
		Packages: "cmake ninja make gfortran=gcc-fortran cc=gcc c++=gcc ccache sccache distcc",
	},
	{
		Program: "zypper", Root: true, Install: []string{"install"}, systems: []string{"linux"},
		Packages: "cmake ninja make gfortran=gcc-fortran cc=gcc c++=gcc-c++ ccache sccache distcc icecc=icecream",
	},
	// On macOS compilers and make come with Xcode's command line tools, which brew itself needs.
	{
		Program: "brew", Install: []string{"install"}, systems: []string{"darwin", "linux"},
		Packages: "cmake ninja ccache sccache distcc icecc=icecream",
	},
	{
		Program: "winget", Install: []string{"install", "--exact"}, systems: []string{"windows"},
		Packages: "cmake=Kitware.CMake ninja=Ninja-build.Ninja make=BrechtSanders.WinLibs.POSIX.UCRT cc=BrechtSanders.WinLibs.POSIX.UCRT c++=BrechtSanders.WinLibs.POSIX.UCRT ccache=Ccache.Ccache sccache=Mozilla.sccache",
	},
	{
		Program: "choco", Install: []string{"install"}, systems: []string{"windows"},
		Packages: "cmake ninja make cc=mingw c++=mingw ccache sccache",
	},
}

// Managers returns the package managers of a system, named as in GOOS, in order of preference.
func Managers(goos string) []Manager {
	return slices.DeleteFunc(slices.Clone(managers), func(m Manager) bool { return !slices.Contains(m.systems, goos) })
}

// FindManager returns the first package manager of a system that look, a function like
// exec.LookPath, finds.
func FindManager(look func(string) (string, error), goos string) (Manager, bool) {
	for _, m := range Managers(goos) {
		if _, err := look(m.Program); err == nil {
			return m, true
		}
	}
	return Manager{}, false
}

// PackagesOf returns the packages of the tools, each once, and the tools without any.
func (m Manager) PackagesOf(tools []string) (packages, unknown []string) {
	for _, tool := range tools {
		names := m.packagesOf(tool)
		if names == "" {
			unknown = append(unknown, tool)
			continue
		}
		for name := range strings.SplitSeq(names, ",") {
			if !slices.Contains(packages, name) {
				packages = append(packages, name)
			}
		}
	}
	return packages, unknown
}

// packagesOf returns the packages of a tool with commas between them, or "".
func (m Manager) packagesOf(tool string) string {
	for word := range strings.FieldsSeq(m.Packages) {
		if name, names, other := strings.Cut(word, "="); name == tool && other {
			return names
		}
		if word == tool {
			return tool
		}
	}
	return ""
}

// Command returns the command that installs packages, to be pasted into a shell, with sudo where
// that is needed and installed.
func (m Manager) Command(look func(string) (string, error), packages []string) string {
	command := strings.Join(slices.Concat([]string{m.Program}, m.Install, packages), " ")
	if _, err := look("sudo"); err == nil && m.Root {
		return "sudo " + command
	}
	return command
}

// InstallHint returns the command that installs tools on this machine, to be pasted into a shell:
// "sudo apt-get install cmake ninja-build". It is empty when no package manager is found that has
// all of them. The tools are cmake, ninja, cc, c++, make, gfortran and the launchers ccache, sccache,
// distcc and icecc. Nothing is run.
func InstallHint(tools ...string) string { return installHint(exec.LookPath, runtime.GOOS, tools) }

func installHint(look func(string) (string, error), goos string, tools []string) string {
	m, ok := FindManager(look, goos)
	if !ok {
		return ""
	}
	packages, unknown := m.PackagesOf(tools)
	if len(packages) == 0 || len(unknown) > 0 {
		return ""
	}
	return m.Command(look, packages)
}
