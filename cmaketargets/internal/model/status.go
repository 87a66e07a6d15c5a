package model

// Status is how a step ended.
type Status string

// The statuses.
const (
	OK        Status = "ok"
	UpToDate  Status = "up-to-date"
	Skipped   Status = "skipped"
	Failed    Status = "failed"
	TimedOut  Status = "timed-out"
	Cancelled Status = "cancelled"
	Planned   Status = "planned" // of a dry run
)

// Bad reports whether a step with this status failed, by its time limit too.
func (s Status) Bad() bool { return s == Failed || s == TimedOut }
