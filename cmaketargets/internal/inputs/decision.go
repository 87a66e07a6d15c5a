package inputs

import "fmt"

// Action is what a configure step has to do for a tree.
type Action int

// The actions, from least to most.
const (
	Nothing Action = iota // the tree is as CMake would make it
	Rerun                 // CMake can update the tree
	Fresh                 // CMake would keep outdated state, so its cache has to be removed first
)

// NeverConfigured is the reason for a tree that does not exist yet.
const NeverConfigured = "never configured"

// Reasons that are used several times.
const (
	didNotFinish = "the last configure did not finish"
	didFail      = "the last configure failed"
)

// Decision is what to do for a tree, and why.
type Decision struct {
	Action Action
	// New reports that the tree was never configured.
	New bool
	// Reason is one line that names the cause.
	Reason string
	// Undefine lists the cache entries of options that are no longer given. A Rerun has to remove
	// them, because CMake keeps their last value.
	Undefine []string
}

func rerun(format string, args ...any) Decision {
	return Decision{Action: Rerun, Reason: fmt.Sprintf(format, args...)}
}

func fresh(format string, args ...any) Decision {
	return Decision{Action: Fresh, Reason: fmt.Sprintf(format, args...)}
}

// firstOf returns the first decision to act.
func firstOf(checks ...func() Decision) Decision {
	for _, check := range checks {
		if d := check(); d.Action != Nothing {
			return d
		}
	}
	return Decision{}
}

// when returns a Rerun for that reason if it holds.
func when(holds bool, reason string) Decision {
	if holds {
		return rerun("%s", reason)
	}
	return Decision{}
}
