package inputs

import "fmt"

// Action is the work of a configure step for a tree.
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

// Decision is the action for a tree, with its reason.
type Decision struct {
	Action Action
	// New reports that the tree was never configured.
	New bool
	// Reason is one line that names the cause.
	Reason string
	// Undefine lists the cache entries of options that are no longer given. A Rerun has to remove
	// them, because CMake keeps their last value.
	Undefine []string
	// Of a fresh start: Detect reports that compilers, a toolchain or their flags have changed, so that
	// cache entries with these cannot be kept; Rebuild that objects cannot be kept, because another
	// generator or another place made them; Damaged that the cache is not whole; Forget that no entry
	// is to be kept.
	Detect, Rebuild, Damaged, Forget bool
}

func rerun(format string, args ...any) Decision {
	return Decision{Action: Rerun, Reason: fmt.Sprintf(format, args...)}
}

func fresh(format string, args ...any) Decision {
	return Decision{Action: Fresh, Reason: fmt.Sprintf(format, args...)}
}

// detectAgain is fresh for a change of compilers, a toolchain or their flags.
func detectAgain(format string, args ...any) Decision {
	d := fresh(format, args...)
	d.Detect = true
	return d
}

// rebuild is fresh for a tree of another generator or place.
func rebuild(format string, args ...any) Decision {
	d := fresh(format, args...)
	d.Rebuild = true
	return d
}

// damaged is fresh for a cache that is not whole.
func damaged(format string, args ...any) Decision {
	d := fresh(format, args...)
	d.Damaged = true
	return d
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

// strongest returns the first of the decisions with the most to do. All have their part in
// Undefine.
func strongest(decisions ...Decision) Decision {
	var most Decision
	var undefine []string
	for _, d := range decisions {
		undefine = append(undefine, d.Undefine...)
		if d.Action > most.Action {
			most = d
		}
	}
	if most.Undefine = undefine; most.Action == Fresh {
		most.Undefine = nil
	}
	return most
}

// when returns a Rerun for that reason if it holds.
func when(holds bool, reason string) Decision {
	if holds {
		return rerun("%s", reason)
	}
	return Decision{}
}
