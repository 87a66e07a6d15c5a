package cmaketargets

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
)

// Config says how a workspace differs from the defaults. Its zero value is a
// sensible one.
type Config struct {
	// Root is the directory whose projects are meant, absolute or relative to
	// the directory mage runs in. Default: that directory.
	Root string
	// BuildRoot holds all build trees, absolute or relative to Root; it must
	// lie inside Root. Default: "build". A project's tree is
	// <BuildRoot>/<project path>, <BuildRoot>/<variant>/<project path> for a
	// variant with a name, and BuildRoot itself for a project at the root.
	BuildRoot string
	// Prefix is where Install puts things, absolute or relative to Root; a
	// variant with a name has a directory of its own in it. Default:
	// <BuildRoot>/_install.
	Prefix string

	// Include keeps only projects whose path matches one of these doublestar
	// patterns ("libs/**", "apps/*"). A pattern without wildcards names that
	// very directory, and takes it even where discovery would not have
	// looked. Default: every project.
	Include []string
	// Exclude leaves out projects whose path matches; it wins over Include.
	Exclude []string
	// Nested are patterns of projects below other projects, which discovery
	// otherwise does not look for; "**" finds all. Default: none. A project
	// that has others below it then has its tree in <its tree>/_self.
	Nested []string

	// Variants are the configurations of every project. Default: one, without
	// a name.
	Variants []Variant

	// Jobs is the most that runs at once in this process: cmake and ctest
	// count one each, a build as many as its -j says. Default: the number of
	// CPUs, the smaller of runtime.NumCPU and GOMAXPROCS, which knows of
	// container limits. The environment variable CMAKETARGETS_JOBS overrides it.
	// Where few files may be open at once, it is held to a 16th of these.
	Jobs int
	// FailFast ends the run at the first failure. Default: the others go on.
	// CMAKETARGETS_FAIL_FAST overrides it.
	FailFast bool
	// Timeout is the most that one step of one project may take. One that
	// takes longer is stopped with all its processes and counts as failed; the
	// others go on. Default: no limit. CMAKETARGETS_TIMEOUT overrides it.
	Timeout time.Duration
	// CMake is the cmake to use, a name to look for in PATH or a path.
	// Default: "cmake". Its ctest is the one beside it.
	CMake string
	// Cache is the directory of the shared store of compiler detections,
	// absolute or relative to Root, or "off". Default: cmaketargets in the
	// user's cache directory. It holds only what can be recomputed.
	// CMAKETARGETS_CACHE overrides it.
	Cache string
	// CacheSize bounds that store, in bytes; what was not used for longest
	// goes first. Default: 256 MiB.
	CacheSize int64

	// CompileCommands is where the compile_commands.json of all build trees
	// is written, merged, after they were configured: absolute or relative to
	// Root, or "off". Default: "compile_commands.json". It has one entry per
	// source file: that of the first of Variants that compiles it, and in that
	// of the project that the file lies in, then of the first by path. It is
	// touched only when its content changes, and one that this package did
	// not write stays as it is. Trees are asked to export their commands by
	// CMAKE_EXPORT_COMPILE_COMMANDS=ON in cmake's environment (CMake 3.17 and
	// later, Ninja and Makefiles), so what a preset, a toolchain file, Defines
	// or a project says about it counts, and OFF there leaves that tree out.
	// Further workspaces of one Root need places of their own.
	CompileCommands string

	// Reports are files to write after each run, also one that failed or was
	// interrupted, absolute or relative to Root. The ending says the form:
	// .json, .junit.xml, .trace.json, .html, .codequality.json or .md. They
	// tell of all that the process has done so far. CMAKETARGETS_REPORT adds
	// to them. A good place is <BuildRoot>/_reports, which Clean leaves alone;
	// in a build tree they cannot be.
	Reports []string
	// Profile lets CMake (3.18 and later) profile what it configures, for the
	// timeline of the .trace.json report. CMAKETARGETS_PROFILE overrides it.
	Profile bool

	// LogLimit bounds each log file, in bytes. Of a longer output the first
	// and the last half of so many bytes are kept, and a line between them
	// says how much is missing. Default: 64 MiB; a negative number is no limit.
	LogLimit int64

	// Output receives what is meant for people. Default: os.Stdout. A run that
	// was told to end waits two seconds in all for a Write that blocks, which
	// may then return later than the run.
	Output io.Writer
}

// startDir is the directory mage runs in: a target may change the process's
// directory later, and relative paths must not change their meaning then.
var startDir, startDirErr = os.Getwd()

// defaultCacheSize is room for some thousand detections of about 60 KiB.
const defaultCacheSize = 256 << 20

// defaultLogLimit is more than a person reads, and little enough for 1,000
// projects that all go wild.
const defaultLogLimit = 64 << 20

// settings are a Config with all defaults filled in, and the knobs.
type settings struct {
	Config
	variants []Variant
	knobs    knobs
	reports  []reportFile
	// repository is the working copy that Root lies in, absolute, and "" when
	// it lies in none.
	repository string
}

// settle fills in the defaults of a Config and checks it.
func settle(c Config, env []string) (*settings, error) {
	if startDirErr != nil && !filepath.IsAbs(c.Root) {
		return nil, fmt.Errorf("find the current directory: %w", startDirErr)
	}
	c.Root = absolute(c.Root, startDir)
	switch info, err := os.Stat(c.Root); {
	case err != nil:
		return nil, fmt.Errorf("read Config.Root: %s: %w", c.Root, pathCause(err))
	case !info.IsDir():
		return nil, fmt.Errorf("read Config.Root: %s is not a directory", c.Root)
	}
	if c.BuildRoot == "" {
		c.BuildRoot = "build"
	}
	c.BuildRoot = absolute(c.BuildRoot, c.Root)
	if rel, err := filepath.Rel(c.Root, c.BuildRoot); err != nil || rel == "." || !filepath.IsLocal(rel) {
		return nil, fmt.Errorf("read Config.BuildRoot: %s must be a directory inside the root %s, such as %q, for Clean removes what is in it", c.BuildRoot, c.Root, "build")
	}
	if info, err := os.Stat(c.BuildRoot); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("read Config.BuildRoot: %s is not a directory; choose another name", c.BuildRoot)
	}
	if c.Prefix == "" {
		c.Prefix = filepath.Join(c.BuildRoot, "_install")
	}
	c.Prefix = absolute(c.Prefix, c.Root)
	variants, err := named(c.Variants)
	if err != nil {
		return nil, err
	}
	for i, v := range variants {
		if v.Toolchain != "" {
			variants[i].Toolchain = absolute(v.Toolchain, c.Root)
		}
	}
	k, err := readKnobs(env)
	if err != nil {
		return nil, err
	}
	if c.Jobs < 0 {
		return nil, fmt.Errorf("read Config.Jobs: %d is not a number of jobs; use 1 or more, or 0 for the number of CPUs", c.Jobs)
	}
	if k.jobs > 0 {
		c.Jobs = k.jobs
	}
	if c.Jobs == 0 {
		c.Jobs = min(runtime.NumCPU(), runtime.GOMAXPROCS(0))
	}
	// Each has some files open, beside the locks.
	c.Jobs = max(1, min(c.Jobs, lock.Room()/4))
	if k.failFast != nil {
		c.FailFast = *k.failFast
	}
	if c.Timeout < 0 {
		return nil, fmt.Errorf("read Config.Timeout: %s is not a time limit; use 0 for none", c.Timeout)
	}
	if k.timeout != nil {
		c.Timeout = *k.timeout
	}
	c.Cache = orOff(cmp.Or(k.cache, c.Cache))
	if c.CacheSize < 0 {
		return nil, fmt.Errorf(`read Config.CacheSize: %d is not a number of bytes; use 0 for the default, or Cache "off" for no store`, c.CacheSize)
	}
	if c.CacheSize == 0 {
		c.CacheSize = defaultCacheSize
	}
	c.CompileCommands = orOff(cmp.Or(c.CompileCommands, "compile_commands.json"))
	if c.CompileCommands != "off" {
		c.CompileCommands = absolute(c.CompileCommands, c.Root)
	}
	if c.LogLimit == 0 {
		c.LogLimit = defaultLogLimit
	}
	if c.Output == nil {
		c.Output = os.Stdout
	}
	if k.profile != nil {
		c.Profile = *k.profile
	}
	reports, err := reportFiles(c, k)
	if err != nil {
		return nil, err
	}
	return &settings{Config: c, variants: variants, knobs: k, reports: reports, repository: workingCopy(c.Root)}, nil
}

// pathCause is a file system's error without the operation and the path, where
// these stand already.
func pathCause(err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

func absolute(path, base string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(base, path)
}

// buildDir is the build tree of a project. outer says that other projects of
// the workspace lie below it, whose trees must not lie in its own.
func (s *settings) buildDir(p Project, v Variant, outer bool) string {
	dir := filepath.Join(s.BuildRoot, v.Name, filepath.FromSlash(p.Path))
	if outer {
		dir = filepath.Join(dir, "_self")
	}
	return dir
}

// prefix is where a variant is installed.
func (s *settings) prefix(v Variant) string { return filepath.Join(s.Prefix, v.Name) }

// show shortens an absolute path for a reader. Editors and terminals link what
// is relative to the directory that mage runs in, so that comes first; what lies
// elsewhere is relative to the top of the repository, or to the root where
// there is none.
func (s *settings) show(path string) string {
	for _, base := range []string{startDir, s.repository, s.Root} {
		if rel, ok := within(path, base); ok {
			return rel
		}
	}
	return path
}

// within returns a path relative to a directory that it lies in.
func within(path, dir string) (rel string, ok bool) {
	if dir == "" || !filepath.IsAbs(path) {
		return "", false
	}
	rel, err := filepath.Rel(dir, path)
	return rel, err == nil && filepath.IsLocal(rel)
}

// workingCopy is the directory that holds dir's repository, "" when there is
// none.
func workingCopy(dir string) string {
	for {
		if exists(filepath.Join(dir, ".git")) {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// environ is the environment of a variant's commands.
func (v Variant) environ(env []string) []string {
	if len(v.Env) == 0 {
		return env
	}
	out := make([]string, 0, len(env)+len(v.Env))
	for _, kv := range env {
		name, _, _ := strings.Cut(kv, "=")
		if _, ok := v.Env[name]; !ok {
			out = append(out, kv)
		}
	}
	for name, value := range v.Env {
		out = append(out, name+"="+value)
	}
	return out
}
