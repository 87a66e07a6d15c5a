package text

import (
	"slices"
	"sort"
)

// SortedKeys returns the keys of a map in order.
//
// It, Unique and SortStable do the work of slices.Sorted, slices.Sort and slices.SortStableFunc with code that the
// standard library holds compiled. Each type that is sorted with package slices adds six kilobytes
// of machine code to the package that sorts it, which every importer compiles: together an eighth
// of this module.
func SortedKeys[V any](m map[string]V) (keys []string) {
	for key := range m {
		keys = append(keys, key)
	}
	return sorted(keys)
}

// sorted sorts a list and returns it. It is not inlined into each instance of SortedKeys.
//
//go:noinline
func sorted(list []string) []string {
	sort.Strings(list)
	return list
}

// Unique sorts a list and returns it without repetitions.
func Unique(list []string) []string { return slices.Compact(sorted(list)) }

// SortStable sorts a list and keeps the order of items that are equal.
func SortStable[T any](list []T, compare func(a, b T) int) {
	sort.SliceStable(list, func(i, j int) bool { return compare(list[i], list[j]) < 0 })
}
