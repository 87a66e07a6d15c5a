package fakecmake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// patience is how long wait-file waits, and poll how often it looks.
const (
	patience = 30 * time.Second
	poll     = 2 * time.Millisecond
)

// perform does the options of every directive for a step. done means that the command is to end with status.
func (c *call) perform(step string) (status int, done bool) {
	defer c.reap()
	for _, d := range c.of(step) {
		if status, done = c.performOne(d); done {
			return status, true
		}
	}
	return 0, false
}

// performOne does the options of one directive in order.
func (c *call) performOne(d directive) (status int, done bool) {
	for _, o := range d.options {
		skip := false
		switch o.key {
		case "if-file":
			skip = !exists(c.path(o.value))
		case "unless-file":
			skip = exists(c.path(o.value))
		case "if-type":
			skip = c.config != o.value
		case "exit":
			n, err := strconv.Atoi(o.value)
			if err != nil {
				return c.broken(err), true
			}
			return n, true
		default:
			err := c.act(o)
			if errors.Is(err, errInVain) {
				fmt.Fprintln(c.Stderr, "fakecmake:", err)
				return 124, true
			}
			if err != nil {
				return c.broken(fmt.Errorf("do %s=%s: %w", o.key, o.value, err)), true
			}
		}
		if skip {
			return 0, false
		}
	}
	return 0, false
}

// act does one action that neither skips nor ends anything.
func (c *call) act(o option) error {
	switch o.key {
	case "print":
		fmt.Fprintln(c.Stdout, o.value)
	case "warn":
		fmt.Fprintln(c.Stderr, o.value)
	case "lines":
		return c.printLines(o.value)
	case "bytes":
		return c.printBytes(o.value)
	case "env":
		if value, ok := c.LookupEnv(o.value); ok {
			fmt.Fprintf(c.Stdout, "%s=%s\n", o.value, value)
		} else {
			fmt.Fprintf(c.Stdout, "%s is not set\n", o.value)
		}
	case "sleep":
		d, err := time.ParseDuration(o.value)
		time.Sleep(d)
		return err
	case "touch":
		return touch(c.path(o.value))
	case "remove":
		if err := os.Remove(c.path(o.value)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	case "wait-file":
		return waitFile(c.path(o.value))
	case "ignore":
		return ignoreSignal(o.value)
	case "spawn":
		return c.spawn(o.value)
	case "signal":
		return c.kill(o.value)
	}
	return nil
}

// path makes a directive's path absolute against the project.
func (c *call) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.source, p)
}

// printBytes prints no faster than it is read, and stops when nobody reads.
func (c *call) printBytes(count string) error {
	n, err := strconv.ParseInt(count, 10, 64)
	for chunk := bytes.Repeat([]byte("x"), 64<<10); n > 0 && err == nil; n -= int64(len(chunk)) {
		_, err = c.Stdout.Write(chunk[:min(n, int64(len(chunk)))])
	}
	fmt.Fprintln(c.Stdout)
	return err
}

func (c *call) printLines(count string) error {
	n, err := strconv.Atoi(count)
	w := bufio.NewWriter(c.Stdout)
	for i := range n {
		fmt.Fprintf(w, "line %d\n", i+1)
	}
	return errors.Join(err, w.Flush())
}

// errInVain is what waitFile returns when its patience ended.
var errInVain = errors.New("waited in vain")

func waitFile(path string) error {
	for deadline := time.Now().Add(patience); !exists(path); time.Sleep(poll) {
		if time.Now().After(deadline) {
			return fmt.Errorf("wait for %s: %w", path, errInVain)
		}
	}
	return nil
}

// touch creates the file and the directories above it, or sets its time.
func touch(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	now := time.Now()
	return errors.Join(f.Close(), os.Chtimes(path, now, now))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
