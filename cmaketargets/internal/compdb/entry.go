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

// entry is what a database says of one file. The order of the fields is part of the form by which we know our own.
type entry struct {
	File      string   `json:"file"`
	Directory string   `json:"directory"`
	Command   string   `json:"command,omitempty"`
	Arguments []string `json:"arguments,omitempty"`
	Output    string   `json:"output,omitempty"`
}

// name is the file that the entry is about, absolute; the entry's Directory has to be.
func (e entry) name() string {
	if filepath.IsAbs(e.File) {
		return filepath.Clean(e.File)
	}
	return filepath.Join(e.Directory, e.File)
}

// usable says whether a reader could do something with the entry.
func (e entry) usable() bool {
	return e.File != "" && e.Directory != "" && (e.Command != "" || len(e.Arguments) > 0)
}

// maxEntry bounds one entry, in bytes. The longest command that Linux starts by default has two MiB.
const maxEntry = 4 << 20

// eachEntry calls f for the entries of the database at path one after the other, with their numbers. A relative
// directory is taken for one of the database's own. It returns how many were left out because they lack a field or
// hold bytes that no JSON can: one of them would make the whole of a merged database unreadable.
func eachEntry(path string, f func(number int, e entry) error) (left int, err error) {
	file, err := fsutil.Open(path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }()
	in := &bounded{from: file, left: maxEntry}
	decoder := json.NewDecoder(in)
	if open, err := decoder.Token(); err != nil || open != json.Delim('[') {
		return 0, damaged(err)
	}
	for number := 0; decoder.More(); number++ {
		in.left = maxEntry
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return left, damaged(err)
		}
		var e entry
		if !utf8.Valid(raw) || json.Unmarshal(raw, &e) != nil || !e.usable() {
			left++
			continue
		}
		if !filepath.IsAbs(e.Directory) {
			e.Directory = filepath.Join(filepath.Dir(path), e.Directory)
		}
		if err := f(number, e); err != nil {
			return left, err
		}
	}
	if _, err := decoder.Token(); err != nil {
		return left, damaged(err)
	}
	return left, nil
}

func damaged(err error) error {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it is cut off")
	case err != nil:
		return fmt.Errorf("it is damaged: %w", err)
	}
	return errors.New("it is not a list")
}

// bounded reads no more than left before that is raised again.
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
