// Package toolchain finds the programs that cmaketargets runs, cmake, ctest and ninja, and knows
// which command installs a tool that is missing. It imports cmake for versions and proc to ask a
// cmake for its version or its generators, and starts nothing else.
package toolchain
