//go:build mage

// This repository's own targets. The CMake targets come from the package as they come to any team: imported, and
// pointed at the small projects in testdata.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	//mage:import
	"github.com/magecmake/magecmake/cmaketargets"
)

func init() {
	cmaketargets.Use(cmaketargets.Config{
		Root:    filepath.Join("testdata", "projects"),
		Exclude: []string{"broken/**"}, // They fail on purpose, for the tests.
	})
}

// The tests run a current CMake beside the system's, with a Ninja that joins the jobserver.
const (
	secondCMake = "4.3.1"
	secondNinja = "1.13.2"
)

var buildTools = []string{"cmake", "ninja", "cc", "c++", "make"}

// Setup installs CMake, Ninja, make and a C and C++ compiler, those that are missing.
func Setup(ctx context.Context) error {
	return install(ctx, buildTools...)
}

// Check runs lint, short tests with -race, and the whole test suite against two CMakes; installs their tools first.
func Check(ctx context.Context) error {
	bin, err := installGoTools(ctx)
	if err != nil {
		return err
	}
	// It needs Go only, and runs while the other tools are downloaded.
	linting := make(chan error, 1)
	go func() { linting <- lint(ctx, bin) }()
	cmakes, err := testCMakes(ctx)
	linted := <-linting
	if err != nil {
		return errors.Join(linted, err)
	}
	fmt.Println("check: tests with", strings.Join(cmakes, " and "))
	others := testOthers(ctx)
	// With -race scripts take half as long again: they start hundreds of processes.
	test := func(cmakes string, args ...string) error {
		args = slices.Concat([]string{"--format=standard-quiet"}, args)
		return run(ctx, []string{"CMAKETARGETS_TEST_CMAKES=" + cmakes}, filepath.Join(bin, "gotestsum"), args...)
	}
	raced := test(cmakes[0], slices.Concat([]string{"--hide-summary=skipped", "--", "-race", "-short", "-skip=^TestScripts$"}, concurrent)...)
	// Its summary, with the counts, is the last that is printed when all is well.
	tested := test(strings.Join(cmakes, string(os.PathListSeparator)), "--", "-timeout=25m", "./...")
	return errors.Join(linted, others, raced, tested)
}

// concurrent are the packages that start goroutines, and those that test them together; clean is among those of
// testOthers.
var concurrent = []string{
	"./cmaketargets", "./cmaketargets/internal/detect", "./cmaketargets/internal/discover", "./cmaketargets/internal/engine",
	"./cmaketargets/internal/interrupt", "./cmaketargets/internal/jobserver", "./cmaketargets/internal/memory",
	"./cmaketargets/internal/proc", "./cmaketargets/internal/schedule", "./cmaketargets/internal/ui",
	"./cmaketargets/internal/testing/chaos", "./cmaketargets/internal/testing/differential",
}

// testOthers runs, on Linux, the code that macOS and the BSDs have in place of that for Linux.
func testOthers(ctx context.Context) error {
	if runtime.GOOS != "linux" {
		return nil
	}
	const proc, clean = "./cmaketargets/internal/proc", "./cmaketargets/internal/clean"
	return run(ctx, nil, "go", "test", "-race", "-tags=portable", proc, clean)
}

// Bench compares configuring with plain cmake, scripts and colcon, and measures the scheduler; takes a quarter of an hour.
func Bench(ctx context.Context) error {
	if err := install(ctx, buildTools...); err != nil {
		return err
	}
	return run(ctx, nil, "go", "test", "-run=^$", "-bench=.", "-benchtime=5x", "-timeout=0", "./cmaketargets/internal/testing/bench")
}

// testTools lists the tools that only tests need: other languages, compilers and wrappers to distinguish, a terminal
// and a browser.
func testTools() []string {
	if runtime.GOOS != "linux" {
		return nil
	}
	return []string{"gfortran", "clang", "ccache", "sccache", "distcc", "icecc", "redis-server", "arm-none-eabi-gcc", "tmux", "chromium", "mkfs.btrfs", "busybox", "srun", "munge"}
}

// install runs the installer, which is a program because a magefile may not import the package it is made of.
func install(ctx context.Context, tools ...string) error {
	return run(ctx, nil, "go", append([]string{"run", "./cmaketargets/internal/testing/setup/install"}, tools...)...)
}

// installGoTools installs the linters and the test runner, at the versions in .ci/tools.mod, and returns their directory.
// They have a modfile of their own so that their dependencies never raise the versions that the package requires of its
// importers.
func installGoTools(ctx context.Context) (bin string, err error) {
	cache, err := toolCache()
	if err != nil {
		return "", err
	}
	bin = filepath.Join(cache, "bin")
	return bin, run(ctx, []string{"GOBIN=" + bin}, "go", "install", "-modfile=.ci/tools.mod", "tool")
}

// toolCache returns the directory of the tools for tests and lint, outside the repository.
func toolCache() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache directory: %w", err)
	}
	return filepath.Join(cache, "cmaketargets-tools"), nil
}

// lint runs go vet for each system, and the linters for this one. They run one by one: together, as golangci-lint, they
// take ten times as long to compile.
func lint(ctx context.Context, bin string) error {
	systems := []string{"linux", "darwin", "windows"}
	for _, goos := range systems {
		if err := run(ctx, []string{"GOOS=" + goos}, "go", "vet", "-tags=mage", "./..."); err != nil {
			return err
		}
	}
	var found []error // All that can be found in one run is found in one run.
	for _, linter := range [][]string{
		{"staticcheck", "-tags=mage", "./..."},
		{"gofumpt", "-d", "."},
		{"godot", "."},
		{"misspell", "-error", "."},
		{"errcheck", "-ignoretests", "-exclude=.ci/errcheck.txt", "./..."},
		{"go-errorlint", "./..."},
		{"unparam", "./..."},
		{"revive", "-config=.ci/revive.toml", "-set_exit_status", "./..."},
	} {
		found = append(found, lintWith(ctx, bin, linter[0], linter[1:]...))
	}
	return errors.Join(found...)
}

// lintWith runs one linter, silent unless it finds something.
func lintWith(ctx context.Context, bin, linter string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(bin, linter), args...)
	findings, err := cmd.CombinedOutput()
	if err == nil && len(findings) == 0 {
		return nil
	}
	fmt.Println(">", linter, strings.Join(args, " "))
	_, _ = os.Stdout.Write(findings)
	return fmt.Errorf("lint with %s: its findings are above", linter)
}

// testCMakes installs the tools of the tests and returns the CMakes that these run against, as absolute paths. The Ninja of
// each is in the same directory. CMAKETARGETS_TEST_CMAKES, a list like PATH, overrides them.
//
// A second CMake that cannot be installed is a failure in CI, and a message anywhere else.
func testCMakes(ctx context.Context) ([]string, error) {
	if err := install(ctx, slices.Concat(buildTools, testTools())...); err != nil {
		return nil, err
	}
	if list := os.Getenv("CMAKETARGETS_TEST_CMAKES"); list != "" {
		return filepath.SplitList(list), nil
	}
	first, err := exec.LookPath("cmake")
	if err != nil {
		return nil, fmt.Errorf("find cmake: %w", err)
	}
	second, err := fetchCMake(ctx)
	switch {
	case err == nil:
		return []string{first, second}, nil
	case os.Getenv("CI") != "" || ctx.Err() != nil:
		return nil, err
	}
	fmt.Printf("check: only %s is tested, without CMake %s: %v\n", first, secondCMake, err)
	return []string{first}, nil
}

// fetchCMake returns the second CMake, which it fetches once with npm, and npm where that is missing.
func fetchCMake(ctx context.Context) (string, error) {
	cache, err := toolCache()
	if err != nil {
		return "", err
	}
	if err := install(ctx, "npm"); err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "run", "./cmaketargets/internal/testing/setup/fetchcmake", cache, secondCMake, secondNinja)
	cmd.Stderr = os.Stderr
	cmake, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("fetch CMake %s: %w", secondCMake, err)
	}
	return strings.TrimSpace(string(cmake)), nil
}

// run runs a command with its output shown, in this process's environment and env on top.
func run(ctx context.Context, env []string, name string, args ...string) error {
	fmt.Println(strings.Join(slices.Concat([]string{">"}, env, []string{name}, args), " "))
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w", filepath.Base(name), args[0], err)
	}
	return nil
}
