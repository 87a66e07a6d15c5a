// Package discover finds the CMake projects below a directory.
//
// A project is a directory whose CMakeLists.txt calls project(); a directory below a project is read
// only on request. The walk skips ignored files of git, hidden directories, node_modules, build
// trees, templates, worktrees and clones of the repository around them, and directories with
// COLCON_IGNORE or CMAKETARGETS_IGNORE. A symbolic link is followed to a package outside of the root, once.
// The package parses CMakeLists.txt, and depends on nothing else of CMake. It starts no process but git, and
// imports only cmakelang, model, fsutil and text.
//
// Three rules keep the result predictable. Whether a directory is a project depends on its files
// alone. Patterns only choose among the projects that exist, so excluding one never makes another
// appear. An Include entry without wildcards names one directory and adds it in any case.
package discover
