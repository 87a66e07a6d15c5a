package cmaketargets

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"


	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// FuzzKnobs holds the reader of the environment to this: what it takes has the
// meaning it promises and means the same when written out again; what it
// refuses is named, in one short line that a terminal can take.
func FuzzKnobs(f *testing.F) {
	for _, kv := range []string{
		"CMAKETARGETS_JOBS=8", "CMAKETARGETS_JOBS=-1", "CMAKETARGETS_JOBS=99999999999999999999", "CMAKETARGETS_PROJECTS=libs/**,!libs/old",
		"CMAKETARGETS_PROJECTS=,!", "CMAKETARGETS_PROJECTS={a,b}", "CMAKETARGETS_VARIANTS=a, b", "CMAKETARGETS_FAIL_FAST=Yes", "CMAKETARGETS_FRESH=0",
		"CMAKETARGETS_DRY_RUN=\x1b[2J", "CMAKETARGETS_CACHE=off", "CMAKETARGETS_CACHE=relative", "CMAKETARGETS_\x1b]0;x\x07=1", "CMAKETARGETS_", "=", "",
		"CMAKETARGETS_REPORT=build/_reports/all.html, all.JSON", "CMAKETARGETS_REPORT=all.pdf", "CMAKETARGETS_REPORT=" + strings.Repeat("long", 300), "CMAKETARGETS_REPORT=.junit.xml,/r/x.trace.json/",
		"CMAKETARGETS_TIMEOUT=1h2.5s", "CMAKETARGETS_TIMEOUT=-1s", "CMAKETARGETS_PROGRESS=live", "CMAKETARGETS_PROGRESS=LIVE", "CMAKETARGETS_PROFILE=on",
	} {
		name, value, _ := strings.Cut(kv, "=")
		f.Add(name, value)
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		if strings.Contains(name, "=") {
			return
		}
		k, err := readKnobs([]string{"PATH=/bin", name + "=" + value})
		reports, unwritable := reportFiles(Config{}, k)
		if err == nil {
			err = unwritable
		}
		if err != nil {
			message := notBegun(err).Error()
			if !strings.HasPrefix(name, "CMAKETARGETS_") || strings.HasPrefix(name, "CMAKETARGETS_TEST_") || value == "" {
				t.Errorf("%s=%q is none of ours, and refused: %v", name, value, err)
			}
			if len(message) > 1000 || text.Clean(message) != message {
				t.Errorf("%s=%q: the error is not one short line: %q", name, value, message)
			}
			return
		}
		if k.jobs < 0 || k.cache != "" && k.cache != "off" && !filepath.IsAbs(k.cache) {
			t.Errorf("%s=%q: took %+v", name, value, k)
		}
		if (len(k.reports) > 0) != (len(reports) > 0) || len(reports) > len(k.reports) {
			t.Errorf("%s=%q: took the reports %q, will write %+v", name, value, k.reports, reports)
		}
		for _, r := range reports {
			if !filepath.IsAbs(r.path) || r.form == nil || !formEnding.MatchString(r.path) || strings.Contains(r.path, ",") {
				t.Errorf("%s=%q: will write %q", name, value, r.path)
			}
		}
		for _, p := range k.projects {
			if p = strings.TrimPrefix(p, "!"); p == "" || !doublestar.ValidatePattern(p) {
				t.Errorf("%s=%q: took the pattern %q", name, value, p)
			}
		}
		env := []string{
			EnvProjects + "=" + strings.Join(k.projects, ","), EnvVariants + "=" + strings.Join(k.variants, ","), EnvCache + "=" + k.cache,
			EnvFresh + "=" + strconv.FormatBool(k.fresh), EnvDryRun + "=" + strconv.FormatBool(k.dryRun), EnvProgress + "=" + string(k.progress),
			EnvReport + "=" + strings.Join(k.reports, ","),
		}
		if k.jobs > 0 {
			env = append(env, EnvJobs+"="+strconv.Itoa(k.jobs))
		}
		if k.failFast != nil {
			env = append(env, EnvFailFast+"="+strconv.FormatBool(*k.failFast))
		}
		if k.timeout != nil {
			env = append(env, EnvTimeout+"="+k.timeout.String())
		}
		if k.profile != nil {
			env = append(env, EnvProfile+"="+strconv.FormatBool(*k.profile))
		}
		again, err := readKnobs(env)
		if diff := cmp.Diff(k, again, cmp.AllowUnexported(knobs{}), cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%s=%q written out again: %v\n%s", name, value, err, diff)
		}
	})
}

// formEnding is how a report's name ends.
var formEnding = regexp.MustCompile(`(?i)\.(codequality\.json|trace\.json|json|junit\.xml|html|md)$`)

// What one run wants goes before what the repository says.
func TestKnobsOverrideConfig(t *testing.T) {
	config := Config{Root: t.TempDir(), Jobs: 3, FailFast: true, Timeout: time.Hour, Cache: "/repository", Profile: true, CompileCommands: "Off"}
	s, err := settle(config, []string{"CMAKETARGETS_JOBS=1", "CMAKETARGETS_FAIL_FAST=0", "CMAKETARGETS_TIMEOUT=0", "CMAKETARGETS_CACHE=OFF", "CMAKETARGETS_PROFILE=0"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Jobs != 1 || s.FailFast || s.Timeout != 0 || s.Cache != "off" || s.Profile || s.exports() {
		t.Errorf("jobs %d, fail fast %v, time limit %v, cache %s, profile %v, compile commands %s", s.Jobs, s.FailFast, s.Timeout, s.Cache, s.Profile, s.CompileCommands)
	}
}
