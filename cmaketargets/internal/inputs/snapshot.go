// Package inputs records the inputs of the configure step of a build tree, and decides whether they
// are unchanged.
//
// The memory is a [Snapshot], one file in the build tree. Begin writes it before CMake is started,
// marked as running; Finish completes it when CMake has succeeded, as the last write of the step.
// A tree is therefore taken for up to date only if the whole step has happened. Check compares the
// snapshot with the present. Each kind of input has a file of this package: arguments.go,
// environment.go, programs.go (PATH, CMake and compilers), files.go (with presets), directories.go,
// cache.go, boot.go (restarts of the machine), and uses.go (the CMake code of the project).
//
// The package imports fsutil and text. It reads no files of CMake: its caller passes the paths that
// CMake has read (Observed) and answers questions about the build tree (Tree).
package inputs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// State is the progress of the last configure step of a tree.
type State string

// The states of a snapshot.
const (
	Running  State = "running" // started and not ended, or killed
	Failed   State = "failed"
	Done     State = "done"
	Removing State = "removing" // Clean has begun to remove the tree
)

// Format is raised when older snapshots can no longer be understood. Load ignores a snapshot of
// another format.
const Format = 6

// Snapshot is the remembered state of a build tree. Its lists of stamps are strings; see
// FormatStamps.
type Snapshot struct {
	Format int
	State  State
	// First reports that no configure step had finished in the tree before this one: if it was
	// killed, nothing in the tree is worth keeping.
	First bool `json:",omitempty"`
	// Made reports that every name in the tree was made by configure steps: it was empty before the
	// first one, and nothing else has appeared since.
	Made bool `json:",omitempty"`
	// Ours lists the names that configure steps made, as of the beginning of this step or of its
	// failure.
	Ours []string `json:",omitempty"`
	// Found lists the names that were in the directory before it became a build tree. They are not
	// ours, and remain not ours.
	Found []string `json:",omitempty"`

	At        time.Time         // when the step began
	Source    string            `json:",omitempty"`
	Build     string            `json:",omitempty"`
	CMake     string            `json:",omitempty"` // list of one stamp
	Version   string            `json:",omitempty"`
	Generator string            `json:",omitempty"` // as requested
	Args      []string          `json:",omitempty"`
	Salt      string            `json:",omitempty"` // see hashValues
	Env       map[string]string `json:",omitempty"` // see hashValues
	Path      []string          `json:",omitempty"`
	Settings  string            `json:",omitempty"` // stamps of preset and toolchain files and initial caches
	Preset    map[string]string `json:",omitempty"` // the preset's cache entries; see hashValues
	PresetEnv map[string]string `json:",omitempty"` // and its environment

	// The fields below are set by Finish.

	Actual    string `json:",omitempty"` // generator in the cache
	Reply     string `json:",omitempty"` // name of the file API's index file
	ReplySize int64  `json:",omitempty"` // its size in bytes
	ReplyTime int64  `json:",omitempty"` // of its directory
	Cache     string `json:",omitempty"` // list of one stamp
	CacheEnd  string `json:",omitempty"` // last entry of the cache, name=value; "" if unknown
	KeptHash  string `json:",omitempty"` // see keptHash
	Boot      string `json:",omitempty"` // see bootID
	Written   string `json:",omitempty"` // hash of writtenFile
	Compilers string `json:",omitempty"` // stamps of the compilers
	Program   string `json:",omitempty"` // the build program, absolute; "" if unknown
	Inputs    string `json:"-"`          // stamps of the files that CMake read
	// InputBytes is the length of Inputs, which follows the line of JSON in the file: it is most of
	// the snapshot, and decoding it as JSON would be most of the cost of a step with nothing to do.
	InputBytes int    `json:",omitempty"`
	Dirs       string `json:",omitempty"` // stamps of the source directories
	Globs      bool   `json:",omitempty"` // some globs can be checked by CMake only
	Used       used   // by the CMake code of the project
	// Note is text of the caller, stored unchanged.
	Note string `json:",omitempty"`

	baseline baseline
	environ  []string // Intent.Environ
}

const (
	// StateDir is our directory in a build tree.
	StateDir = ".cmaketargets"
	// File is the snapshot in StateDir.
	File = "configure.snapshot"
	// maxBytes bounds a snapshot. One of 10,000 inputs has about one MiB.
	maxBytes = 64 << 20
)

// CacheFile is CMake's cache in a build tree.
const CacheFile = "CMakeCache.txt"

const (
	queryDir = ".cmake"     // we make it before CMake is started, for the query of the file API
	workDir  = "CMakeFiles" // CMake makes it before it reads a project, since 3.24
)

func cacheFile(build string) string { return filepath.Join(build, CacheFile) }

// Dir returns the directory of our state in a build tree.
func Dir(build string) string { return filepath.Join(build, StateDir) }

// Load returns the snapshot of a build tree, or nil if there is none, or if it is damaged, of
// another format or of another tree.
func Load(build string) *Snapshot {
	data, _, err := fsutil.Read(filepath.Join(Dir(build), File), maxBytes)
	if err != nil {
		return nil
	}
	return Parse(data, build)
}

// Parse is Load for the content of the file.
func Parse(data []byte, build string) *Snapshot {
	head, inputs, _ := bytes.Cut(data, []byte("\n"))
	var s Snapshot
	if json.Unmarshal(head, &s) != nil || s.Format != Format || s.Build != build || s.InputBytes != len(inputs) {
		return nil
	}
	s.Inputs = string(inputs)
	return &s
}

// Remembered returns the stamps of the files that a successful configure step read or wrote. Those outside of the build
// tree that have no hash cannot be compared by content.
func Remembered(s *Snapshot) []Stamp {
	var stamps []Stamp
	if s.State != Done {
		return nil
	}
	for _, list := range []string{s.Inputs, s.Used.Files, s.Cache, s.Used.Written} {
		EachStamp(list, func(was Stamp) bool {
			if was.Size >= 0 && was.ModTime != noTime {
				stamps = append(stamps, was)
			}
			return true
		})
	}
	return stamps
}

// ConfiguredBy reports whether the step has succeeded with this executable of CMake.
func (s *Snapshot) ConfiguredBy(cmake Stamp) bool { return s.State == Done && first(s.CMake) == cmake }

// WriteState replaces a file of ours in a build tree whose lease this process has.
func WriteState(build, name string, data []byte) error {
	err := os.MkdirAll(Dir(build), 0o777)
	if err == nil {
		var dir *os.Root
		if dir, err = os.OpenRoot(Dir(build)); err == nil {
			err = errors.Join(fsutil.ReplaceIn(dir, name, data), dir.Close())
		}
	}
	if err != nil {
		return fmt.Errorf("write %s in %s: %w", name, Dir(build), err)
	}
	return nil
}

// save replaces the file of the snapshot.
func (s *Snapshot) save() error {
	if err := os.MkdirAll(Dir(s.Build), 0o777); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	return s.write(os.OpenRoot(Dir(s.Build)))
}

// write replaces the file of the snapshot in dir and closes dir. err is that of opening it.
func (s *Snapshot) write(dir *os.Root, err error) error {
	if err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	defer func() { _ = dir.Close() }()
	s.InputBytes = len(s.Inputs)
	data, err := json.Marshal(s)
	if err == nil {
		err = fsutil.ReplaceIn(dir, File, append(append(data, '\n'), s.Inputs...))
	}
	if err != nil {
		return fmt.Errorf("write snapshot in %s: %w", dir.Name(), err)
	}
	return nil
}

// Newest returns the newest of the files that CMake read in the step of s, and its time.
func Newest(s *Snapshot) (path string, at time.Time) {
	var newest Stamp
	EachStamp(s.Inputs, func(input Stamp) bool {
		if input.ModTime > newest.ModTime {
			newest = input
		}
		return true
	})
	return newest.Path, time.Unix(0, newest.ModTime)
}
