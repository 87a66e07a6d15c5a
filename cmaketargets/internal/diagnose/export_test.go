package diagnose

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
