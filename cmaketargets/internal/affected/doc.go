// Package affected finds out which projects changes in a git repository affect, from what their last
// builds read.
//
// A project is affected by each change in its own directory, and by a change elsewhere of a file that its
// configure or build step read, or of one that appears or is gone in a directory that these list or
// search. A file counts as read if the generated build system or the dependency log of the build
// program names it: too many are better than too few.
//
//	manifest.go  what a build tree reads, and a file of manifests for other machines
//	relations.go answers to the filters of a selection
//	scan.go      names of files in generated build systems and dependency logs
package affected
