package cmaketargets

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// FuzzKnobs holds the reader of the environment to this: what it takes has the
// meaning it promises and means the same when written out again; what it
// refuses is named, in one short line that a terminal can take.
func FuzzKnobs(f *testing.F) {
	for _, kv := range []string{
		"CMAKETARGETS_JOBS=8", "CMAKETARGETS_JOBS=-1", "CMAKETARGETS_JOBS=99999999999999999999", "CMAKETARGETS_PROJECTS=libs/**,!libs/old",
		"CMAKETARGETS_PROJECTS=,!", "CMAKETARGETS_PROJECTS={a,b}", "CMAKETARGETS_VARIANTS=a, b", "CMAKETARGETS_FAIL_FAST=Yes", "CMAKETARGETS_FRESH=0",
		"CMAKETARGETS_DRY_RUN=\x1b[2J", "CMAKETARGETS_CACHE=off", "CMAKETARGETS_CACHE=relative", "CMAKETARGETS_\x1b]0;x\x07=1", "CMAKETARGETS_", "=", "",
	} {
		name, value, _ := strings.Cut(kv, "=")
		f.Add(name, value)
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		if strings.Contains(name, "=") {
			return
		}
		k, err := readKnobs([]string{"PATH=/bin", name + "=" + value})
		if err != nil {
			text := notBegun(err).Error()
			if !strings.HasPrefix(name, "CMAKETARGETS_") || strings.HasPrefix(name, "CMAKETARGETS_TEST_") || value == "" {
				t.Errorf("%s=%q is none of ours, and refused: %v", name, value, err)
			}
			if len(text) > 1000 || ui.Clean(text) != text {
				t.Errorf("%s=%q: the error is not one short line: %q", name, value, text)
			}
			return
		}
		if k.jobs < 0 || k.cache != "" && k.cache != "off" && !filepath.IsAbs(k.cache) {
			t.Errorf("%s=%q: took %+v", name, value, k)
		}
		for _, p := range k.projects {
			if p = strings.TrimPrefix(p, "!"); p == "" || !doublestar.ValidatePattern(p) {
				t.Errorf("%s=%q: took the pattern %q", name, value, p)
			}
		}
		env := []string{
			EnvProjects + "=" + strings.Join(k.projects, ","), EnvVariants + "=" + strings.Join(k.variants, ","), EnvCache + "=" + k.cache,
			EnvFresh + "=" + strconv.FormatBool(k.fresh), EnvDryRun + "=" + strconv.FormatBool(k.dryRun),
		}
		if k.jobs > 0 {
			env = append(env, EnvJobs+"="+strconv.Itoa(k.jobs))
		}
		if k.failFast != nil {
			env = append(env, EnvFailFast+"="+strconv.FormatBool(*k.failFast))
		}
		again, err := readKnobs(env)
		if err != nil || again.jobs != k.jobs || again.fresh != k.fresh || again.dryRun != k.dryRun || again.cache != k.cache ||
			strings.Join(again.projects, ",") != strings.Join(k.projects, ",") || strings.Join(again.variants, ",") != strings.Join(k.variants, ",") ||
			(again.failFast == nil) != (k.failFast == nil) || k.failFast != nil && *again.failFast != *k.failFast {
			t.Errorf("%s=%q is %+v, and written out again %+v, %v", name, value, k, again, err)
		}
	})
}
