// Package bench holds benchmarks only: this tool beside the other ways to configure many projects,
// in one run on one machine, and its own cost beside that of CMake. `go tool mage bench` runs them.
//
// # Contenders
//
// A round runs every contender once, the next round begins with the next of them. Each starts as a process, in a
// directory of its own, where the projects' files are an hour old:
//
//	xargs    plain cmake under xargs -P with as many processes as this tool uses
//	script   the Python script that many repositories have for this, one thread a CPU; where there is a python3
//	cold     this tool in a compiled magefile, its store of detections empty
//	warm     the same with a store that has the detections; no build trees
//	nothing  the same where everything is up to date
//	floor    plain cmake under xargs -P in trees that are configured
//	install  this tool from cold to installed, and
//	colcon   colcon, which always builds and installs; both only where there is a colcon
//
// BenchmarkBuild has others, each with everything built: build is this tool, ninja and cmake start `ninja -C` and
// `cmake --build` in each build tree under xargs -P; edited is this tool where one source has changed, and alone is
// Ninja in that build tree only.
//
// The result is the median of the ratios within each round: a machine that is busy for a while is so for both sides.
// The times in the tables are medians too, of the clock and of the CPU with all descendants.
//
// # Scheduler
//
// BenchmarkScheduler has a fake cmake, so that only our own costs remain: CPU time and peak memory of the process that
// runs the workspace, without its children.
//
// # Import
//
// BenchmarkImport compiles a magefile that imports this module, with mage and a build cache that holds the standard
// library only. It reports seconds of the clock and of the CPU, the size of the program, and with BENCH_BASELINE the
// medians of the ratios to another version of this module, compiled in the same rounds.
//
// # Memory
//
// BenchmarkMemory builds projects of 700 MiB each in a control group of 2 GiB, with fixed numbers of them at once, by
// the free memory, and as many as there are, where those that are killed are done again.
//
// # Environment
//
//	TMPDIR          where all of it happens; some GiB are needed there until the end. A memory file system (/dev/shm)
//	                takes the disk out of the figures, and the effect of files that others removed in the last minutes.
//	BENCH_PROJECTS  replaces the number of projects of every benchmark, for a quick look
//	BENCH_BASELINE  the root of another version of this repository, for BenchmarkImport
//	BENCH_CGROUP    the directory of a control group with a limit of 2 GiB, of either version, for BenchmarkMemory
//	BENCH_NINJAS    Ninjas, a list like PATH, for BenchmarkBudget; else the one in PATH
//	BENCH_MEAN      the mean time of a command in BenchmarkBudget, 500ms by default
//	BENCH_EQUAL     not empty: all commands there take that long
//	BENCH_PROFILE   an existing directory for CPU and memory profiles of the scheduler
package bench
