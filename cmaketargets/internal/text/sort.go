package text

import (
	"cmp"
	"sort"
)

// SortedKeys returns the keys of a map in order.
//
// It and SortStable do the work of slices.Sorted and slices.SortStableFunc with code that the
// standard library holds compiled. Each type that is sorted with package slices adds six kilobytes
// of machine code to the package that sorts it, which every importer compiles: together an eighth
// of this module.
func SortedKeys[K cmp.Ordered, V any](m map[K]V) (keys []K) {
	for key := range m {
		keys = append(keys, key)
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
	return keys
}

// SortStable sorts a list and keeps the order of items that are equal.
func SortStable[T any](list []T, compare func(a, b T) int) {
	sort.SliceStable(list, func(i, j int) bool { return compare(list[i], list[j]) < 0 })
}
