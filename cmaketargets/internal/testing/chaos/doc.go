// Package chaos holds tests only: faults injected into whole runs, each run a process that imports cmaketargets as a
// magefile does.
//
//	kill_test.go      SIGKILL at random moments; the next run reports that and ends in the build tree of an undisturbed one
//	truncate_test.go  every file that is read, cut off or overwritten with zeros as after a power failure
//	together_test.go  several runs at once on one repository
//	signals_test.go   every way to end a run, through a real mage: living processes, the report, the exit status
//	soak_test.go      many projects with faults of every kind, and a run that has to account for all of them
//
// Whatever is random follows from a seed that a failing test prints.
//
// # Environment
//
//	CHAOS_SEED      the seed, a number; default: another one each time
//	CHAOS_MOMENTS   how many moments the kill tests try with the fake cmake, and a quarter as many with real ones
//	CHAOS_PROJECTS  how many projects the soak test has
package chaos
