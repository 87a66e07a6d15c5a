package fakecmake

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// childFlag marks a process that spawn started: cmake -E fake-child DURATION READY [deaf], which makes the file READY
// once it ignores the signals that it has to ignore.
const childFlag = "fake-child"

// signals are the signals that a directive may name.
var signals = map[string]syscall.Signal{
	"ABRT": syscall.SIGABRT, "INT": syscall.SIGINT, "KILL": syscall.SIGKILL, "SEGV": syscall.SIGSEGV, "TERM": syscall.SIGTERM,
}

// ignoreSignal ignores a signal, in the real command too.
func ignoreSignal(name string) error {
	s, ok := signals[name]
	if !ok || s == syscall.SIGKILL {
		return fmt.Errorf("a process cannot ignore %q", name)
	}
	signal.Ignore(s)
	return nil
}

// kill ends the process by the named signal.
func (c *call) kill(name string) error {
	s, ok := signals[name]
	if !ok {
		return fmt.Errorf("unknown signal %q", name)
	}
	c.die(s)
	return nil
}

// spawn starts a child with some traits, and waits until it has them.
func spawn(spec string) error {
	life, traits, _ := strings.Cut(spec, ",")
	if _, err := time.ParseDuration(life); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ready, err := os.MkdirTemp("", "fakecmake-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(ready)
	ready = filepath.Join(ready, "ready")
	child := exec.Command(self, "-E", childFlag, life, ready)
	child.Args[0] = "cmake"
	child.Stdout, child.Stderr = stdout, stderr
	for _, trait := range strings.Split(traits, ",") {
		switch trait {
		case "":
		case "deaf":
			child.Args = append(child.Args, "deaf")
		case "group":
			child.SysProcAttr = ownGroup()
		default:
			return fmt.Errorf("unknown trait %q", trait)
		}
	}
	if err := child.Start(); err != nil {
		return err
	}
	return waitFile(ready)
}

// child is the main function of a spawned child: -E fake-child DURATION READY [deaf].
func (c *call) child() int {
	life, err := time.ParseDuration(c.args[2])
	if err != nil {
		return broken(err)
	}
	if len(c.args) > 4 {
		signal.Ignore(os.Interrupt, syscall.SIGTERM)
	}
	if err := os.WriteFile(c.args[3], nil, 0o666); err != nil { // not touch: the parent removes it at once
		return broken(err)
	}
	time.Sleep(life)
	return 0
}
