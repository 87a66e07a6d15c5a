package compdb_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/compdb"
)

// The process that merges last has read the newest sources.
func TestAtOnce(t *testing.T) {
	p := newPlace(t)
	const trees, changes = 4, 25
	var sources []compdb.Source
	for i := range trees {
		sources = append(sources, p.source(fmt.Sprint("p", i), one(fmt.Sprintf("%d.c", i), "0")))
	}
	var running sync.WaitGroup
	for i := range trees {
		running.Go(func() {
			for n := range changes {
				p.source(fmt.Sprint("p", i), one(fmt.Sprintf("%d.c", i), strings.Repeat("x", n)+"."))
				if _, err := p.file.Update(sources); err != nil {
					t.Error(err)
				}
			}
		})
	}
	running.Wait()
	got := strings.Split(p.merged(), "\n")
	slices.Sort(got)
	for i, line := range got {
		if want := fmt.Sprintf("%d.c: %s.", i, strings.Repeat("x", changes-1)); line != want {
			t.Errorf("got %s, want %s", line, want)
		}
	}
	if len(got) != trees {
		t.Errorf("got %q", got)
	}
}
