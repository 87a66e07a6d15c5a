package cmaketargets

import (
	"fmt"
	"slices"
	"strings"
	"time"


	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// summary is the last line of a run: "12 configured, 1 failed, 0 skipped in
// 3.1s". What was only needed on the way to the steps that were asked for is
// worth a word only if something was done.
func summary(report Report, chain, asked []Step, took time.Duration) string {
	count := map[Status]int{}
	done := map[Step]int{}
	for _, res := range report {
		switch {
		case res.Status == StatusOK:
			done[res.Step]++
		case res.Status != StatusUpToDate || slices.Contains(asked, res.Step):
			count[res.Status]++
		}
	}
	var parts []string
	if n := count[StatusPlanned]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d to do", n))
	}
	for _, step := range chain {
		if done[step] > 0 || slices.Contains(asked, step) && count[StatusPlanned] == 0 {
			parts = append(parts, fmt.Sprintf("%d %s", done[step], step.done()))
		}
	}
	if n := count[StatusUpToDate]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d up to date", n))
	}
	parts = append(parts, fmt.Sprintf("%d failed", count[StatusFailed]+count[StatusTimedOut]), fmt.Sprintf("%d skipped", count[StatusSkipped]))
	if n := count[StatusCancelled]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d cancelled", n))
	}
	return strings.Join(parts, ", ") + " in " + text.Duration(took)
}

// name is the project and its variant, "libs/foo [Release]".
func (r Result) name() string {
	if r.Variant.Name == "" {
		return r.Project.Path
	}
	return r.Project.Path + " [" + r.Variant.Name + "]"
}
