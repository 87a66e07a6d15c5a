// Package settings resolves the settings of a workspace: the values of a
// cmaketargets.Config, then environment variables, then defaults.
package settings

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
	"github.com/magecmake/magecmake/cmaketargets/internal/memory"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/remote"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
	"github.com/magecmake/magecmake/cmaketargets/internal/retry"
	"github.com/magecmake/magecmake/cmaketargets/internal/selection"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Settings are the settings of a workspace. The fields of the first group are
// documented at cmaketargets.Config; Resolve makes their paths absolute and fills
// in their defaults, and sets the other fields.
type Settings struct {
	Root, BuildRoot, Prefix  string
	Include, Exclude, Nested []string
	Needs                    map[string][]string
	Variants                 []model.Variant
	Jobs, RemoteJobs         int
	Memory                   string // in Limit
	RunnerCommand            string // in Runner
	Warm                     string // "auto", "on" or "off"
	Launcher                 string // a command, "" for none
	FailFast, KeepGoing      bool
	Timeout                  time.Duration
	CMake                    string
	BuildArgs, TestArgs      []string
	TestCache                bool
	Retry                    []retry.Rule
	Quarantine               []retry.Quarantine
	Store                    string // "off" for none, and "" for the default
	StoreSize                int64
	CompileCommands          string // "off" for none
	Reports                  []string
	Profile                  bool
	LogLimit                 int64
	Output                   io.Writer
	Done                     func(model.Result) // Config.OnResult

	PrefixSet   bool   // Prefix is not the default
	eachPrefix  string // Prefix with projectMark, if it has that; Prefix is the directory above it then
	Limit       memory.Limit
	Runner      *remote.Runner // nil for none
	Env         []string       // of the process
	StartDir    string         // the directory that mage runs in
	Repository  string         // the working copy around Root, "" when there is none
	Verbose     bool           // mage -v
	Fresh       bool
	DryRun      bool
	Audit       bool                // of the projects that a revision leaves out
	Progress    string              // "auto", "live", "plain" or "quiet"
	ChecksAudit bool                // of the store's results of checks
	Selection   selection.Selection // of the environment
	ReportFiles []report.File       // those of Reports and of the environment
	envReports  []string
	Manifest    string // absolute; see package affected
	Durations   string // absolute, "" for none; see package shard
	Plan        string // "github:5", see shard.ParsePlan; "" for none
}

const (
	// defaultStoreSize holds some thousand detections of about 60 KiB.
	defaultStoreSize = 256 << 20
	// defaultLogLimit is more than a person reads, and bounds 1,000 projects whose
	// output does not end.
	defaultLogLimit = 64 << 20
)

// Resolve returns s with environment variables and defaults applied, or an error
// that names the field or the variable at fault. env has the form of os.Environ;
// startDir is the directory that mage runs in.
func (s Settings) Resolve(env []string, startDir string) (*Settings, error) {
	s.Env, s.StartDir, s.Verbose = env, startDir, verbose(env)
	if err := s.resolvePaths(); err != nil {
		return nil, err
	}
	var err error
	if s.Variants, err = nameVariants(s.Variants); err != nil {
		return nil, err
	}
	for i, v := range s.Variants {
		if v.Toolchain != "" {
			s.Variants[i].Toolchain = fsutil.Absolute(v.Toolchain, s.Root)
		}
	}
	s.Warm = cmp.Or(s.Warm, "auto")
	if err := s.check(); err != nil {
		return nil, err
	}
	if err := s.readEnvironment(); err != nil {
		return nil, err
	}
	s.Limit, _ = memory.ParseLimit(s.Memory)
	if s.Launcher = off(s.Launcher); s.Launcher == "off" {
		s.Launcher, s.RemoteJobs = "", 0
	}
	if s.RemoteJobs > 0 && s.Launcher == "" {
		return nil, fmt.Errorf("read Config.RemoteJobs: no launcher has other machines compile; set Config.Launcher or %s to distcc, icecc or another that does, or RemoteJobs to 0", EnvLauncher)
	}
	if s.Manifest != "" {
		s.Manifest = fsutil.Absolute(s.Manifest, startDir)
	}
	if s.Durations != "" {
		s.Durations = fsutil.Absolute(s.Durations, startDir)
	}
	cpus := min(runtime.NumCPU(), runtime.GOMAXPROCS(0))
	s.Jobs = cmp.Or(s.Jobs, cpus)
	s.Runner, _ = remote.Parse(s.RunnerCommand, cpus)
	if s.Runner != nil { // whose jobs are those of all machines
		s.RemoteJobs = 0
	}
	// Each job has some files open, beside the locks.
	s.Jobs = max(1, min(s.Jobs, lock.MaxHeld()/4))
	s.StoreSize = cmp.Or(s.StoreSize, defaultStoreSize)
	s.LogLimit = cmp.Or(s.LogLimit, defaultLogLimit)
	if s.Store = off(s.Store); s.Store != "off" && s.Store != "" {
		s.Store = fsutil.Absolute(s.Store, s.Root)
	}
	if s.CompileCommands = off(cmp.Or(s.CompileCommands, "compile_commands.json")); s.CompileCommands != "off" {
		s.CompileCommands = fsutil.Absolute(s.CompileCommands, s.Root)
	}
	s.Repository = workingCopy(s.Root)
	return &s, s.resolveReports()
}

// resolvePaths makes Root, BuildRoot and Prefix absolute.
func (s *Settings) resolvePaths() error {
	s.Root = fsutil.Absolute(s.Root, s.StartDir)
	switch info, err := os.Stat(s.Root); {
	case err != nil:
		return fmt.Errorf("read Config.Root: %s: %w", s.Root, fsutil.Cause(err))
	case !info.IsDir():
		return fmt.Errorf("read Config.Root: %s is not a directory", s.Root)
	}
	s.BuildRoot = fsutil.Absolute(cmp.Or(s.BuildRoot, "build"), s.Root)
	if rel, ok := fsutil.Within(s.BuildRoot, s.Root); !ok || rel == "." {
		return fmt.Errorf("read Config.BuildRoot: %s must be a directory inside the root %s, such as %q, for Clean removes what is in it", s.BuildRoot, s.Root, "build")
	}
	if info, err := os.Stat(s.BuildRoot); err == nil && !info.IsDir() {
		return fmt.Errorf("read Config.BuildRoot: %s is not a directory; choose another name", s.BuildRoot)
	} else if target, linkErr := os.Readlink(s.BuildRoot); err != nil && linkErr == nil {
		return fmt.Errorf("read Config.BuildRoot: %s is a link to %s: %w; create that directory, or remove the link", s.BuildRoot, target, fsutil.Cause(err))
	}
	s.PrefixSet = s.Prefix != ""
	s.Prefix = fsutil.Absolute(cmp.Or(s.Prefix, filepath.Join(s.BuildRoot, "_install")), s.Root)
	if before, _, ok := strings.Cut(s.Prefix, projectMark); ok {
		s.eachPrefix, s.Prefix = s.Prefix, filepath.Dir(before+projectMark)
		if fsutil.Inside(s.BuildRoot, s.Prefix) {
			return fmt.Errorf("read Config.Prefix: %s must be in a directory of its own, such as %q", s.eachPrefix, "build/_install/"+projectMark)
		}
	}
	return nil
}

// projectMark stands for the path of a project in Prefix.
const projectMark = "{project}"

// check returns an error for a number that is out of range.
func (s *Settings) check() error {
	switch {
	case s.Jobs < 0:
		return fmt.Errorf("read Config.Jobs: %d is not a number of jobs; use 1 or more, or 0 for the number of CPUs", s.Jobs)
	case s.RemoteJobs < 0 || s.RemoteJobs > maxRemoteJobs:
		return fmt.Errorf("read Config.RemoteJobs: %d is not %s", s.RemoteJobs, allowedRemoteJobs)
	case !memoryLimit(s.Memory):
		return fmt.Errorf("read Config.Memory: %s is not %s", text.Quoted(s.Memory), allowedMemory)
	case !isWarm(s.Warm):
		return fmt.Errorf("read Config.Warm: %s is not %s", text.Quoted(s.Warm), allowedWarm)
	case !isLauncher(s.Launcher):
		return fmt.Errorf("read Config.Launcher: %s is not %s", text.Quoted(s.Launcher), allowedLauncher)
	case s.Timeout < 0:
		return fmt.Errorf("read Config.Timeout: %s is not a time limit; use 0 for none", s.Timeout)
	case s.StoreSize < 0:
		return fmt.Errorf(`read Config.StoreSize: %d is not a number of bytes; use 0 for the default, or Store "off" for no store`, s.StoreSize)
	}
	if _, err := remote.Parse(s.RunnerCommand, 1); err != nil {
		return fmt.Errorf("read Config.Runner: %w", err)
	}
	if err := (cmake.Build{Native: s.BuildArgs}).Check(); err != nil {
		return fmt.Errorf("read Config.BuildArgs: %w", err)
	}
	if err := (cmake.Test{Args: s.TestArgs}).Check(); err != nil {
		return fmt.Errorf("read Config.TestArgs: %w", err)
	}
	if err := retry.Check(s.Retry); err != nil {
		return err
	}
	return retry.CheckQuarantine(s.Quarantine)
}

// maxRemoteJobs is less than the tokens that fit into a pipe.
const maxRemoteJobs = 10_000

var allowedRemoteJobs = fmt.Sprintf("a number of jobs from 0 to %d", maxRemoteJobs)

const allowedRunner = `a command such as "srun --cpus-per-task={jobs}", with no placeholders but {jobs}, {jobs:N}, {memory}, {name}, {lost} and, once, {host:A,B}; or "off"`

const allowedWarm = "auto, on or off"

func isWarm(value string) bool { return slices.Contains([]string{"auto", "on", "off"}, value) }

const allowedLauncher = `a compile launcher such as "ccache", its name or absolute path and its arguments, without ";" and quotes, or "off"`

// isLauncher reports whether a text is the command of a compile launcher, or empty for none. CMake
// separates its words by ";".
func isLauncher(value string) bool {
	words := strings.Fields(value)
	return value == "" || len(words) > 0 && !strings.ContainsAny(value, ";\"'") &&
		(filepath.IsAbs(words[0]) || words[0] == filepath.Base(words[0]) && !strings.HasPrefix(words[0], "-"))
}

const allowedMemory = `an amount with its unit such as "12GiB", a part of all such as "75%", or "off"`

// memoryLimit reports whether a text is a limit of memory, or empty for none.
func memoryLimit(s string) bool {
	_, ok := memory.ParseLimit(s)
	return ok || s == ""
}

// resolveReports fills in ReportFiles. Paths of the environment are relative to the
// directory that mage runs in.
func (s *Settings) resolveReports() (err error) {
	if s.ReportFiles, err = report.AddFiles(nil, "Config.Reports", s.Reports, s.Root); err != nil {
		return err
	}
	s.ReportFiles, err = report.AddFiles(s.ReportFiles, EnvReport, s.envReports, s.StartDir)
	return err
}

// workingCopy returns the directory that holds the repository of dir, or "".
func workingCopy(dir string) string {
	for !fsutil.Exists(filepath.Join(dir, ".git")) {
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
	return dir
}

// Exports reports whether build trees are asked to export compile commands.
func (s *Settings) Exports() bool { return s.CompileCommands != "off" }

// BuildDir returns the build tree of a project, apart from all else that lies at its path
// below the build root: the build trees of projects below the project, and files that git
// tracks.
func (s *Settings) BuildDir(p model.Project, v model.Variant, apart bool) string {
	dir := filepath.Join(s.BuildRoot, v.Name, filepath.FromSlash(p.Path))
	if apart {
		dir = filepath.Join(dir, "_self")
	}
	return dir
}

// InstallDir returns the install prefix of a project in a variant.
func (s *Settings) InstallDir(p model.Project, v model.Variant) string {
	dir := cmp.Or(s.eachPrefix, s.Prefix)
	return filepath.Join(strings.ReplaceAll(dir, projectMark, filepath.FromSlash(p.Path)), v.Name)
}

// ReportDir returns the directory for reports that Clean keeps, as it keeps the
// install prefix. No variant can have its name.
func (s *Settings) ReportDir() string { return filepath.Join(s.BuildRoot, "_reports") }

// StoreDir returns the directory of the store, or the reason why there is none.
func (s *Settings) StoreDir() (dir, reason string) {
	switch s.Store {
	case "off":
		return "", "the store is off"
	case "":
		user, err := os.UserCacheDir()
		if err != nil {
			return "", "there is no cache directory: " + err.Error()
		}
		return filepath.Join(user, "cmaketargets"), ""
	}
	return s.Store, ""
}

// Show shortens an absolute path for a reader: relative to the directory that mage
// runs in, because editors and terminals link such paths, else to the repository,
// else to the root.
func (s *Settings) Show(path string) string {
	for _, base := range []string{s.StartDir, s.Repository, s.Root} {
		if rel, ok := fsutil.Within(path, base); ok {
			return rel
		}
	}
	return path
}
