// Picture draws the README's picture of the live screen from a real run:
//
//	go run ./cmaketargets/internal/testing/picture testdata/pictures/screen.svg
//
// It writes a repository of a few C++ projects, one of them with an error, to a temporary directory
// and builds it, so that the durations of the steps are recorded. Then it touches all sources and
// runs mage build in tmux. When some projects are finished and three compile, it captures the
// terminal and writes it as SVG. It needs tmux, cmake, ninja and a C++ compiler, and has to be run
// at the root of this repository.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The size of the terminal in the picture.
const (
	columns = 100
	lines   = 24
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: picture FILE.svg")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "draw picture:", err)
		os.Exit(1)
	}
}

func run(file string) error {
	module, err := os.Getwd()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "picture")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	repo := filepath.Join(dir, "repo")
	if err := write(repo, module); err != nil {
		return err
	}
	if err := command(module, "go", "build", "-o", filepath.Join(dir, "bin", "mage"), "github.com/magefile/mage").Run(); err != nil {
		return fmt.Errorf("build mage: %w", err)
	}
	if err := os.Setenv("PATH", filepath.Join(dir, "bin")+string(os.PathListSeparator)+os.Getenv("PATH")); err != nil {
		return err
	}
	_ = command(repo, "mage", "build").Run() // one project fails
	if err := touch(repo); err != nil {
		return err
	}
	text, err := capture(repo, filepath.Join(dir, "tmux"))
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(svg(text, columns)), 0o666)
}

func command(dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	return cmd
}

// compiling matches the line of a project that compiles.
var compiling = regexp.MustCompile(`(?m)^\S*build.*\[[1-9]\d*/\d+\]`)

// capture runs mage in a terminal until the moment of the picture, and returns the text on the
// terminal with its colours.
func capture(repo, socket string) (string, error) {
	tmux := func(args ...string) (string, error) {
		out, err := command(repo, "tmux", append([]string{"-S", socket, "-f", "/dev/null"}, args...)...).Output()
		if err != nil {
			return "", fmt.Errorf("tmux %s: %w", args[0], err)
		}
		return string(out), nil
	}
	_, err := tmux("new-session", "-d", "-x", strconv.Itoa(columns), "-y", strconv.Itoa(lines),
		"echo '$ mage build'; env CI= NO_COLOR= CMAKETARGETS_JOBS=4 mage build; sleep 60")
	if err != nil {
		return "", err
	}
	defer func() { _, _ = tmux("kill-server") }()
	for range 6000 {
		time.Sleep(50 * time.Millisecond)
		plain, err := tmux("capture-pane", "-p")
		if err != nil {
			return "", err
		}
		done := strings.Count(plain, "\nok ") >= 2 && strings.Contains(plain, "1 failed")
		if done && len(compiling.FindAllString(plain, -1)) >= 3 && strings.Contains(plain, " left") {
			return tmux("capture-pane", "-p", "-e")
		}
	}
	return "", fmt.Errorf("the moment of the picture did not come within five minutes")
}
