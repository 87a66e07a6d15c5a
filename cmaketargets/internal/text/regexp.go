package text

import (
	"regexp"
	"sync"
)

// Regexp returns a function that returns the compiled expression, and compiles it at its first call.
// Package variables that hold compiled expressions would cost every start of the importing program
// milliseconds; most starts need few of them.
//
// It is not inlined, because each copy would be compiled by each importer.
//
//go:noinline
func Regexp(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
