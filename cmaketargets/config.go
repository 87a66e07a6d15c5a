package cmaketargets

import (
	"io"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/retry"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
)

// Config configures a workspace. Its zero value is ready to use.
type Config struct {
	// Root is the directory of the projects, absolute or relative to the directory that
	// mage runs in. Default: that directory.
	Root string
	// BuildRoot holds all build trees, absolute or relative to Root; it must lie inside
	// Root. Default: "build". The build tree of a project is <BuildRoot>/<project path>,
	// <BuildRoot>/<variant>/<project path> for a variant with a name, and BuildRoot itself
	// for a project at the root.
	BuildRoot string
	// Prefix is the directory to install to, absolute or relative to Root; a variant with
	// a name has a directory of its own in it. {project} in it stands for the path of the
	// project, which then has a prefix of its own. It is CMAKE_INSTALL_PREFIX of the configure
	// step. Default: the install prefix that Defines, Args or the preset of the variant, a
	// cache entry set by hand, CMAKE_INSTALL_PREFIX in the environment or the project names,
	// else <BuildRoot>/_install.
	Prefix string

	// Include keeps only projects whose path matches one of these doublestar patterns
	// ("libs/**", "apps/*"). A pattern without wildcards names one directory, and adds it
	// even where discovery does not look. Default: every project.
	Include []string
	// Exclude leaves out projects whose path matches, also when Include has them.
	Exclude []string
	// Nested are patterns of projects below other projects, where discovery looks for no
	// others; "**" finds all. Default: none. The build tree of a project that has
	// others below it is then <its build tree>/_self.
	Nested []string
	// Needs adds to the needs that CMake code and package.xml have: patterns of project
	// paths, and for each the projects that they need, or with "!" in front do not need:
	// {"apps/*": {"libs/core"}, "libs/a": {"!libs/b"}}. A project is configured and built
	// after those that it needs were installed, and finds them by CMAKE_PREFIX_PATH and
	// PKG_CONFIG_PATH, before packages of the system. Of several projects that provide a
	// package, the one that is named here counts. Default: none.
	Needs map[string][]string

	// Variants are the configurations of every project. Default: one, without a name.
	Variants []Variant

	// Jobs bounds the number of processes that run at once: cmake and ctest count one each, a
	// build as many as its -j. Default: the number of CPUs, the smaller of runtime.NumCPU
	// and GOMAXPROCS, which respects the limits of containers. CMAKETARGETS_JOBS overrides it. Any of these
	// is at most a 16th of the number of files that may be open. Within a jobserver, such as that
	// of `make -j8`, it bounds the number of tokens that the process takes.
	Jobs int
	// Memory bounds the memory that builds and tests are expected to use at once: an amount
	// ("12GiB"), a part of all ("75%"), or "off". While free memory would not hold another job,
	// as large as the largest process of the last runs of that step, none begins; one always runs.
	// Free memory is that of the machine, or of a control group around this process that has less.
	// Default: all free memory, which is known on Linux only. CMAKETARGETS_MEMORY overrides it.
	Memory string
	// Runner starts the commands of configure, build, test and install steps on other machines that share the
	// file system, and have the same tools at the same paths: a command that runs /bin/sh there, with its standard
	// input and output, and whose last argument, /bin/sh, is added. Words are quoted as in a shell.
	// Each {jobs} in it stands for the number of jobs of the step, at most N with {jobs:N}, else the CPUs of this
	// machine; {memory} for the memory in MiB that its processes had the last times; {name} for "build libs/a";
	// {host:A,B} for the least busy of these hosts; {lost} for the host that was lost with the step, which is
	// then done once more. A word with {memory} or {lost} is left out where there is none:
	//
	//	srun --quiet --cpus-per-task={jobs:64} --mem={memory} --exclude={lost} --job-name={name}
	//	ssh -o BatchMode=yes {host:node1,node2}
	//
	// Jobs is then the number of processes on all of the machines; Memory bounds nothing, and nothing of a step
	// shares its jobs with others while it runs. Environment and command go through standard input. When that
	// ends, so do all processes of the step. Default: none, "" or "off". CMAKETARGETS_RUNNER overrides it.
	Runner string
	// Warm gives files that have the contents of the last build the times of then, so that nothing is configured
	// or compiled again after a clone with an unpacked cache of build trees, or a git switch there and back: "on",
	// "off", or "auto", the default, which is on in CI systems and where all of the checkout is newer than its build
	// trees. It needs Ninja, or Make as of "Unix Makefiles". It changes times in the repository and in the build trees only. A build tree of another
	// program, such as an IDE, may then take a file for unchanged whose contents differ from those at its last build;
	// "auto" leaves a checkout alone that is worked in. CMAKETARGETS_WARM overrides it.
	Warm string
	// Launcher is a program that starts the compilers of builds: "ccache" or "sccache", which keep objects
	// that were compiled before, here or on another machine, "distcc" or "icecc", which compile on other machines, or
	// any command: a name to look for in PATH or an absolute path, and arguments, separated by blanks. It becomes
	// CMAKE_<LANG>_COMPILER_LAUNCHER of the languages that it supports (C, C++, Objective-C, CUDA except for distcc and
	// icecc; Fortran for another command) in build trees of Ninja and Make; other generators ignore it. The detection
	// of compilers and the checks of configure steps do not use it. A language has none where
	// a variant, a preset, the environment, a cache entry set by hand or the project sets a launcher, or the compiler
	// itself is a link to one. A build tree is configured again when the setting changes, and Ninja compiles the objects
	// again whose command lines changed.
	//
	// For ccache, CCACHE_BASEDIR is the repository and CCACHE_NOHASHDIR is set in builds, unless the user sets
	// these, so that other checkouts and build trees have the same objects; these may then name
	// the directories of the one that was compiled. Its other settings, as remote storage, are its own. The server
	// of sccache is started before the first build, and not ended. Default: none. CMAKETARGETS_LAUNCHER overrides
	// it; "off" is none.
	Launcher string
	// RemoteJobs is how many jobs builds have together beside Jobs, as Launcher has other machines compile: the number of
	// compiles that those can do at once. Configure steps, tests and installs count against Jobs alone, and so do the
	// links of a build: they are in a job pool of Ninja, cmaketargets_link (CMAKE_JOB_POOLS and CMAKE_JOB_POOL_LINK in
	// the cache), whose size is Jobs divided by the number of build trees, at least 1. Where a variant, a preset, an entry
	// set by hand or the project sets a pool for links, theirs is used. Other commands that are no compiles, such as code
	// generators, count as compiles.
	//
	// Builds by Make have Jobs only, as do those without a launcher of ours or without a pool for links; a note reports
	// this. So have all builds with Runner, within a jobserver that another program has started, and with the launcher
	// "off". It is an error without a launcher, and with ccache unless that has a prefix_command (CCACHE_PREFIX) such as
	// distcc; whether another one has machines to compile on is not examined. Default: 0, at most 10000.
	// CMAKETARGETS_REMOTE_JOBS overrides it.
	RemoteJobs int
	// FailFast ends the run at the first failure. Default: the others go on.
	// CMAKETARGETS_FAIL_FAST overrides it.
	FailFast bool
	// KeepGoing has a build go on after a command that failed (ninja -k 0, make -k), to
	// show all errors of a project. Default: a build stops at the first.
	// CMAKETARGETS_KEEP_GOING overrides it.
	KeepGoing bool
	// Timeout bounds the time of one step of one project. A step that takes longer is
	// stopped with all its processes and counts as failed; the others go on. Default: no
	// limit. CMAKETARGETS_TIMEOUT overrides it.
	Timeout time.Duration
	// BuildArgs are passed to the build tool, after "--" of cmake --build; TestArgs are
	// passed to ctest. Default: none. Arguments of the configure step are in Variant.Args.
	BuildArgs, TestArgs []string
	// TestCache does not repeat the tests of a project that have all passed with the same files: the outputs of the build,
	// the files that the tests name, all files in the directory of the project outside of hidden directories, arguments of
	// ctest, and the variables that the tests name. The step is up to date then, "passed before". Tests that read anything else, such as the network or
	// the clock, have to be run without it. It needs Ninja, or Make as of "Unix Makefiles". Default: tests are run each time, as ctest does.
	// CMAKETARGETS_TEST_CACHE overrides it.
	TestCache bool
	// Retry are rules by which tests and steps that failed are tried again. A test that passed on retry has not
	// "passed before" with TestCache. Default: none. CMAKETARGETS_RETRY overrides those for tests.
	Retry []Retry
	// Quarantine are tests and projects whose failures do not fail the run for a time. Default: none.
	Quarantine []Quarantine

	// CMake is the cmake to use: a name to look for in PATH, or a path. Default: "cmake".
	// Its ctest is the one in the same directory.
	CMake string
	// Store is a directory for results that can be computed again, absolute or relative to
	// Root, or "off": compiler detections, results of checks, and the version of cmake. All workspaces of a
	// user share it. Default: cmaketargets in the user's cache directory.
	// CMAKETARGETS_STORE overrides it.
	Store string
	// StoreSize bounds Store, in bytes; entries that were not used for longest are removed
	// first. Default: 256 MiB.
	StoreSize int64

	// CompileCommands is the file to which the compile_commands.json of all build trees are
	// merged after a configure step, absolute or relative to Root, or "off". Default:
	// "compile_commands.json". It has one entry per source file: that of the first of
	// Variants that compiles it, and among these of the project that the file lies in, then
	// of the first by path. The file is written only when its content changes, and never
	// replaces one that this package did not write.
	//
	// CMAKE_EXPORT_COMPILE_COMMANDS=ON in the environment of cmake requests the files of the
	// build trees (CMake 3.17 and later, Ninja and Makefiles). A preset, a toolchain file,
	// Defines or a project can override it; OFF leaves that build tree out.
	// Two workspaces with one Root need two files.
	CompileCommands string

	// Reports are files to write after each run, also a failed or interrupted one, absolute
	// or relative to Root. The ending selects the form: .json, .junit.xml, .trace.json,
	// .html, .codequality.json or .md. They hold all results of the process so far.
	// They cannot be in a build tree; <BuildRoot>/_reports is a good place, which Clean keeps.
	// CMAKETARGETS_REPORT adds to them.
	Reports []string
	// Profile has CMake (3.18 and later) profile its configure steps, for the timeline of
	// the .trace.json report. CMAKETARGETS_PROFILE overrides it.
	Profile bool

	// LogLimit bounds each log file, in bytes. Of a longer output the log has the first and
	// the last half of that many bytes, with a line about the rest between them. Default:
	// 64 MiB; a negative number is no limit.
	LogLimit int64

	// Output receives the text for people. Default: os.Stdout. A cancelled run waits two
	// seconds in all for a Write that blocks; such a Write may return after Run.
	Output io.Writer
	// OnResult, unless nil, is called with each Result as soon as its step has ended, one
	// at a time. It must not call the workspace; a panic in it fails the step.
	OnResult func(Result)
}

// settings returns c for the engine.
func (c Config) settings() settings.Settings {
	s := settings.Settings{
		Root: c.Root, BuildRoot: c.BuildRoot, Prefix: c.Prefix, Include: c.Include, Exclude: c.Exclude, Nested: c.Nested, Needs: c.Needs,
		Jobs: c.Jobs, RemoteJobs: c.RemoteJobs, Memory: c.Memory, RunnerCommand: c.Runner, Warm: c.Warm, Launcher: c.Launcher, FailFast: c.FailFast, KeepGoing: c.KeepGoing, Timeout: c.Timeout,
		BuildArgs: c.BuildArgs, TestArgs: c.TestArgs, TestCache: c.TestCache, CMake: c.CMake, Store: c.Store, StoreSize: c.StoreSize,
		CompileCommands: c.CompileCommands, Reports: c.Reports, Profile: c.Profile, LogLimit: c.LogLimit, Output: c.Output,
	}
	for _, r := range c.Retry {
		s.Retry = append(s.Retry, retry.Rule(r))
	}
	for _, q := range c.Quarantine {
		s.Quarantine = append(s.Quarantine, retry.Quarantine(q))
	}
	for _, v := range c.Variants {
		s.Variants = append(s.Variants, model.Variant(v))
	}
	if c.OnResult != nil {
		s.Done = func(r model.Result) { c.OnResult(resultOf(r)) }
	}
	return s
}
