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
func (e entry) name() string {
	if filepath.IsAbs(e.File) {
		return filepath.Clean(e.File)
	}
	return filepath.Join(e.Directory, e.File)
}

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
	in := &bounded{from: file, left: maxEntry}
	decoder := json.NewDecoder(in)
	if open, err := decoder.Token(); err != nil {
		return 0, damaged(err)
	} else if open != json.Delim('[') {
		return 0, errors.New("it is not a list")
	}
	for decoder.More() {
		in.left = maxEntry
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return left, damaged(err)
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
		return left, damaged(err)
	}
	return left, nil
}

func damaged(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it is cut off")
	}
	return fmt.Errorf("it is damaged: %w", err)
}

// bounded is a reader of at most left bytes.
type bounded struct {
	from io.Reader
	left int
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("an entry has more than %d bytes", maxEntry)
	}
	n, err := b.from.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
