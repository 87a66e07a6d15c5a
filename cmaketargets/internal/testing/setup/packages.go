package setup

import "github.com/magecmake/magecmake/cmaketargets/internal/toolchain"

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
	packages         string // as toolchain.Manager.Packages
}{
	"apt-get": {
		// It waits for the lock: a fresh machine is often still installing its own updates.
		unasked:  []string{"-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"},
		refresh:  []string{"update"},
		packages: "arm-none-eabi-gcc=gcc-arm-none-eabi clang redis-server npm tmux chromium mkfs.btrfs=btrfs-progs busybox srun=slurm-wlm munge",
	},
	"dnf": {
		unasked:  []string{"-y"},
		packages: "arm-none-eabi-gcc=arm-none-eabi-gcc-cs clang redis-server=redis npm tmux chromium mkfs.btrfs=btrfs-progs busybox",
	},
	"apk": {
		unasked:  []string{"--update-cache", "--no-progress"},
		packages: "arm-none-eabi-gcc=gcc-arm-none-eabi clang redis-server=redis npm tmux chromium mkfs.btrfs=btrfs-progs busybox",
	},
	"pacman": {
		unasked:  []string{"--noconfirm"},
		refresh:  []string{"-Sy", "--noconfirm"},
		packages: "arm-none-eabi-gcc clang redis-server=redis npm tmux chromium mkfs.btrfs=btrfs-progs busybox",
	},
	"zypper": {
		unasked:  []string{"--no-confirm"},
		packages: "clang redis-server=redis npm tmux chromium mkfs.btrfs=btrfs-progs busybox",
	},
	"brew": {
		packages: "npm=node tmux",
	},
	"winget": {
		unasked:  []string{"--silent", "--disable-interactivity", "--accept-package-agreements", "--accept-source-agreements"},
		packages: "npm=OpenJS.NodeJS.LTS",
	},
	"choco": {
		unasked:  []string{"-y", "--no-progress"},
		packages: "npm=nodejs-lts",
	},
}

// findManager returns the first package manager of the system that is installed.
func findManager(look func(string) (string, error), goos string) (manager, bool) {
	m, ok := toolchain.FindManager(look, goos)
	more := additions[m.Program]
	m.Packages += " " + more.packages
	return manager{m, more.unasked, more.refresh}, ok
}
