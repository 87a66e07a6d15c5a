package diagnose

// The limits of what is kept.
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
