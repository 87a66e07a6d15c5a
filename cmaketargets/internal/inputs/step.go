package inputs

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Intent is everything that decides the result of a configure step and is known before it starts.
type Intent struct {
	// Source and Build are absolute.
	Source, Build string
	// CMake is the executable, links resolved, and Version its answer to --version.
	CMake   Stamp
	Version string
	// Generator is the requested one; empty leaves the choice to CMake.
	Generator string
	// Args are the arguments except -S, -B, -G and those of a single run.
	Args []string
	// Env holds the environment variables that CMake reads; see Environ.
	Env map[string]string
	// Environ is the whole environment, in the form of os.Environ, of which Uses name more variables.
	Environ []string
	// Path is the effective PATH; see Files.SearchPath.
	Path []string
	// Files are preset and toolchain files and initial caches; see Snapshot.settingsChanged.
	Files []string
	// Preset and PresetEnv are the cache entries and the variables of the environment that a preset
	// sets.
	Preset, PresetEnv map[string]string
}

// Observed has the inputs and findings of a successful configure step. Its paths are absolute.
type Observed struct {
	Generator string // from the cache
	Reply     Stamp  // of the file API's index file: its name and size, and the time of its directory
	CacheEnd  string // last entry of the cache, name=value
	Inputs    []string
	Modules   map[string]bool // of the inputs, CMake's own, which only an upgrade replaces
	Compilers []string
	Program   string   // the build program, as in the cache; "" if unknown
	Dirs      []string // source directories
	Settings  []string // further files of the kind of Intent.Files
	Globs     bool     // there are file(GLOB CONFIGURE_DEPENDS) that the reply does not list
	Uses      Uses
	Note      string
}

// Begin replaces the snapshot of a tree, nil if there is none, by that of a running step. fresh
// reports that nothing in the tree is worth keeping. CMake must not be started before Begin
// returns, because Begin stamps the inputs that the step may read; see baseline.
func Begin(old *Snapshot, in Intent, fresh bool, at time.Time) (*Snapshot, error) {
	s := &Snapshot{
		Format: Format, State: Running, At: at, Source: in.Source, Build: in.Build,
		CMake: FormatStamps([]Stamp{in.CMake}), Version: in.Version,
		Generator: in.Generator, Args: in.Args, Path: in.Path,
		Salt:  strconv.FormatUint(rand.Uint64(), 36),
		First: fresh || old != nil && old.First,
	}
	s.Env, s.Preset, s.PresetEnv = s.hashValues(in.Env), s.hashValues(in.Preset), s.hashValues(in.PresetEnv)
	s.environ = in.Environ
	s.Settings = stampAll(in.Files, stampSetting)
	if old != nil {
		// Of a tree whose step fails these still hold.
		s.Compilers, s.Program, s.Used.Written = old.Compilers, old.Program, old.Used.Written
	}
	s.claim(old)
	if err := s.save(); err != nil {
		return s, err
	}
	s.baseline = newBaseline(old, s)
	return s, nil
}

// Finish writes the snapshot of a successful configure step.
func (s *Snapshot) Finish(o Observed) error {
	s.State, s.First, s.Ours = Done, false, nil
	s.Actual, s.Note, s.Globs = o.Generator, o.Note, o.Globs
	s.Reply, s.ReplySize, s.ReplyTime, s.CacheEnd = o.Reply.Path, o.Reply.Size, o.Reply.ModTime, o.CacheEnd
	s.Cache = FormatStamps([]Stamp{stat(cacheFile(s.Build))})
	s.Inputs = stampAll(o.Inputs, func(path string) Stamp {
		if fsutil.Inside(path, s.Build) {
			return stat(path) // CMake itself writes there
		}
		if o.Modules[path] {
			return s.baseline.file(path)
		}
		return s.baseline.withContent(s.baseline.file(path))
	})
	s.KeptHash, s.Boot = s.keptHash(), bootID()
	s.Compilers, s.Program = stampAll(o.Compilers, s.baseline.compiler), o.Program
	for _, path := range o.Settings {
		if !s.baseline.settings[path] {
			setting := s.baseline.file(path)
			setting.Changed, setting.Hash = Examine(path).Changed, HashFile(path)
			s.Settings += FormatStamps([]Stamp{setting})
		}
	}
	s.Dirs = stampAll(o.Dirs, s.baseline.dir)
	s.setUsed(o.Uses)
	s.Used.Written = s.baseline.writtenFiles(s.Build) + madeOutside(s, o.Uses.Makes)
	return errors.Join(recordWritten(s), s.save())
}

// Fail writes the snapshot of a failed configure step.
func (s *Snapshot) Fail() error {
	s.State, s.Used.Written = Failed, s.baseline.writtenFiles(s.Build)
	if s.Made {
		s.Ours, _ = namesIn(s.Build) // names that cannot be listed are not ours
	}
	return s.save()
}

// BeginRemoval replaces the snapshot in the build tree of root by one in the state Removing, so that
// the remains of a killed Clean are not taken for a whole tree. found is the tree's Snapshot.Found.
func BeginRemoval(root *os.Root, source, build string, found []string) error {
	if err := root.MkdirAll(StateDir, 0o777); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	s := Snapshot{Format: Format, State: Removing, Source: source, Build: build, Found: found}
	return s.write(root.OpenRoot(StateDir))
}
