// Package affected finds the projects that changes in a git repository affect, from the inputs of their last builds.
//
// A project is affected by each change in its own directory, and by a change elsewhere of a file that its
// configure or build step read, or of one that appears or is gone in a directory that these list or
// search; by another compiler, CMake or argument of that; and, unless nothing but a file changed that no step
// reads, by all that affects a project that it needs. A file counts as read if the generated build
// system or the dependency log of the build program names it: too many are better than too few. A
// project whose code runs a program may read anything, and is always affected, even by a commit without
// changes: the inputs of a program are unknown, and those of a known one, such as git, differ in each commit.
//
//	manifest.go  inputs of a build tree, and a file of manifests for other machines
//	relations.go answers to the filters of a selection
//	scan.go      names of files in generated build systems and dependency logs
//	outcome.go   outputs of the steps in a build tree, to prove a decision
package affected
