package lock

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Holder is who holds a lock.
type Holder struct {
	PID  int    `json:"pid"`
	Host string `json:"host,omitempty"`
	// Does is what it does, in words: "build".
	Does string `json:"does,omitempty"`
	// Name is a name of the process that is never used again.
	Name string `json:"name,omitempty"`
	// Since is when it took the lock.
	Since time.Time `json:"since"`
	// Leader is the command that it has at work, by the number of the process
	// that leads its session; 0 when there is none.
	Leader int `json:"leader,omitempty"`
}

// Self is this process, of such a name, doing something.
func Self(name, does string) Holder {
	host, _ := os.Hostname()
	return Holder{PID: os.Getpid(), Host: host, Name: name, Does: does}
}

// Here says whether the holder is, or was, a process of this machine.
func (h Holder) Here() bool {
	host, err := os.Hostname()
	return err == nil && h.PID != 0 && h.Host == host
}

// String reads "process 4711 (build), since 14:03:05", with the host's name
// where it is not this one.
func (h Holder) String() string {
	if h.PID == 0 {
		return "another process"
	}
	s := fmt.Sprintf("process %d", h.PID)
	if host, _ := os.Hostname(); h.Host != "" && h.Host != host {
		s += " on " + h.Host
	}
	if h.Does != "" {
		s += " (" + h.Does + ")"
	}
	return s + ", since " + h.Since.Local().Format(time.TimeOnly)
}

// maxHolder bounds what is read of a lock's file.
const maxHolder = 4 << 10

// offset is where the words about the holder begin. The first byte is the one
// that is locked, and on Windows nobody else can read that.
const offset = 1

// write says in the file at path that h holds it.
func (h Holder) write(path string) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|noFollow, 0)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	if _, err = file.WriteAt(append(text, '\n'), offset); err != nil {
		return err
	}
	return file.Truncate(offset + int64(len(text)) + 1)
}

// Read returns who holds the lock at path, as far as its file says; the zero
// Holder when it says nothing that can be read.
func Read(path string) Holder {
	file, err := fsutil.Open(path)
	if err != nil {
		return Holder{}
	}
	defer func() { _ = file.Close() }()
	buf := make([]byte, maxHolder)
	n, _ := file.ReadAt(buf, offset)
	var h Holder
	if json.NewDecoder(strings.NewReader(string(buf[:n]))).Decode(&h) != nil {
		return Holder{}
	}
	return h
}
