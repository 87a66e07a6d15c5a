// Package clean removes build trees that it has proven to be ones.
//
// [Tree.Prove] opens the build tree step by step from the workspace's root, through handles that
// follow no symbolic link, and reads the proof through the last of them. [Proven.Remove] works on
// the same handles: a path that changes its meaning in between changes nothing. No symbolic link is
// followed, and no mount point entered.
//
// It imports cmake, inputs and fsutil; git is asked through a function.
package clean
