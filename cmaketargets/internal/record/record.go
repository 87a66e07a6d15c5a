// Package record remembers what the last configure step of a build tree saw,
// and answers whether all of it still holds.
//
// The record is the last thing a successful configure step writes, to a
// temporary file that is renamed, so a tree is believed to be up to date only
// when everything before it happened. While CMake runs, the record says so;
// a record that still says so later tells of a run that was killed.
package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// State says how far the last configure step of a tree came.
type State string

// The states a record can be in.
const (
	Running  State = "running" // it was started and has not ended, or was killed
	Failed   State = "failed"
	Done     State = "done"
	Removing State = "removing" // a Clean began to remove the tree
)

// format is raised whenever old records can no longer be understood; an
// older or newer one counts as none.
const format = 2

// Intent is everything that decides what a configure step would do, known
// before it starts.
type Intent struct {
	// Source and Build are absolute.
	Source, Build string
	// CMake is the executable, with its links resolved, and Version what it
	// answers to --version.
	CMake   Stamp
	Version string
	// Generator is the one asked for; empty leaves the choice to CMake.
	Generator string
	// Args are the arguments but for -S, -B, -G and those of one run only.
	Args []string
	// Env holds the environment variables that CMake reads. See Environ. Of
	// most of them the record keeps a digest.
	Env map[string]string
	// Path is what PATH comes down to. See SearchPath.
	Path []string
	// Files are preset and toolchain files: what cannot change without the
	// answer to everything else changing too.
	Files []string
}

// Record is what is kept in a tree.
type Record struct {
	Format int
	State  State
	// First says that the step began in a tree without a finished configure
	// step before it, so that a killed one leaves nothing worth keeping.
	First bool `json:",omitempty"`
	// Made says that there was nothing in the tree before the first step, nor
	// has anything come since but by a step, so that all in it is ours.
	Made bool `json:",omitempty"`
	// Ours are the names in a tree that we made, as they were when the step
	// began, or when it failed.
	Ours []string `json:",omitempty"`
	// Found are the names that somebody had in the tree before our first step
	// made a build tree of it.
	Found []string `json:",omitempty"`
	// At is when the step started.
	At time.Time

	Source, Build string
	CMake         string // a list of one stamp
	Version       string
	Generator     string
	Args          []string          `json:",omitempty"`
	Salt          string            // of the digests in Env
	Env           map[string]string `json:",omitempty"`
	Path          []string          `json:",omitempty"`
	Settings      string            `json:",omitempty"` // stamps of Intent.Files and Seen.Settings

	// The following are known only when State is Done.

	Actual    string `json:",omitempty"` // the generator in the cache
	Reply     string `json:",omitempty"` // the file API's index file that was read
	ReplySize int64  `json:",omitempty"` // of it, in bytes
	Cache     string `json:",omitempty"` // a list of one stamp
	CacheEnd  string `json:",omitempty"` // the last entry of the cache, name=value; "" if not known
	KeptHash  string `json:",omitempty"` // see keptHash
	Boot      string `json:",omitempty"` // a name of the time since the machine was started
	Compilers string `json:",omitempty"` // stamps of the compilers, links resolved
	Inputs    string `json:"-"`          // stamps of what CMake read
	// InputBytes is the length of Inputs, which stands in the file after the
	// line of JSON: it is most of the record, and decoding it most of the cost
	// of finding that there is nothing to do.
	InputBytes int    `json:",omitempty"`
	Dirs       string `json:",omitempty"` // stamps of the source directories
	Globs      bool   `json:",omitempty"` // there are globs that only CMake can check
	// Note is text that belongs to the tree's owner, kept as it is.
	Note string `json:",omitempty"`

	before before
}

const stateDir = ".cmaketargets"

// File is the name of the record in Dir.
const File = "configure.record"

// nextFile is the record until it is whole.
const nextFile = File + ".next"

// maxRecord bounds a record, in bytes. One of 10,000 inputs has about one MiB.
const maxRecord = 64 << 20

// Dir is the directory in a build tree that holds what we know about it.
func Dir(build string) string { return filepath.Join(build, stateDir) }

// Load reads the record of a build tree. A tree without one, or with one that
// is damaged or of another format, has a nil record and no error: nothing in
// it can be believed, and nothing needs to be.
func Load(build string) *Record {
	data, _, err := fsutil.Read(filepath.Join(Dir(build), File), maxRecord)
	if err != nil {
		return nil
	}
	return Parse(data, build)
}

// Parse is Load for a record that was read already.
func Parse(data []byte, build string) *Record {
	head, inputs, _ := bytes.Cut(data, []byte("\n"))
	var r Record
	if json.Unmarshal(head, &r) != nil || r.Format != format || r.Build != build || r.InputBytes != len(inputs) {
		return nil
	}
	r.Inputs = string(inputs)
	return &r
}

// Begin replaces the record of a tree, nil if there is none, by one that says
// a configure step runs. fresh says that there is nothing in the tree worth
// keeping. The step must not begin before Begin returns: what it will read is
// looked at now, to see afterwards what changed meanwhile.
func Begin(old *Record, in Intent, fresh bool, at time.Time) (*Record, error) {
	r := &Record{
		Format: format, State: Running, At: at, Source: in.Source, Build: in.Build,
		CMake: formatStamps([]Stamp{in.CMake}), Version: in.Version,
		Generator: in.Generator, Args: in.Args, Path: in.Path,
		Salt:  strconv.FormatUint(rand.Uint64(), 36),
		First: fresh || old != nil && old.First,
	}
	r.Env = r.sealed(in.Env)
	var settings []Stamp
	for _, path := range in.Files {
		settings = append(settings, stampInput(path, at))
	}
	r.Settings = formatStamps(settings)
	r.claim(old)
	if err := r.save(); err != nil {
		return r, err
	}
	r.before = lookBefore(old, r)
	return r, nil
}

// BeginRemoval replaces the record of the tree that root is by one that says a
// Clean removes it, so that nobody believes what a killed Clean leaves. Found
// are those of the tree's record.
func BeginRemoval(root *os.Root, source, build string, found []string) error {
	data, err := json.Marshal(&Record{Format: format, State: Removing, Source: source, Build: build, Found: found})
	if err != nil {
		return fmt.Errorf("encode record: %w", err)
	}
	if err := root.MkdirAll(stateDir, 0o777); err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	dir, err := root.OpenRoot(stateDir)
	if err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	defer func() { _ = dir.Close() }()
	return replace(dir, append(data, '\n'))
}

// ConfiguredBy says whether the step was done with this very cmake.
func (r *Record) ConfiguredBy(cmake Stamp) bool { return r.State == Done && first(r.CMake) == cmake }

// Fail keeps what was asked for, that it failed, and what it left.
func (r *Record) Fail() error {
	r.State = Failed
	if r.Made {
		r.Ours, _ = namesIn(r.Build) // what cannot be listed is not ours
	}
	return r.save()
}

// Seen is what a successful configure step read and found.
type Seen struct {
	Generator string   // from the cache
	Reply     string   // name of the file API's index file
	ReplySize int64    // of it, in bytes
	CacheEnd  string   // the last entry of the cache, name=value
	Inputs    []string // absolute
	Compilers []string // absolute
	Dirs      []string // absolute source directories
	Settings  []string // absolute; more of what Intent.Files are
	Globs     bool     // there are file(GLOB CONFIGURE_DEPENDS) that the reply does not list
	Note      string
}

// Finish writes the record of a successful configure step.
func (r *Record) Finish(s Seen) error {
	r.State, r.First, r.Ours = Done, false, nil
	r.Actual, r.Note, r.Globs = s.Generator, s.Note, s.Globs
	r.Reply, r.ReplySize, r.CacheEnd = s.Reply, s.ReplySize, s.CacheEnd
	r.Cache = formatStamps([]Stamp{statFresh(cacheFile(r.Build))})
	inputs := make([]Stamp, len(s.Inputs))
	for i, path := range s.Inputs {
		inputs[i] = r.before.input(path, within(path, r.Build))
	}
	r.Inputs = formatStamps(inputs)
	r.KeptHash, r.Boot = r.keptHash(), boot()
	var compilers []Stamp
	for _, path := range s.Compilers {
		compilers = append(compilers, r.before.compiler(path))
	}
	r.Compilers = formatStamps(compilers)
	for _, path := range s.Settings {
		if !r.before.settings[path] {
			r.Settings += formatStamps([]Stamp{r.before.input(path, false)})
		}
	}
	dirs := make([]Stamp, len(s.Dirs))
	for i, path := range s.Dirs {
		dirs[i] = r.before.dir(path)
	}
	r.Dirs = formatStamps(dirs)
	return r.save()
}

// detected says whether path is a file in which CMake keeps what it found out
// about the system or a compiler. While it is there, CMake believes it.
func (r *Record) detected(path string) bool {
	return within(path, filepath.Join(r.Build, workDir, r.Version))
}

// keptHash is a digest of what CMake keeps from one run to the next, and does
// not make anew: its cache, and what it detected.
func (r *Record) keptHash() string {
	h := sha256.New()
	fmt.Fprintln(h, hashFile(cacheFile(r.Build)))
	eachStamp(r.Inputs, func(s Stamp) bool {
		if r.detected(s.Path) {
			fmt.Fprintln(h, hashFile(s.Path))
		}
		return true
	})
	return hex.EncodeToString(h.Sum(nil))
}

// kept says whether that is what the step left.
func (r *Record) kept() bool { return r.keptHash() == r.KeptHash }

const cacheName = "CMakeCache.txt"

func cacheFile(build string) string { return filepath.Join(build, cacheName) }

// within says whether path lies below dir; both are clean and absolute.
func within(path, dir string) bool {
	return len(path) > len(dir) && path[:len(dir)] == dir && os.IsPathSeparator(path[len(dir)])
}

// save writes the record beside its place and renames it into it.
func (r *Record) save() error {
	r.InputBytes = len(r.Inputs)
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode record: %w", err)
	}
	if err := os.MkdirAll(Dir(r.Build), 0o777); err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	dir, err := os.OpenRoot(Dir(r.Build))
	if err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	defer func() { _ = dir.Close() }()
	return replace(dir, append(append(data, '\n'), r.Inputs...))
}

// replace makes data the record in the state directory dir. Two never write
// in one tree, so what lies at the temporary name is what a killed one left.
func replace(dir *os.Root, data []byte) error {
	_ = dir.Remove(nextFile)
	file, err := dir.OpenFile(nextFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("write record in %s: %w", dir.Name(), err)
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Close()); err == nil {
		err = dir.Rename(nextFile, File)
	}
	if err != nil {
		_ = dir.Remove(nextFile)
		return fmt.Errorf("write record in %s: %w", dir.Name(), err)
	}
	return nil
}
