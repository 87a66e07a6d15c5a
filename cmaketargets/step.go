package cmaketargets

import "github.com/magecmake/magecmake/cmaketargets/internal/model"

// Step is an operation on the build tree of one project and variant.
type Step string

// The steps, in the order in which a Report lists them.
const (
	StepClean     = Step(model.Clean)     // remove the build tree
	StepConfigure = Step(model.Configure) // cmake -S -B, after Install of the projects that it needs
	StepBuild     = Step(model.Build)     // cmake --build, after Configure
	StepTest      = Step(model.Test)      // ctest, after Build
	StepInstall   = Step(model.Install)   // cmake --install, after Build
)

// Status is how a step ended.
type Status string

// The statuses.
const (
	// StatusOK: the step was done.
	StatusOK = Status(model.OK)
	// StatusOnRetry: the step was done, after an attempt that failed; see Config.Retry.
	StatusOnRetry = Status(model.OnRetry)
	// StatusUpToDate: there was nothing to do, and no process was started.
	StatusUpToDate = Status(model.UpToDate)
	// StatusSkipped: the step does not apply (a project without tests), or a step that it
	// needs did not succeed. Reason has the cause.
	StatusSkipped = Status(model.Skipped)
	// StatusFailed: Err has the cause.
	StatusFailed = Status(model.Failed)
	// StatusTimedOut: the step was stopped at Config.Timeout. It counts as failed.
	StatusTimedOut = Status(model.TimedOut)
	// StatusQuarantined: the step failed, and Config.Quarantine has that not fail the run.
	StatusQuarantined = Status(model.Quarantined)
	// StatusCancelled: the run ended before the step did.
	StatusCancelled = Status(model.Cancelled)
	// StatusPlanned: the step would be done, in a dry run; Reason has the cause, Args
	// the command.
	StatusPlanned = Status(model.Planned)
)
