package lock

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Holder is a process that holds a lock.
type Holder struct {
	PID  int    `json:"pid"`
	Host string `json:"host,omitempty"`
	// Does names the process's work: "build".
	Does string `json:"does,omitempty"`
	// Identity identifies the process also after its end; see proc.Identity.
	Identity string `json:"identity,omitempty"`
	// Since is when it took the lock.
	Since time.Time `json:"since"`
	// Leader is the number of the running command's process, which leads its session; 0 when none runs.
	Leader int `json:"leader,omitempty"`
}

// Self returns this process as a Holder, with this Identity and work.
func Self(identity, does string) Holder {
	host, _ := os.Hostname()
	return Holder{PID: os.Getpid(), Host: host, Identity: identity, Does: does}
}

// Here reports whether the holder is, or was, a process of this machine.
func (h Holder) Here() bool {
	host, err := os.Hostname()
	return err == nil && h.PID != 0 && h.Host == host
}

// String returns "process 4711 (build), since 14:03:05", with the host's name where it is not this one.
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

// maxHolder bounds how many bytes of a lock's file are read.
const maxHolder = 4 << 10

// offset is where the holder is written. The first byte is locked, and Windows lets no other process
// read it.
const offset = 1

// write writes the holder to the file at path.
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

// Read returns the holder that the lock's file at path names, and the zero Holder when it names none.
func Read(path string) (h Holder) {
	file, err := fsutil.Open(path)
	if err != nil {
		return Holder{}
	}
	defer func() { _ = file.Close() }()
	if json.NewDecoder(io.NewSectionReader(file, offset, maxHolder)).Decode(&h) != nil {
		return Holder{}
	}
	return h
}
