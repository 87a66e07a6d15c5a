package treestate

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// FuzzSnapshotTargets puts any content in the place of the targets that a snapshot holds. They are
// the same after they were written again.
func FuzzSnapshotTargets(f *testing.F) {
	f.Add(`[{"name":"app","type":"EXECUTABLE","config":"Debug","artifacts":["/b/app"],"sourceDir":"/s"},{"name":"\ud800"}]`)
	f.Add(`[null,{"artifacts":[]},{"NAME":"x"}]`)
	f.Add(`{"name":"app"}`)
	f.Add(`[{"name":1}]`)
	f.Fuzz(func(t *testing.T, note string) {
		targets := SnapshotTargets(&inputs.Snapshot{Note: note})
		again, err := json.Marshal(targets)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(targets, SnapshotTargets(&inputs.Snapshot{Note: string(again)}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q:\n%s", note, diff)
		}
		var list []model.Target
		if err := json.Unmarshal([]byte(note), &list); err != nil && len(targets) > 0 {
			t.Errorf("%q: read %+v, %v", note, targets, err)
		}
	})
}
