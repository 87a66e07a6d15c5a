package cmaketargets_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestColoursOfCompilers builds with real Ninja and GCC on a terminal: where the project, the cache
// or the environment turns colours on, they get through Ninja to the screen, and nowhere else.
func TestColoursOfCompilers(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs compilers")
	}
	t.Parallel()
	root := t.TempDir()
	for project, text := range map[string]string{
		"option":   "add_compile_options(-fdiagnostics-color=always)",
		"variable": "set(CMAKE_COLOR_DIAGNOSTICS ON)",
		"nothing":  "",
	} {
		write(t, filepath.Join(root, project, "CMakeLists.txt"), fmt.Sprintf("cmake_minimum_required(VERSION 3.24)\nproject(%s C)\n%s\nadd_library(a a.c)\n", project, text))
		write(t, filepath.Join(root, project, "a.c"), "int f(void)\n{\n\treturn "+project+";\n}\n")
	}
	const red = "\x1b[01;31merror: "
	const cached = `{"Variants":[{"Defines":{"CMAKE_COLOR_DIAGNOSTICS":"ON"}}]}`
	for _, test := range []struct {
		config, env string
		coloured    string // the projects of which the block has colours
	}{
		{"", "A=1", "option variable"},
		{"", "NO_COLOR=1", ""},
		{cached, "A=1", "nothing option variable"},
	} {
		out := onTerminal(t, root, test.env, "-config", test.config, "build")
		var coloured []string
		for _, m := range regexp.MustCompile(`(?m)FAILED\S* +build +(\w+) .*\n((?:    \| .*\n)+)`).FindAllStringSubmatch(out, -1) {
			if strings.Contains(m[2], red) {
				coloured = append(coloured, m[1])
			}
		}
		slices.Sort(coloured)
		if got := strings.Join(coloured, " "); got != test.coloured {
			t.Errorf("%+v: colours in %q:\n%q", test, got, out)
		}
		// The output stays readable, and the logs have none.
		for _, project := range []string{"option", "variable", "nothing"} {
			if !strings.Contains(out, project+"/a.c:3:16: ‘"+project+"’ undeclared") {
				t.Errorf("%+v: the mistake of %s is not at the end:\n%s", test, project, out)
			}
			log, err := os.ReadFile(filepath.Join(root, "build", project, ".cmaketargets", "build.log"))
			if err != nil || bytes.Contains(log, []byte("\x1b")) {
				t.Errorf("%+v: %v, the log is\n%s", test, err, log)
			}
		}
	}
}

// onTerminal runs targets on a terminal of its own and returns its output.
func onTerminal(t *testing.T, dir, env string, args ...string) string {
	t.Helper()
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = terminal.Close() }()
	fd := int(terminal.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0),
		unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 50, Col: 200}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	tty, err := os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(commandBin, "targets"), args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, tty, tty, tty
	// Ninja takes an empty one for one that is set.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "CLICOLOR_FORCE=") })
	cmd.Env = append(cmd.Env, "TERM=xterm", "CI=", "NO_COLOR=", "CC=gcc", "CMAKE_GENERATOR=Ninja", "LC_ALL=C.UTF-8",
		"CMAKETARGETS_PROGRESS=plain", "CMAKETARGETS_STORE=off", "GORACE=atexit_sleep_ms=0", env)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = tty.Close()
	out, _ := io.ReadAll(terminal) // whose end is an error
	_ = cmd.Wait()                 // the builds fail
	return strings.ReplaceAll(string(out), "\r\n", "\n")
}
