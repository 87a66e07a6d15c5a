package cmaketargets

import "github.com/magecmake/magecmake/cmaketargets/internal/settings"

// Settings of one run are environment variables; settings of a repository are fields of
// Config. An empty variable counts as unset, and an unknown CMAKETARGETS_* variable is
// an error. CMake's own variables (CMAKE_GENERATOR, CMAKE_BUILD_TYPE,
// CMAKE_BUILD_PARALLEL_LEVEL, CTEST_PARALLEL_LEVEL, CC, CXX, ...) keep their meaning.
const (
	// EnvJobs overrides Config.Jobs: a number from 1.
	EnvJobs = settings.EnvJobs
	// EnvMemory overrides Config.Memory: "12GiB", "75%" or "off".
	EnvMemory = settings.EnvMemory
	// EnvProjects selects projects: comma-separated filters, see [Selection].
	EnvProjects = settings.EnvProjects
	// EnvVariants selects variants: comma-separated names.
	EnvVariants = settings.EnvVariants
	// EnvTargets selects the targets that Build builds: comma-separated names, as for
	// cmake --build --target. A project without any of them is skipped.
	EnvTargets = settings.EnvTargets
	// EnvTests selects the tests that Test runs: a regular expression of their names, as
	// for ctest -R; with "!" in front it leaves tests out, as ctest -E does.
	EnvTests = settings.EnvTests
	// EnvFailFast overrides Config.FailFast: 1 or 0.
	EnvFailFast = settings.EnvFailFast
	// EnvKeepGoing overrides Config.KeepGoing: 1 or 0.
	EnvKeepGoing = settings.EnvKeepGoing
	// EnvTimeout overrides Config.Timeout: a time with its unit, "90s" or "10m"; 0 for no
	// limit.
	EnvTimeout = settings.EnvTimeout
	// EnvFresh configures without the existing caches of the build trees: 1 or 0.
	EnvFresh = settings.EnvFresh
	// EnvDryRun prints each step with its reason and its command, and starts nothing: 1 or 0.
	EnvDryRun = settings.EnvDryRun
	// EnvProgress is how a run is shown: "live", "plain", or "auto", which is live on a
	// terminal outside of CI systems. "live" needs a terminal; elsewhere it is plain.
	EnvProgress = settings.EnvProgress
	// EnvStore overrides Config.Store: an absolute directory, or "off".
	EnvStore = settings.EnvStore
	// EnvReport adds to Config.Reports: comma-separated paths, relative to the directory
	// that mage runs in.
	EnvReport = settings.EnvReport
	// EnvManifest is the path of a JSON file with what each project reads. A run brings it up
	// to date, and filters such as "[origin/main]" use it where there is no build tree. It is
	// relative to the directory that mage runs in.
	EnvManifest = settings.EnvManifest
	// EnvAudit proves the choice of a filter such as "[origin/main]": 1 or 0. A run does its steps in all
	// projects, and fails with the names of a project and a file where one that the revision left out
	// has changed. It compares the build trees as they are before and after: all files in them
	// and those installed from them by content, the build system and the cache without comments and
	// internal entries; not CMake's other files, logs, or files of other projects. A build tree
	// that was not there before is not compared, and a line says so.
	EnvAudit = settings.EnvAudit
	// EnvProfile overrides Config.Profile: 1 or 0.
	EnvProfile = settings.EnvProfile
)
