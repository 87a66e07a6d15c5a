package diagnose

import "github.com/magecmake/magecmake/cmaketargets/internal/model"

// Resolve is resolve for a single diagnostic.
func Resolve(d model.Diagnostic, source, build string) model.Diagnostic {
	return resolve(d, source, build, map[string][]string{})
}

// The limits of the diagnostics that are kept.
const (
	MaxErrors    = maxErrors
	MaxWarnings  = maxWarnings
	MaxNotes     = maxNotes
	MaxSummaries = maxSummaries
	MaxMessage   = maxMessage
	MaxFrames    = maxFrames
	MaxText      = maxText
	MaxDistinct  = maxDistinct
)
