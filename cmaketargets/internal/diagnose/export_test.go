package diagnose

// MaxFound is how many diagnostics of one kind are kept.
const MaxFound = maxFound

// MaxMessage bounds a message, in bytes.
const MaxMessage = maxMessage
