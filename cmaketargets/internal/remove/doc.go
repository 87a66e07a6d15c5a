// Package remove removes directory trees that nobody may mistake for others.
//
// A [Dir] is a directory that is held open. Everything is done relative to
// such a handle, by the name of one entry, so that a path that changes its
// meaning meanwhile changes nothing: what was looked at is what is removed.
// No symbolic link is ever followed, and no mount point entered.
//
// Whether a directory may be removed is the caller's to know.
package remove
