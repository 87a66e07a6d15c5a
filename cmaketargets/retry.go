package cmaketargets

import "github.com/magecmake/magecmake/cmaketargets/internal/model"

// Retry is a rule by which failed tests, or with On failed steps, are tried again. Those that pass at last have the
// status "ok on retry", and every report shows that.
type Retry struct {
	// Project is a pattern of project paths. Default: all projects.
	Project string
	// Tests is a regular expression of the names of tests, in the syntax of package regexp. Only
	// those of them that failed are run again, each attempt in a ctest of its own after the first one
	// (CMake 3.21 and later): as with ctest --repeat until-pass, but the log and the results of
	// each attempt are kept. For each test the first rule that matches counts. With --stop-on-failure or
	// --stop-time in Config.TestArgs none is run again. Default: all tests.
	Tests string
	// On are the causes for which a step is tried again: RetryNetwork, RetryTimeout, RetryMemory.
	// Before that it waits, a second at first and each time twice as long, at most 30. Each attempt
	// has the time of Config.Timeout. For each step the first rule that matches counts. Default: the
	// rule is for tests.
	On []string
	// Attempts is how often a test is run, or a step is tried, at most: 2 to 10, the first attempt
	// included.
	Attempts int
}

// The causes in Retry.On.
const (
	// RetryNetwork: a configure step or a build printed that a host was not found or a connection
	// failed, or CMake reported such a status of a download. A file that is not there, and one with
	// another hash, are none.
	RetryNetwork = "network"
	// RetryTimeout: a step was stopped at Config.Timeout.
	RetryTimeout = "timeout"
	// RetryMemory: a step failed with Result.OutOfMemory. A build that was killed for lack of memory
	// is done again alone, once, without any rule; these attempts come after that.
	RetryMemory = "memory"
)

// Quarantine has failures that do not fail the run. They are shown all the same, with the status "quarantined",
// and steps that need a failed one are skipped. An entry that matches no project, or no test of the
// projects, is a warning.
type Quarantine struct {
	// Project is a pattern of project paths, "" for all.
	Project string
	// Tests is a regular expression of the names of tests, in the syntax of package regexp. Without it
	// the entry holds for all steps and tests of the projects. An entry with Tests has no
	// effect beside --stop-on-failure or --stop-time in Config.TestArgs.
	Tests string
	// Reason is why, or where it is followed up. It must not be empty.
	Reason string
	// Until is the last day of the entry, "2026-01-31", in UTC. After it the failures count again,
	// and a warning names the entry.
	Until string
}

// Attempt is one attempt of a step that Config.Retry has tried again.
type Attempt struct {
	// Failure is how it failed, "" for a success.
	Failure string
	// LogFile is its log, absolute. That of a configure step or a build is Result.LogFile for the last
	// attempt, of a test step for the first: only that one runs all tests.
	LogFile string

	inner model.Attempt
}
