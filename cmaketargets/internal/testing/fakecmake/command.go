package fakecmake

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
)

// Main is the main function of the command of that name. It exits the process: with the status of the
// real command, with 125 where a directive or the log is at fault, with 124 where a file was awaited
// in vain.
func Main(name string) {
	os.Exit(run(name, os.Args[1:]))
}

// The output of the command.
var stdout, stderr = os.Stdout, os.Stderr

// A call is a command that runs.
type call struct {
	Event
	name    string
	args    []string
	script  []directive // of the environment, then of the project
	running atomic.Bool // the real command was started
}

// run executes the command, and returns its exit status.
func run(name string, args []string) int {
	if name == "cmake" && len(args) > 3 && args[0] == "-E" && args[1] == childFlag {
		return (&call{name: name, args: args, Event: Event{Step: "child"}}).logged((*call).child)
	}
	c := &call{name: name, args: args}
	err := c.parse()
	if err == nil {
		c.script, err = load(c.Source)
	}
	if err != nil {
		return broken(err)
	}
	return c.logged((*call).run)
}

// run does the directives and then runs the real command.
func (c *call) run() int {
	if status, done := c.perform(c.Step); done {
		return status
	}
	if version := os.Getenv("FAKECMAKE_VERSION"); c.Step == "version" && version != "" {
		fmt.Printf("%s version %s\n\nCMake suite maintained and supported by Kitware (kitware.com/cmake).\n", c.name, version)
		return 0
	}
	status := c.real()
	if c.Step == "configure" && status == 0 {
		must(os.MkdirAll(filepath.Join(c.Build, ".cmake", "instrumentation-fake"), 0o777))
		if len(c.of("no-cache")) > 0 {
			_ = os.Remove(filepath.Join(c.Build, "CMakeCache.txt"))
		}
		if err := c.damage(); err != nil {
			return broken(err)
		}
	}
	return status
}

// real runs the real command, and ends by a signal where that does.
func (c *call) real() int {
	if os.Getenv("FAKECMAKE_PATH") == "" {
		return broken(errors.New("FAKECMAKE_PATH does not name the directories of the real commands"))
	}
	must(os.Setenv("PATH", os.Getenv("FAKECMAKE_PATH")))
	cmd := exec.Command(c.name, c.args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, stdout, stderr
	c.running.Store(true)
	if err := cmd.Run(); cmd.ProcessState == nil {
		return broken(err)
	}
	if s, ok := endedBy(cmd.ProcessState); ok {
		c.die(s)
	}
	return cmd.ProcessState.ExitCode()
}

// logged runs do between the start and the end of the command in the log. A signal ends the process at
// once, unless the real command runs, which gets it as well and is waited for.
func (c *call) logged(do func(*call) int) int {
	c.Pid, c.Argv = os.Getpid(), append([]string{c.name}, c.args...)
	must(c.write("begin", ""))
	caught, ended := make(chan os.Signal, 1), make(chan int, 1)
	signal.Notify(caught, os.Interrupt, syscall.SIGTERM)
	go func() { ended <- do(c) }()
	for {
		select {
		case status := <-ended:
			must(c.write("end", ""))
			return status
		case s := <-caught:
			if !c.running.Load() {
				c.die(s.(syscall.Signal))
			}
		}
	}
}

// parse reads the fields of the log from the arguments.
func (c *call) parse() error {
	c.Jobs = 1
	switch first := append(slices.Clone(c.args), "")[0]; {
	case slices.Equal(c.args, []string{"--version"}):
		c.Step, c.Jobs = "version", 0
	case c.name == "ctest":
		c.Step, c.Build = "test", c.option("--test-dir", ".")
		if strings.Contains(strings.Join(c.args, " "), "--show-only") {
			c.Step, c.Jobs = "other", 0
		}
	case first == "--build", first == "--install":
		c.Step, c.Build = strings.TrimPrefix(first, "--"), c.option(first, ".")
	case first == "-E", first == "-P", strings.HasPrefix(first, "--help"):
		c.Step, c.Jobs = "other", 0
	default:
		c.Step, c.Source, c.Build = "configure", c.option("-S", "."), c.option("-B", ".")
	}
	if c.Step == "build" || c.Step == "test" {
		if _, err := fmt.Sscan(c.option("--parallel", c.option("-j", "1")), &c.Jobs); err != nil {
			return fmt.Errorf("read jobs of %q: %w", c.args, err)
		}
	}
	for _, dir := range []*string{&c.Source, &c.Build} {
		if *dir != "" {
			*dir, _ = filepath.Abs(*dir)
		}
	}
	if c.Source == "" {
		c.Source = sourceOf(c.Build)
	}
	return nil
}

// option returns the argument behind name.
func (c *call) option(name, otherwise string) string {
	if i := slices.Index(c.args, name); i >= 0 && i+1 < len(c.args) {
		return c.args[i+1]
	}
	return otherwise
}

// sourceOf returns the source directory of a build tree, or "".
func sourceOf(build string) string {
	cache, _ := os.ReadFile(filepath.Join(build, "CMakeCache.txt"))
	_, rest, _ := strings.Cut(string(cache), "\nCMAKE_HOME_DIRECTORY:INTERNAL=")
	source, _, _ := strings.Cut(rest, "\n")
	return source
}

// of returns the directives with that noun.
func (c *call) of(noun string) []directive {
	return slices.DeleteFunc(slices.Clone(c.script), func(d directive) bool { return d.noun != noun })
}

// die ends the process by a signal, and logs that first.
func (c *call) die(s syscall.Signal) {
	must(c.write("end", s.String()))
	die(s)
}

// broken reports that the fake itself cannot go on.
func broken(err error) int {
	fmt.Fprintln(stderr, "fakecmake:", err)
	return 125
}

func must(err error) {
	if err != nil {
		os.Exit(broken(err))
	}
}
