package fakecmake

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// A Command is one invocation of cmake, ctest or ninja.
type Command struct {
	Name           string              // "cmake", "ctest" or "ninja"
	Args           []string            // without the name
	Dir            string              // working directory, absolute
	Getenv         func(string) string // the environment
	LookupEnv      func(string) (string, bool)
	Stdout, Stderr io.Writer
}

// Commands returns the commands for testscript.Main. Each exits the process.
func Commands() map[string]func() {
	commands := map[string]func(){}
	for _, name := range []string{"cmake", "ctest", "ninja"} {
		commands[name] = func() { Main(name) }
	}
	return commands
}

// Main is the whole main function of the command of that name. It exits the process.
func Main(name string) {
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fakecmake:", err)
		os.Exit(125)
	}
	os.Exit(Command{
		Name: name, Args: os.Args[1:], Dir: dir, Stdout: os.Stdout, Stderr: os.Stderr,
		Getenv: os.Getenv, LookupEnv: os.LookupEnv,
	}.Run())
}

// Run does what the command does and returns its exit status: 125 where a directive or the log is at fault, 124 where
// a file was waited for in vain. A command told to kill itself does not return.
func (cmd Command) Run() int {
	c := &call{Command: cmd, version: cmd.Getenv("FAKECMAKE_VERSION")}
	if c.version == "" {
		c.version = DefaultVersion
	}
	var err error
	if c.script, err = parseScript(cmd.Getenv("FAKECMAKE_SCRIPT")); err != nil {
		return c.broken(err)
	}
	switch {
	case len(cmd.Args) == 1 && cmd.Args[0] == "--version":
		return c.logged(Event{Step: "version"}, c.printVersion)
	case cmd.Name == "ctest":
		return c.ctest()
	case cmd.Name == "cmake":
		return c.cmake()
	}
	return c.broken(fmt.Errorf("run %s %q: only --version is understood", cmd.Name, cmd.Args))
}

// A call is a Command under way.
type call struct {
	Command
	version  string
	script   []directive // from the environment, then from the project
	source   string      // the project's directory, once known
	config   string      // its build type, once known
	end      func(exit int, signal string)
	children []*exec.Cmd // to be waited for at the end of the step
}

// logged runs do between the begin and end of e.
func (c *call) logged(e Event, do func() int) int {
	e.Pid, e.Argv, e.Dir = os.Getpid(), append([]string{c.Name}, c.Args...), c.Dir
	var err error
	if c.end, err = logBegin(c.Getenv("FAKECMAKE_LOG"), e); err != nil {
		return c.broken(err)
	}
	defer c.catch()()
	status := do()
	c.end(status, "")
	return status
}

// load adds the directives of the project in dir.
func (c *call) load(dir string) error {
	c.source = dir
	text, err := os.ReadFile(filepath.Join(dir, "CMakeLists.txt"))
	if err != nil {
		return err
	}
	own, err := parseProject(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	c.script = append(c.script, own...)
	return nil
}

// of returns the script's directives with that noun.
func (c *call) of(noun string) []directive {
	var found []directive
	for _, d := range c.script {
		if d.noun == noun {
			found = append(found, d)
		}
	}
	return found
}

// broken says that the fake itself cannot go on.
func (c *call) broken(err error) int {
	fmt.Fprintln(c.Stderr, "fakecmake:", err)
	return 125
}

// abs makes path absolute against the working directory.
func (c *call) abs(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(c.Dir, path)
}
