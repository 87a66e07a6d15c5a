package fakecmake

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// damage does what the script's "reply" lines say to the reply that was just written.
func (c *call) damage(build string) error {
	dir := filepath.Join(build, ".cmake", "api", "v1", "reply")
	for _, d := range c.of("reply") {
		prefix := d.value("object", "index") + "-"
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), prefix) {
				continue
			}
			if err := damageFile(filepath.Join(dir, e.Name()), d.options); err != nil {
				return fmt.Errorf("damage %s: %w", e.Name(), err)
			}
		}
	}
	return nil
}

// damageFile does the options of one line to one file, left to right.
func damageFile(path string, options []option) error {
	var from string
	for _, o := range options {
		var err error
		switch o.key {
		case "from":
			from = o.value
		case "to":
			err = rewrite(path, func(data []byte) []byte { return bytes.ReplaceAll(data, []byte(from), []byte(o.value)) })
		case "text":
			err = rewrite(path, func([]byte) []byte { return []byte(o.value) })
		case "size":
			var size int64
			if size, err = strconv.ParseInt(o.value, 10, 64); err == nil {
				err = os.Truncate(path, size)
			}
		case "turn":
			err = turnInto(path, o.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func rewrite(path string, change func([]byte) []byte) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, change(data), 0o666)
}

// turnInto puts something else in the file's place.
func turnInto(path, kind string) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	switch kind {
	case "nothing":
		return nil
	case "directory":
		return os.Mkdir(path, 0o777)
	case "link":
		return os.Symlink("nowhere", path)
	case "fifo":
		return makeFIFO(path)
	}
	return errors.New("turn is one of nothing, directory, link and fifo")
}
