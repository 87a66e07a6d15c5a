package model

// Status is how a step ended.
type Status string

// The statuses.
const (
	OK        Status = "ok"
	OnRetry   Status = "ok-on-retry" // after an attempt that failed
	UpToDate  Status = "up-to-date"
	Skipped   Status = "skipped"
	Failed    Status = "failed"
	TimedOut  Status = "timed-out"
	Cancelled Status = "cancelled"
	Planned   Status = "planned" // of a dry run
	// Quarantined is a failure that does not fail the run. Steps that need it are skipped all the same.
	Quarantined Status = "quarantined"
)

// Bad reports whether a step with this status failed, by its time limit too.
func (s Status) Bad() bool { return s == Failed || s == TimedOut }

// Good reports whether a step with this status was done.
func (s Status) Good() bool { return s == OK || s == OnRetry }
