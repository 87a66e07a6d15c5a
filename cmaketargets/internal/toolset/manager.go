package toolset

import "slices"

// A manager is a package manager: how it is called, and what it calls the tools.
type manager struct {
	program string
	systems []string // Values of GOOS where it is the system's own, or usual.
	root    bool     // Whether installing needs the superuser.

	install []string // Arguments before the package names, for a person.
	unasked []string // Further arguments for a run in which nobody answers.
	refresh []string // Arguments that renew its package lists; none where install does that by itself.

	packages map[string][]string // By tool. A tool without an entry cannot be had from here.
}

// managers is in order of preference: a system's own before those that live beside it.
var managers = []manager{
	{
		program: "apt-get", systems: []string{"linux"}, root: true,
		install: []string{"install"},
		// The lock is waited for: a fresh machine is often still installing its own updates.
		unasked: []string{"-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"},
		refresh: []string{"update"},
		packages: map[string][]string{
			"cmake": {"cmake"}, "ninja": {"ninja-build"}, "make": {"make"},
			// Only a recommendation of gcc, without which it compiles nothing.
			"cc": {"gcc", "libc6-dev"}, "c++": {"g++"},
			"arm-none-eabi-gcc": {"gcc-arm-none-eabi"}, "ccache": {"ccache"}, "clang": {"clang"},
			"gfortran": {"gfortran"}, "npm": {"npm"}, "tmux": {"tmux"}, "chromium": {"chromium"},
			"mkfs.btrfs": {"btrfs-progs"},
		},
	},
	{
		program: "dnf", systems: []string{"linux"}, root: true,
		install: []string{"install"}, unasked: []string{"-y"},
		packages: map[string][]string{
			"cmake": {"cmake"}, "ninja": {"ninja-build"}, "make": {"make"},
			"cc": {"gcc"}, "c++": {"gcc-c++"},
			"arm-none-eabi-gcc": {"arm-none-eabi-gcc-cs"}, "ccache": {"ccache"}, "clang": {"clang"},
			"gfortran": {"gcc-gfortran"}, "npm": {"npm"}, "tmux": {"tmux"}, "chromium": {"chromium"},
			"mkfs.btrfs": {"btrfs-progs"},
		},
	},
	{
		program: "apk", systems: []string{"linux"}, root: true,
		install: []string{"add"}, unasked: []string{"--update-cache", "--no-progress"},
		packages: map[string][]string{
			"cmake": {"cmake"}, "ninja": {"samurai"}, "make": {"make"},
			"cc": {"gcc", "musl-dev"}, "c++": {"g++"},
			"arm-none-eabi-gcc": {"gcc-arm-none-eabi"}, "ccache": {"ccache"}, "clang": {"clang"},
			"gfortran": {"gfortran"}, "npm": {"npm"}, "tmux": {"tmux"}, "chromium": {"chromium"},
			"mkfs.btrfs": {"btrfs-progs"},
		},
	},
	{
		program: "pacman", systems: []string{"linux"}, root: true,
		install: []string{"-S", "--needed"}, unasked: []string{"--noconfirm"},
		refresh: []string{"-Sy", "--noconfirm"},
		packages: map[string][]string{
			"cmake": {"cmake"}, "ninja": {"ninja"}, "make": {"make"},
			"cc": {"gcc"}, "c++": {"gcc"},
			"arm-none-eabi-gcc": {"arm-none-eabi-gcc"}, "ccache": {"ccache"}, "clang": {"clang"},
			"gfortran": {"gcc-fortran"}, "npm": {"npm"}, "tmux": {"tmux"}, "chromium": {"chromium"},
			"mkfs.btrfs": {"btrfs-progs"},
		},
	},
	{
		program: "zypper", systems: []string{"linux"}, root: true,
		install: []string{"install"}, unasked: []string{"--no-confirm"},
		packages: map[string][]string{
			"cmake": {"cmake"}, "ninja": {"ninja"}, "make": {"make"},
			"cc": {"gcc"}, "c++": {"gcc-c++"},
			"ccache": {"ccache"}, "clang": {"clang"}, "gfortran": {"gcc-fortran"},
			"npm": {"npm"}, "tmux": {"tmux"}, "chromium": {"chromium"},
			"mkfs.btrfs": {"btrfs-progs"},
		},
	},
	{
		// On macOS compilers and make come with Xcode's command line tools, which brew itself needs.
		program: "brew", systems: []string{"darwin", "linux"},
		install: []string{"install"},
		packages: map[string][]string{
			"cmake": {"cmake"}, "ninja": {"ninja"},
			"ccache": {"ccache"}, "npm": {"node"}, "tmux": {"tmux"},
		},
	},
	{
		program: "winget", systems: []string{"windows"},
		install: []string{"install", "--exact"},
		unasked: []string{"--silent", "--disable-interactivity", "--accept-package-agreements", "--accept-source-agreements"},
		packages: map[string][]string{
			"cmake": {"Kitware.CMake"}, "ninja": {"Ninja-build.Ninja"},
			"cc": {"BrechtSanders.WinLibs.POSIX.UCRT"}, "c++": {"BrechtSanders.WinLibs.POSIX.UCRT"},
			"make": {"BrechtSanders.WinLibs.POSIX.UCRT"}, "npm": {"OpenJS.NodeJS.LTS"},
		},
	},
	{
		program: "choco", systems: []string{"windows"},
		install: []string{"install"}, unasked: []string{"-y", "--no-progress"},
		packages: map[string][]string{
			"cmake": {"cmake"}, "ninja": {"ninja"},
			"cc": {"mingw"}, "c++": {"mingw"}, "make": {"make"}, "npm": {"nodejs-lts"},
		},
	},
}

// choose returns the first package manager of the system that is installed.
func choose(look lookPath, goos string) (manager, bool) {
	for _, m := range managers {
		if !slices.Contains(m.systems, goos) {
			continue
		}
		if _, err := look(m.program); err == nil {
			return m, true
		}
	}
	return manager{}, false
}

// packagesOf returns the packages that bring the tools, each once, and the tools for which there is none.
func (m manager) packagesOf(tools []string) (packages, unknown []string) {
	for _, tool := range tools {
		names, ok := m.packages[tool]
		if !ok {
			unknown = append(unknown, tool)
		}
		for _, name := range names {
			if !slices.Contains(packages, name) {
				packages = append(packages, name)
			}
		}
	}
	return packages, unknown
}
