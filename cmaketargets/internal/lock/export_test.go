package lock

// Unsupported is unsupported, for tests.
var Unsupported = unsupported
