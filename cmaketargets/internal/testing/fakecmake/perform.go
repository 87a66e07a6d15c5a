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

// patience is the longest wait for a file, and poll the time between two looks at it.
const (
	patience = 30 * time.Second
	poll     = 2 * time.Millisecond
)

// perform does the directives of a step. If done, the command ends with status.
func (c *call) perform(step string) (status int, done bool) {
	for _, d := range c.of(step) {
		if status, done = c.performOne(d); done {
			return status, true
		}
	}
	return 0, false
}

// performOne does the options of a directive in order.
func (c *call) performOne(d directive) (status int, done bool) {
	for _, o := range d.options {
		switch o.key {
		case "unless-file":
			if exists(c.path(o.value)) {
				return 0, false
			}
		case "exit":
			n, err := strconv.Atoi(o.value)
			if err != nil {
				return broken(err), true
			}
			return n, true
		default:
			err := c.act(o)
			if errors.Is(err, errInVain) {
				fmt.Fprintln(stderr, "fakecmake:", err)
				return 124, true
			}
			if err != nil {
				return broken(fmt.Errorf("do %s=%s: %w", o.key, o.value, err)), true
			}
		}
	}
	return 0, false
}

// act does an action that neither skips the rest of the line nor ends the command.
func (c *call) act(o option) error {
	switch o.key {
	case "print":
		fmt.Println(o.value)
	case "warn":
		fmt.Fprintln(stderr, o.value)
	case "lines":
		return printLines(o.value)
	case "bytes":
		return printBytes(o.value)
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
		return spawn(o.value)
	case "signal":
		return c.kill(o.value)
	}
	return nil
}

// path returns a directive's path, absolute.
func (c *call) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.Source, p)
}

// printBytes prints a line of count bytes.
func printBytes(count string) error {
	n, err := strconv.ParseInt(count, 10, 64)
	for chunk := bytes.Repeat([]byte("x"), 64<<10); n > 0 && err == nil; n -= int64(len(chunk)) {
		_, err = stdout.Write(chunk[:min(n, int64(len(chunk)))])
	}
	fmt.Fprintln(stdout)
	return err
}

// printLines prints count numbered lines.
func printLines(count string) error {
	n, err := strconv.Atoi(count)
	w := bufio.NewWriter(stdout)
	for i := range n {
		fmt.Fprintf(w, "line %d\n", i+1)
	}
	return errors.Join(err, w.Flush())
}

// errInVain is the error of waitFile after its patience ended.
var errInVain = errors.New("waited in vain")

// waitFile waits until the file exists.
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
