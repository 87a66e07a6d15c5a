package engine

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/retry"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
)

// maxPause bounds the time between two attempts, which begins with a second and doubles.
const maxPause = 30 * time.Second

// retried does a step that failed again, as the rules have it, and returns its last result, with the log files
// of the attempts before it under names of their own. line shows a line.
func retried(ctx context.Context, rules []retry.Rule, line func(string), res model.Result, do func() model.Result) model.Result {
	var before []model.Attempt
	for pause := time.Second; ; pause = min(2*pause, maxPause) {
		most, why := retry.Step(rules, res)
		if len(before)+1 >= most {
			break
		}
		line(fmt.Sprintf("again       %s %s: attempt %d of %d in %s (%s)", res.Step, res.Title(), len(before)+2, most, pause, why))
		if !sleep(ctx, pause) {
			break
		}
		failed := model.Attempt{Failure: why, LogFile: strings.TrimSuffix(res.LogFile, ".log") + fmt.Sprintf(".%d.log", len(before)+1)}
		if os.Rename(res.LogFile, failed.LogFile) != nil {
			failed.LogFile = ""
		}
		before = append(before, failed)
		reason, timedOut := res.Reason, res.Status == model.TimedOut // its reason is the limit
		if res = do(); res.Status.Good() && !timedOut {
			res.Reason = reason
		}
	}
	if len(before) == 0 {
		return res
	}
	last := model.Attempt{LogFile: res.LogFile}
	if res.Status == model.OK {
		res.Status = model.OnRetry
		d := model.Diagnostic{Severity: model.Warning, Origin: "cmaketargets", Code: model.CodeOnRetry, Message: "passed on retry: " + before[0].Failure}
		res.Diagnostics, res.Warnings = append(res.Diagnostics, d), res.Warnings+1
	} else if res.Err != nil {
		last.Failure = model.Cause(res.Err).Error()
	}
	if len(res.Attempts) == 0 { // else those in which tests ran again
		res.Attempts = []model.Attempt{last}
	}
	res.Attempts = append(before, res.Attempts...)
	return res
}

// noteQuarantine shows the entries of Config.Quarantine that have expired or match nothing. narrowed reports that
// the run selects tests.
func noteQuarantine(set *settings.Settings, projects []model.Project, results []model.Result, narrowed bool, line func(string)) {
	for _, note := range retry.Notes(set.Quarantine, projects, results, narrowed || len(set.TestArgs) > 0, time.Now()) {
		line(note)
	}
}

// sleep reports whether the time has passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
