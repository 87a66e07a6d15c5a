// Package cmaketargets turns every CMake project of a repository into mage
// targets: mage configure, build, test, install, clean, rebuild and list.
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
// Each target finds the projects below the directory mage runs in, brings
// those of their build trees that need it up to date, and runs CMake on them
// side by side, bounded by the number of CPUs. Build implies Configure, Test
// and Install imply Build; what is up to date is skipped and says so.
//
// # Configuration
//
// Nothing has to be configured. What a repository wants differently goes into
// a Config, handed over in init():
//
//	func init() {
//		cmaketargets.Use(cmaketargets.Config{Exclude: []string{"third_party/**"}})
//	}
//
// What one run wants differently goes into environment variables: see EnvJobs
// and those after it.
//
// # Results
//
// Run does steps and returns a Report, one Result per project, variant and
// step, complete also when some failed. Results returns the same for all
// that this process has done; a target that depends on Configure reads there
// what became of each project, its targets and their artifacts.
// Config.Reports writes the same as files after every run.
//
// # Cancellation
//
// SIGINT, SIGTERM, SIGHUP and a cancelled context end a run: what it started
// is asked to end, and killed with all its descendants two seconds later, or at
// once after a second signal. The Report then lists what was cancelled. A step
// that reaches Config.Timeout is ended in the same way, and the others go on.
//
// Should this process be killed, or leave by os.Exit, as mage does at a second
// Ctrl-C, a guard ends what it had started, within about two seconds:
//
//   - on Linux all of it, also what left its session; but not another user's
//     process. When the guard was killed too, the next run in the tree ends
//     what stayed in the commands' sessions;
//   - on macOS and the BSDs the process groups, and with them Ninja's jobs if
//     Ninja ends them;
//   - on Windows, at once, everything that is in the commands' job objects.
//
// What a command that ended well left running is never ended, nor is a daemon,
// such as a compiler cache's server, of one that failed.
//
// A build tree is locked from the first step of a run that changes something in
// it to the last. A second process waits, and says for whom. The next run after
// one that was killed waits for what that left, and does its steps again.
package cmaketargets

/*
Design notes, newest last.

Targets take nothing but a context, because mage cannot depend on a target
with flags; what one run wants differently is an environment variable.

The decision whether a tree needs its configure step is made when the step's
turn comes, in the pool, and not in a phase before all: the step before it
(Clean) changes the answer, and a thousand trees are looked at side by side.
*/
