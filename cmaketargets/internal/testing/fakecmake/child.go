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

// childFlag is how the fake starts itself as a child: cmake -E fake-child 30s READY deaf, where READY is a file that the
// child makes when it is as it should be.
const childFlag = "fake-child"

// signals are those that a directive may name.
var signals = map[string]syscall.Signal{
	"ABRT": syscall.SIGABRT, "INT": syscall.SIGINT, "KILL": syscall.SIGKILL, "SEGV": syscall.SIGSEGV, "TERM": syscall.SIGTERM,
}

// catch makes INT and TERM write the end of the call before they kill it, and returns what stops that.
func (c *call) catch() (stop func()) {
	caught := make(chan os.Signal, 1)
	done := make(chan struct{})
	signal.Notify(caught, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case s := <-caught:
			c.end(0, s.String())
			die(s.(syscall.Signal))
		case <-done:
		}
	}()
	return func() {
		signal.Stop(caught)
		close(done)
	}
}

// ignoreSignal makes the process deaf to INT or TERM.
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
	c.end(0, s.String())
	die(s)
	return nil
}

// spawn starts a child as spawn= describes it, and waits until it is so.
func (c *call) spawn(spec string) error {
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
	child.Dir, child.Stdout, child.Stderr = c.Dir, c.Stdout, c.Stderr
	wait := false
	for _, trait := range strings.Split(traits, ",") {
		switch trait {
		case "":
		case "deaf":
			child.Args = append(child.Args, "deaf")
		case "group":
			child.SysProcAttr = ownGroup()
		case "wait":
			wait = true
		default:
			return fmt.Errorf("unknown trait %q", trait)
		}
	}
	if err := child.Start(); err != nil {
		return err
	}
	if wait {
		c.children = append(c.children, child)
	}
	return waitFile(ready)
}

// reap waits for the children that are to be waited for.
func (c *call) reap() {
	for _, child := range c.children {
		_ = child.Wait() // how it ended is its own affair
	}
	c.children = nil
}

// child is the life of a spawned child.
func (c *call) child(args []string) int {
	life, err := time.ParseDuration(args[0])
	if err != nil {
		return c.broken(err)
	}
	return c.logged(Event{Step: "child"}, func() int {
		if len(args) > 2 && args[2] == "deaf" {
			signal.Ignore(os.Interrupt, syscall.SIGTERM)
		}
		if err := touch(args[1]); err != nil {
			return c.broken(err)
		}
		time.Sleep(life)
		return 0
	})
}
