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
	// EnvRunner overrides Config.Runner: a command such as "srun --cpus-per-task={jobs}", or "off".
	EnvRunner = settings.EnvRunner
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
	// EnvProgress is how a run is shown: "live", "plain", "quiet", or "auto". Quiet shows no
	// step that succeeded, and of one that failed no output: the end of the run has its first error and its
	// log file. CI systems that fold, GitHub and GitLab, have the output in a fold. "live" needs a
	// terminal; elsewhere it is plain. Auto is live on a terminal outside of CI systems, and quiet where the
	// output is no terminal and the environment is that of a CI system or of a coding agent: CI, TF_BUILD,
	// JENKINS_URL, TEAMCITY_VERSION; AI_AGENT, CLAUDECODE, CURSOR_AGENT, GEMINI_CLI, CODEX_SANDBOX, CODEX_CI,
	// OPENCODE. mage -v shows everything.
	EnvProgress = settings.EnvProgress
	// EnvStore overrides Config.Store: an absolute directory, or "off".
	EnvStore = settings.EnvStore
	// EnvReport adds to Config.Reports: comma-separated paths, relative to the directory
	// that mage runs in.
	EnvReport = settings.EnvReport
	// EnvManifest is the path of a JSON file with the inputs of each project. A run brings it up
	// to date, and filters such as "[origin/main]" use it where there is no build tree. It is
	// relative to the directory that mage runs in.
	EnvManifest = settings.EnvManifest
	// EnvAudit proves the choice of a filter such as "[origin/main]": 1 or 0. A run does its steps in all
	// projects, and fails with the names of a project and a file where one that the revision left out
	// has changed. It compares the build trees as they are before and after: all files in them
	// and those installed from them by content, the build system and the cache without comments and
	// internal entries; not CMake's other files, logs, or files of other projects. A build tree
	// that was not there before is not compared, and a line notes this.
	EnvAudit = settings.EnvAudit
	// EnvRetry overrides Config.Retry for tests: how often each test that fails is run at most, 1
	// to 10; 1 for once.
	EnvRetry = settings.EnvRetry
	// EnvShard selects a part of the selected projects, for one of several machines: "2/5", see
	// [Selection]. The needs that keep projects together are those of the code and of Config.Needs.
	EnvShard = settings.EnvShard
	// EnvDurations is the path of a JSON file with the durations of steps, by which EnvShard and EnvPlan
	// balance; without it each project counts the same. A run brings it up to date with its steps and
	// keeps all others; a run of a shard does not, so that the next one has the same projects, but the
	// command cmd/report does from the reports of all. A damaged file is an error. The path is relative to the
	// directory that mage runs in.
	EnvDurations = settings.EnvDurations
	// EnvPlan has List print the selected projects in shards, and nothing else on its output: "github:5"
	// are the outputs matrix and empty of a step of GitHub, "gitlab:5" a child pipeline of GitLab
	// whose jobs extend .shard, "json:5" all of it.
	EnvPlan = settings.EnvPlan
	// EnvChecksAudit proves the results of checks that the store holds: 1 or 0. A configure step
	// without a cache has CMake make all checks again, and fails with their variables where the
	// store has another result.
	EnvChecksAudit = settings.EnvChecks
	// EnvTestCache overrides Config.TestCache: 1 or 0.
	EnvTestCache = settings.EnvTestCache
	// EnvWarm overrides Config.Warm: "auto", "on" or "off".
	EnvWarm = settings.EnvWarm
	// EnvLauncher overrides Config.Launcher: "ccache", another command, or "off".
	EnvLauncher = settings.EnvLauncher
	// EnvRemoteJobs overrides Config.RemoteJobs: a number from 0.
	EnvRemoteJobs = settings.EnvRemote
	// EnvProfile overrides Config.Profile: 1 or 0.
	EnvProfile = settings.EnvProfile
)
