package bench_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"
)

// repository is the directory of this module, relative to this package.
var repository = filepath.Join("..", "..", "..", "..")

// magefile is the one of the README.
const magefile = `//go:build mage

package main

import (
	//mage:import
	_ "github.com/magecmake/magecmake/cmaketargets"
)
`

// importPath is the path of this module.
const importPath = "github.com/magecmake/magecmake"

// compileMagefile returns a program compiled by mage from a magefile like a team's.
func compileMagefile(tb testing.TB) string {
	tb.Helper()
	dir := writeModule(tb, repository)
	mage := goBuild(tb, dir, "mage", "github.com/magefile/mage")
	program := filepath.Join(dir, executable("targets"))
	compile := exec.Command(mage, "-compile", program)
	compile.Dir = dir
	if out, err := compile.CombinedOutput(); err != nil {
		tb.Fatalf("compile the magefile: %v\n%s", err, out)
	}
	return program
}

// writeModule returns the directory of a module like a team's: it requires the module at root, which replaces the
// released one, and the requirements of that one.
func writeModule(tb testing.TB, root string) string {
	tb.Helper()
	root, err := filepath.Abs(root)
	must(tb, err)
	dir := tb.TempDir()
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	must(tb, err)
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	must(tb, err)
	mod = regexp.MustCompile(`(?m)^module .*$`).ReplaceAll(mod, []byte("module example.com/team"))
	mod = append(mod, "\nrequire "+importPath+" v0.0.0\nreplace "+importPath+" => "+filepath.ToSlash(root)+"\n"...)
	for name, data := range map[string][]byte{"go.mod": mod, "go.sum": sum, "magefile.go": []byte(magefile)} {
		must(tb, os.WriteFile(filepath.Join(dir, name), data, 0o666))
	}
	return dir
}

// goBuild builds a package of this module or of one that it requires, and returns the program.
func goBuild(tb testing.TB, dir, name, pkg string) string {
	tb.Helper()
	program := filepath.Join(dir, executable(name))
	build := exec.Command("go", "build", "-o", program, pkg)
	build.Dir = repository
	if out, err := build.CombinedOutput(); err != nil {
		tb.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
	return program
}

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}
