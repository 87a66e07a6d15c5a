// Package cmaketargets turns every CMake project of a repository into mage targets: mage
// configure, build, test, install, clean, rebuild and list.
//
// The smallest magefile:
//
//	//go:build mage
//
//	package main
//
//	import (
//		//mage:import
//		_ "github.com/magecmake/magecmake/cmaketargets"
//	)
//
// # Targets
//
// Each target finds the projects below the directory that mage runs in, and runs CMake on
// them side by side, bounded by the number of CPUs. Build implies Configure, Test and
// Install imply Build; a step that is up to date is skipped. A project that needs packages of
// others comes after them: these are configured, built and installed before it is configured, also
// by Configure, and where they were not selected.
//
// # Configuration
//
// Nothing has to be configured. The settings of a repository are the fields of [Config],
// passed to [Use] in init():
//
//	func init() {
//		cmaketargets.Use(cmaketargets.Config{Exclude: []string{"third_party/**"}})
//	}
//
// The settings of one run are environment variables: see [EnvJobs] and those after it.
//
// # Jobs
//
// Config.Jobs is the most that runs at once in the process, beside the compiles that other machines do, see
// Config.RemoteJobs. If MAKEFLAGS names a jobserver, as in
// a recipe of `make -j8` that begins with +, in a build of another mage or within a package manager, the
// process joins it: its first job needs no token, and each further one has a token from the time at which it
// begins, or may begin in a build that runs, to its end. None is kept while a step waits for a build tree that
// another process has locked. All are returned when the run ends, also by a signal or a panic.
// A process that is killed, or exits at a second Ctrl-C, cannot return those that it has: GNU Make then goes on with
// fewer jobs. A jobserver that was not passed on is ignored, with a note. So are the semaphores of Windows, and, on
// systems without /proc, a pipe on which reads block.
//
// # Results
//
// [Run] does steps and returns a [Report], with a [Result] per project, variant and step,
// complete also when some failed. [Results] returns the same for all runs of this
// process; a target that depends on Configure finds there the status of each project, its
// targets and their artifacts. [Select] narrows a run to some projects,
// variants, build targets or tests. Config.Reports writes the results to files after every
// run, and Config.OnResult receives each as soon as its step has ended.
//
// # Cancellation
//
// SIGINT, SIGTERM, SIGHUP and a cancelled context end a run: its processes are asked to
// end, and killed with all their descendants two seconds later, four with Config.Runner, or
// at once after a second signal. The Report then lists the cancelled steps. A step that reaches Config.Timeout is
// ended in the same way, and the others go on.
//
// If this process is killed, or exits without waiting, as mage does at a second Ctrl-C, a
// guard ends the processes that it had started, within about two seconds; a Runner has twenty
// to end its job on another machine. The guard is a shell that the first command of a run
// starts, on Windows a job object; importing the package starts nothing. It ends
//
//   - on Linux all of them, also those that left the process session, but not another
//     user's. If the guard was killed, too, the next run in the build tree ends the
//     remaining processes of the commands' sessions;
//   - on macOS and the BSDs the process groups, and with them Ninja's jobs if Ninja ends
//     them;
//   - on Windows, at once, all processes in the commands' job objects.
//
// Processes that a successful command left running are never ended, nor is a daemon, such
// as the server of a compiler cache, of a failed one.
//
// A build tree is locked from the first step of a run that changes it to the last. A second
// process waits, and shows for which one. The next run after a killed one waits for the
// end of its processes, and does its steps again.
package cmaketargets
