// Package toolset knows where build tools come from: which programs count as a tool, which package of which package
// manager brings it, and what to run to get it. It serves the hint in "no CMake" errors and this repository's own
// setup. It knows nothing of projects and asks no CMake anything.
package toolset
