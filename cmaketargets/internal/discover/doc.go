// Package discover finds the CMake projects below a directory.
//
// A project is a directory whose CMakeLists.txt calls project(); nothing below
// a project is looked at unless it is asked for. The walk stays out of what git
// ignores, hidden directories, node_modules, build trees, directories that hold
// COLCON_IGNORE or CMAKETARGETS_IGNORE, and symbolic links to directories. It
// knows files and git; it knows nothing of CMake but how a CMakeLists.txt is
// read, and starts no process but git.
//
// Three rules keep the answer predictable. Whether a directory is a project is
// decided by its files alone. Patterns only choose among the projects that are
// there, so that excluding one never makes another appear. An Include entry
// without wildcards names one directory and adds it whatever the walk thinks.
package discover
