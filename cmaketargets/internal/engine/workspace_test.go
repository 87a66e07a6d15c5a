package engine

import (
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
)

// A failure stays when the step is done for another selection, until a Clean has undone it.
func TestRecord(t *testing.T) {
	w := (&Process{}).New(settings.Settings{})
	now := time.Now()
	result := func(step model.Step, status model.Status, run *model.Run, minute int) model.Result {
		return model.Result{Step: step, Status: status, Run: run, BuildDir: "/b", Start: now.Add(time.Duration(minute) * time.Minute)}
	}
	one, two, three := &model.Run{}, &model.Run{}, &model.Run{}
	for _, test := range []struct {
		results []model.Result
		want    model.Status
	}{
		{[]model.Result{result(model.Build, model.Cancelled, one, 1)}, model.Cancelled},
		{[]model.Result{result(model.Build, model.Failed, one, 2), result(model.Build, model.OK, one, 3)}, model.Failed},
		{[]model.Result{result(model.Build, model.OK, two, 4)}, model.Failed},
		{[]model.Result{result(model.Clean, model.OK, two, 5), result(model.Build, model.OK, three, 6)}, model.OK},
		{[]model.Result{result(model.Clean, model.OK, two, 5), result(model.Build, model.Quarantined, three, 7), result(model.Build, model.OK, three, 8)}, model.Quarantined},
	} {
		w.record(test.results)
		for _, res := range w.Recorded() {
			if res.Step == model.Build && res.Status != test.want {
				t.Errorf("%v: got %s, want %s", test.results, res.Status, test.want)
			}
		}
	}
}
