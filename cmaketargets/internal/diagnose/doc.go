// Package diagnose reads what CMake, compilers, linkers, Ninja, Make, ctest
// and sanitizers print, and returns their reports as data. It starts nothing,
// and changes nothing of what people see: a [Diagnostic] points into the log
// by line numbers.
package diagnose
