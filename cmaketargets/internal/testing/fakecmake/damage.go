package fakecmake

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// damage does the "reply" directives to the reply that was just written.
func (c *call) damage() error {
	for _, d := range c.of("reply") {
		object := "index"
		for _, o := range d.options {
			if o.key == "object" {
				object = o.value
			}
		}
		files, err := filepath.Glob(filepath.Join(c.Build, ".cmake", "api", "v1", "reply", object+"-*"))
		if err != nil {
			return err
		}
		for _, file := range files {
			if err := damageFile(file, d.options); err != nil {
				return fmt.Errorf("damage %s: %w", file, err)
			}
		}
	}
	return nil
}

// damageFile does the options of one directive to one file, left to right.
func damageFile(path string, options []option) error {
	var from string
	for _, o := range options {
		var err error
		switch o.key {
		case "from":
			from = o.value
		case "to":
			var data []byte
			if data, err = os.ReadFile(path); err == nil {
				err = os.WriteFile(path, bytes.ReplaceAll(data, []byte(from), []byte(o.value)), 0o666)
			}
		case "text":
			err = os.WriteFile(path, []byte(o.value), 0o666)
		case "size":
			var size int64
			if size, err = strconv.ParseInt(o.value, 10, 64); err == nil {
				err = os.Truncate(path, size)
			}
		case "turn":
			if err = os.Remove(path); err == nil {
				err = turnInto(path, o.value)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// turnInto puts something else in a file's place.
func turnInto(path, kind string) error {
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
	return fmt.Errorf("turn is nothing, directory, link or fifo, not %q", kind)
}
