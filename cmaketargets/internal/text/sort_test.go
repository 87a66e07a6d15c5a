package text_test

import (
	"slices"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

func TestSort(t *testing.T) {
	if got := text.Unique([]string{"b", "c", "a", "b", "c"}); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("Unique returns %q", got)
	}
	if got := text.SortedKeys(map[string]int{"b": 1, "": 2, "a": 3}); !slices.Equal(got, []string{"", "a", "b"}) {
		t.Errorf("SortedKeys returns %q", got)
	}
	list := []string{"bb", "a", "cc", "c"}
	if text.SortStable(list, func(a, b string) int { return len(a) - len(b) }); !slices.Equal(list, []string{"a", "c", "bb", "cc"}) {
		t.Errorf("SortStable sorts as %q", list)
	}
}
