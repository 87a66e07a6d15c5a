package cmaketargets

import "context"

// The targets. Every exported function with the shape of a mage target appears in
// `mage -l` of every team that imports this package; TestTargets holds the list. They
// take only a context: mage 1.17 has flags for arguments that are pointers, and then no target depends on such a one, not
// even by mg.F, which takes no pointers; variadic functions can be dependencies, but are no targets.

// Build compiles every CMake project, configuring first where needed.
//
// Compilers run on all CPUs, divided among the projects that build at once (cmake
// --build with a part of the budget).
//
//	CMAKETARGETS_JOBS=N        at most N processes at once (default: CPUs)
//	CMAKETARGETS_MEMORY=...    at most so much memory: 12GiB, 75% or off
//	CMAKETARGETS_RUNNER=...    start steps elsewhere: "srun -c {jobs}", "ssh {host:a,b}"
//	CMAKETARGETS_PROJECTS=...  only these: libs/**,!libs/old app... ...[origin/main] @failed
//	CMAKETARGETS_VARIANTS=...  only these variants: Debug,Release
//	CMAKETARGETS_SHARD=2/5     only the second of five parts of these, for five machines
//	CMAKETARGETS_TARGETS=...   only these build targets: app,docs
//	CMAKETARGETS_LAUNCHER=...  what starts the compilers: ccache, distcc or a command; off
//	CMAKETARGETS_REMOTE_JOBS=N compiles beside these processes, as distcc has others do them
//	CMAKETARGETS_KEEP_GOING=1  go on after a failed command (ninja -k 0, make -k)
//	CMAKETARGETS_FAIL_FAST=1   stop at the first failure
//	CMAKETARGETS_DRY_RUN=1     show each step and its reason
//	CMAKETARGETS_PROGRESS=...  live, plain, quiet or auto: live on a terminal
//	CMAKETARGETS_REPORT=...    write reports: build/_reports/all.html,all.json
//
//mage:multiline
func Build(ctx context.Context) error { return standard.target(ctx, StepBuild) }

// Clean removes the build trees of every CMake project.
//
// A directory is removed when it is proven to be the build tree of its project: inside
// the build root, reached through no symbolic link, with a CMakeCache.txt that names
// the project. Any other is left whole, and the reason is shown.
//
//	CMAKETARGETS_PROJECTS=...  only these: libs/**,!libs/old app... ...[origin/main] @failed
//	CMAKETARGETS_VARIANTS=...  only these variants: Debug,Release
//	CMAKETARGETS_DRY_RUN=1     show the removals and refusals
//	CMAKETARGETS_REPORT=...    write reports: build/_reports/all.html,all.json
//
//mage:multiline
func Clean(ctx context.Context) error { return standard.target(ctx, StepClean) }

// Configure generates the build trees of every CMake project (cmake -S -B).
//
// A build tree that is up to date costs nothing; for any other the reason is shown.
// A project whose packages another one needs is built and installed first.
// Build type Debug and generator Ninja (where installed) are the defaults;
// CMAKE_BUILD_TYPE, CMAKE_GENERATOR, CC, CXX and other variables of CMake keep
// their meaning.
//
//	CMAKETARGETS_JOBS=N        at most N processes at once (default: CPUs)
//	CMAKETARGETS_PROJECTS=...  only these: libs/**,!libs/old app... ...[origin/main] @failed
//	CMAKETARGETS_VARIANTS=...  only these variants: Debug,Release
//	CMAKETARGETS_SHARD=2/5     only the second of five parts of these, for five machines
//	CMAKETARGETS_FAIL_FAST=1   stop at the first failure
//	CMAKETARGETS_FRESH=1       start without the existing caches
//	CMAKETARGETS_DRY_RUN=1     show each step and its reason
//	CMAKETARGETS_PROGRESS=...  live, plain, quiet or auto: live on a terminal
//	CMAKETARGETS_REPORT=...    write reports: build/_reports/all.html,all.json
//	CMAKETARGETS_STORE=off     detect the compilers in every build tree
//
//mage:multiline
func Configure(ctx context.Context) error { return standard.target(ctx, StepConfigure) }

// Install installs every CMake project that has install rules, building first.
//
// The prefix is build/_install (with variants build/_install/<variant>), or that of
// Config.Prefix in the magefile.
//
//	CMAKETARGETS_JOBS=N        at most N processes at once (default: CPUs)
//	CMAKETARGETS_PROJECTS=...  only these: libs/**,!libs/old app... ...[origin/main] @failed
//	CMAKETARGETS_VARIANTS=...  only these variants: Debug,Release
//	CMAKETARGETS_SHARD=2/5     only the second of five parts of these, for five machines
//	CMAKETARGETS_FAIL_FAST=1   stop at the first failure
//	CMAKETARGETS_DRY_RUN=1     show each step and its reason
//	CMAKETARGETS_PROGRESS=...  live, plain, quiet or auto: live on a terminal
//	CMAKETARGETS_REPORT=...    write reports: build/_reports/all.html,all.json
//
//mage:multiline
func Install(ctx context.Context) error { return standard.target(ctx, StepInstall) }

// List shows every CMake project, its build tree and its state.
//
// With mage -v also the ignored directories, and why.
//
//	CMAKETARGETS_PROJECTS=...  only these: libs/**,!libs/old app... ...[origin/main] @failed
//	CMAKETARGETS_VARIANTS=...  only these variants: Debug,Release
//	CMAKETARGETS_SHARD=2/5     only the second of five parts of these
//	CMAKETARGETS_PLAN=...      print them in shards for a CI system: github:5, gitlab:5, json:5
//
//mage:multiline
func List(ctx context.Context) error { return errorOf(standard.engine.List(ctx)) }

// Rebuild removes, configures and builds every CMake project from scratch.
//
//	CMAKETARGETS_JOBS=N        at most N processes at once (default: CPUs)
//	CMAKETARGETS_MEMORY=...    at most so much memory: 12GiB, 75% or off
//	CMAKETARGETS_RUNNER=...    start steps elsewhere: "srun -c {jobs}", "ssh {host:a,b}"
//	CMAKETARGETS_PROJECTS=...  only these: libs/**,!libs/old app... ...[origin/main] @failed
//	CMAKETARGETS_VARIANTS=...  only these variants: Debug,Release
//	CMAKETARGETS_SHARD=2/5     only the second of five parts of these, for five machines
//	CMAKETARGETS_FAIL_FAST=1   stop at the first failure
//	CMAKETARGETS_DRY_RUN=1     show each step and its reason
//	CMAKETARGETS_PROGRESS=...  live, plain, quiet or auto: live on a terminal
//	CMAKETARGETS_REPORT=...    write reports: build/_reports/all.html,all.json
//
//mage:multiline
func Rebuild(ctx context.Context) error {
	return standard.target(ctx, StepClean, StepConfigure, StepBuild)
}

// Test runs the tests of every CMake project (ctest), building first.
//
// The output of failed tests is shown. CTEST_PARALLEL_LEVEL keeps its meaning;
// without it the tests of one project run one after the other.
//
//	CMAKETARGETS_JOBS=N        at most N processes at once (default: CPUs)
//	CMAKETARGETS_MEMORY=...    at most so much memory: 12GiB, 75% or off
//	CMAKETARGETS_RUNNER=...    start steps elsewhere: "srun -c {jobs}", "ssh {host:a,b}"
//	CMAKETARGETS_PROJECTS=...  only these: libs/**,!libs/old app... ...[origin/main] @failed
//	CMAKETARGETS_VARIANTS=...  only these variants: Debug,Release
//	CMAKETARGETS_SHARD=2/5     only the second of five parts of these, for five machines
//	CMAKETARGETS_TESTS=...     only tests that match: ^unit, or !slow
//	CMAKETARGETS_RETRY=N       run a test that fails up to N times
//	CMAKETARGETS_FAIL_FAST=1   stop at the first failure
//	CMAKETARGETS_DRY_RUN=1     show each step and its reason
//	CMAKETARGETS_PROGRESS=...  live, plain, quiet or auto: live on a terminal
//	CMAKETARGETS_REPORT=...    write reports: build/_reports/all.html,all.json
//
//mage:multiline
func Test(ctx context.Context) error { return standard.target(ctx, StepTest) }
