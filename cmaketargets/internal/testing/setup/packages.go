package setup

import (
	"maps"

	"github.com/magecmake/magecmake/cmaketargets/internal/toolchain"
)

// manager is a package manager that runs without a person to answer.
type manager struct {
	toolchain.Manager
	unasked []string // further arguments for Install
	refresh []string // arguments that update its package lists; none where Install does that
}

// additions are, by package manager, missing from toolchain: arguments, and the packages of
// the tests' tools.
var additions = map[string]struct {
	unasked, refresh []string
	packages         map[string][]string
}{
	"apt-get": {
		// It waits for the lock: a fresh machine is often still installing its own updates.
		unasked: []string{"-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"},
		refresh: []string{"update"},
		packages: map[string][]string{
			"arm-none-eabi-gcc": {"gcc-arm-none-eabi"}, "clang": {"clang"}, "redis-server": {"redis-server"},
			"npm": {"npm"}, "tmux": {"tmux"}, "chromium": {"chromium"}, "mkfs.btrfs": {"btrfs-progs"}, "busybox": {"busybox"},
			"srun": {"slurm-wlm"}, "munge": {"munge"},
		},
	},
	"dnf": {
		unasked: []string{"-y"},
		packages: map[string][]string{
			"arm-none-eabi-gcc": {"arm-none-eabi-gcc-cs"}, "clang": {"clang"}, "redis-server": {"redis"},
			"npm": {"npm"}, "tmux": {"tmux"}, "chromium": {"chromium"}, "mkfs.btrfs": {"btrfs-progs"}, "busybox": {"busybox"},
		},
	},
	"apk": {
		unasked: []string{"--update-cache", "--no-progress"},
		packages: map[string][]string{
			"arm-none-eabi-gcc": {"gcc-arm-none-eabi"}, "clang": {"clang"}, "redis-server": {"redis"},
			"npm": {"npm"}, "tmux": {"tmux"}, "chromium": {"chromium"}, "mkfs.btrfs": {"btrfs-progs"}, "busybox": {"busybox"},
		},
	},
	"pacman": {
		unasked: []string{"--noconfirm"},
		refresh: []string{"-Sy", "--noconfirm"},
		packages: map[string][]string{
			"arm-none-eabi-gcc": {"arm-none-eabi-gcc"}, "clang": {"clang"}, "redis-server": {"redis"},
			"npm": {"npm"}, "tmux": {"tmux"}, "chromium": {"chromium"}, "mkfs.btrfs": {"btrfs-progs"}, "busybox": {"busybox"},
		},
	},
	"zypper": {
		unasked: []string{"--no-confirm"},
		packages: map[string][]string{
			"clang": {"clang"}, "redis-server": {"redis"},
			"npm": {"npm"}, "tmux": {"tmux"}, "chromium": {"chromium"}, "mkfs.btrfs": {"btrfs-progs"}, "busybox": {"busybox"},
		},
	},
	"brew": {
		packages: map[string][]string{"npm": {"node"}, "tmux": {"tmux"}},
	},
	"winget": {
		unasked:  []string{"--silent", "--disable-interactivity", "--accept-package-agreements", "--accept-source-agreements"},
		packages: map[string][]string{"npm": {"OpenJS.NodeJS.LTS"}},
	},
	"choco": {
		unasked:  []string{"-y", "--no-progress"},
		packages: map[string][]string{"npm": {"nodejs-lts"}},
	},
}

// findManager returns the first package manager of the system that is installed.
func findManager(look func(string) (string, error), goos string) (manager, bool) {
	m, ok := toolchain.FindManager(look, goos)
	more := additions[m.Program]
	m.Packages = maps.Clone(m.Packages)
	if m.Packages == nil {
		m.Packages = map[string][]string{}
	}
	maps.Copy(m.Packages, more.packages)
	return manager{m, more.unasked, more.refresh}, ok
}
