package compdb

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"unicode/utf8"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// entry is an entry of a database. The order of the fields is part of the layout that ours checks.
type entry struct {
	File      string   `json:"file"`
	Directory string   `json:"directory"`
	Command   string   `json:"command,omitempty"`
	Arguments []string `json:"arguments,omitempty"`
	Output    string   `json:"output,omitempty"`
}

// name returns the absolute path of the file; Directory has to be absolute.
func (e entry) name() string { return fsutil.Absolute(e.File, e.Directory) }

// maxEntry bounds one entry, in bytes. The longest command that Linux starts by default has two MiB.
const maxEntry = 4 << 20

// eachEntry calls f for the entries of the database at path in order. A relative directory is taken
// as relative to the database. It returns the number of entries that it left out, because they lack
// a field or have bytes that JSON cannot hold: one such entry makes a merged database unreadable.
func eachEntry(path string, f func(entry)) (left int, err error) {
	file, err := fsutil.Open(path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }()
	in := &io.LimitedReader{R: file, N: maxEntry}
	decoder := json.NewDecoder(in)
	fail := func(err error) (int, error) {
		switch {
		case in.N <= 0:
			err = fmt.Errorf("an entry has more than %d bytes", maxEntry)
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			err = errors.New("it is cut off")
		default:
			err = fmt.Errorf("it is damaged: %w", err)
		}
		return left, err
	}
	if open, err := decoder.Token(); err != nil {
		return fail(err)
	} else if open != json.Delim('[') {
		return 0, errors.New("it is not a list")
	}
	for decoder.More() {
		in.N = maxEntry
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return fail(err)
		}
		var e entry
		if !utf8.Valid(raw) || json.Unmarshal(raw, &e) != nil || e.File == "" || e.Directory == "" || e.Command == "" && len(e.Arguments) == 0 {
			left++
			continue
		}
		e.Directory = fsutil.Absolute(e.Directory, filepath.Dir(path))
		f(e)
	}
	if _, err := decoder.Token(); err != nil {
		return fail(err)
	}
	return left, nil
}
