package settings

import (
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/magecmake/magecmake/cmaketargets/internal/selection"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// FuzzEnvironment reads any variable. One that is accepted has a value in range, and the same
// meaning when it is written out again; the error for any other is one short line.
func FuzzEnvironment(f *testing.F) {
	for _, entry := range []string{
		"CMAKETARGETS_JOBS=8", "CMAKETARGETS_JOBS=-1", "CMAKETARGETS_JOBS=99999999999999999999", "CMAKETARGETS_PROJECTS=libs/**,!libs/old",
		"CMAKETARGETS_PROJECTS=,!", "CMAKETARGETS_PROJECTS={a,b}", "CMAKETARGETS_VARIANTS=a, b", "CMAKETARGETS_FAIL_FAST=Yes", "CMAKETARGETS_FRESH=0",
		"CMAKETARGETS_DRY_RUN=\x1b[2J", "CMAKETARGETS_STORE=off", "CMAKETARGETS_STORE=relative", "CMAKETARGETS_\x1b]0;x\x07=1", "CMAKETARGETS_", "=", "",
		"CMAKETARGETS_REPORT=build/_reports/all.html, all.JSON", "CMAKETARGETS_REPORT=all.pdf", "CMAKETARGETS_REPORT=" + strings.Repeat("long", 300), "CMAKETARGETS_REPORT=.junit.xml,/r/x.trace.json/",
		"CMAKETARGETS_TIMEOUT=1h2.5s", "CMAKETARGETS_TIMEOUT=-1s", "CMAKETARGETS_PROGRESS=live", "CMAKETARGETS_PROGRESS=LIVE", "CMAKETARGETS_PROFILE=on", "CMAKETARGETS_KEEP_GOING=" + strings.Repeat("long", 300),
	} {
		name, value, _ := strings.Cut(entry, "=")
		f.Add(name, value)
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		if strings.Contains(name, "=") {
			return
		}
		s := Settings{Env: []string{"PATH=/bin", name + "=" + value}, StartDir: filepath.FromSlash("/r")}
		err := s.readEnvironment()
		if err == nil {
			err = s.resolveReports()
		}
		if err != nil {
			if !strings.HasPrefix(name, "CMAKETARGETS_") || strings.HasPrefix(name, "CMAKETARGETS_TEST_") || value == "" {
				t.Errorf("%s=%q is not one of ours, and refused: %v", name, value, err)
			}
			if message := text.Clean(err.Error()); len(message) > 1000 {
				t.Errorf("%s=%q: the error is not one short line: %q", name, value, message)
			}
			return
		}
		checkRead(t, &s)
		again := Settings{Env: environment(&s)}
		err = again.readEnvironment()
		same := cmp.Options{cmp.AllowUnexported(Settings{}), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Settings{}, "Env", "StartDir", "ReportFiles")}
		if diff := cmp.Diff(s, again, same); err != nil || diff != "" {
			t.Errorf("%s=%q written out again: %v\n%s", name, value, err, diff)
		}
	})
}

// checkRead checks that every value that was accepted is in range.
func checkRead(t *testing.T, s *Settings) {
	if s.Jobs < 0 || s.Timeout < 0 || s.Store != "" && s.Store != "off" && !filepath.IsAbs(s.Store) {
		t.Errorf("%q: read %+v", s.Env, s)
	}
	if (len(s.envReports) > 0) != (len(s.ReportFiles) > 0) || len(s.ReportFiles) > len(s.envReports) {
		t.Errorf("%q: read the reports %q, will write %+v", s.Env, s.envReports, s.ReportFiles)
	}
	for _, r := range s.ReportFiles {
		if !filepath.IsAbs(r.Path) || r.Form == nil || !formEnding.MatchString(r.Path) || strings.Contains(r.Path, ",") {
			t.Errorf("%q: will write %q", s.Env, r.Path)
		}
	}
	for _, p := range s.Selection.Projects {
		if p = strings.TrimPrefix(p, "!"); p == "" || !doublestar.ValidatePattern(p) {
			t.Errorf("%q: read the pattern %q", s.Env, p)
		}
	}
	if s.Selection.Tests != "" && s.Selection.ExcludeTests != "" || slices.Contains(s.Selection.Targets, "") {
		t.Errorf("%q: read %+v", s.Env, s.Selection)
	}
}

// environment returns variables that mean s.
func environment(s *Settings) []string {
	set := map[string]string{
		EnvProjects: strings.Join(s.Selection.Projects, ","), EnvVariants: strings.Join(s.Selection.Variants, ","),
		EnvTargets: strings.Join(s.Selection.Targets, ","), EnvTests: s.Selection.Tests,
		EnvFailFast: strconv.FormatBool(s.FailFast), EnvKeepGoing: strconv.FormatBool(s.KeepGoing), EnvTimeout: s.Timeout.String(),
		EnvFresh: strconv.FormatBool(s.Fresh), EnvDryRun: strconv.FormatBool(s.DryRun), EnvProgress: s.Progress,
		EnvStore: s.Store, EnvReport: strings.Join(s.envReports, ","), EnvProfile: strconv.FormatBool(s.Profile), EnvManifest: s.Manifest, EnvAudit: strconv.FormatBool(s.Audit),
	}
	if s.Jobs > 0 {
		set[EnvJobs] = strconv.Itoa(s.Jobs)
	}
	if s.Selection.ExcludeTests != "" {
		set[EnvTests] = "!" + s.Selection.ExcludeTests
	}
	var env []string
	for name, value := range set {
		env = append(env, name+"="+value)
	}
	return env
}

// formEnding matches the names of reports.
var formEnding = regexp.MustCompile(`(?i)\.(codequality\.json|trace\.json|json|junit\.xml|html|md)$`)

// Variables override the settings of the repository, with false and 0 as well.
func TestEnvironmentOverridesSettings(t *testing.T) {
	given := Settings{Root: t.TempDir(), Jobs: 3, FailFast: true, KeepGoing: true, Timeout: time.Hour, Store: "/repository", Profile: true, CompileCommands: "Off"}
	s, err := given.Resolve([]string{
		"CMAKETARGETS_JOBS=1", "CMAKETARGETS_FAIL_FAST=0", "CMAKETARGETS_KEEP_GOING=0", "CMAKETARGETS_TIMEOUT=0", "CMAKETARGETS_STORE=OFF", "CMAKETARGETS_PROFILE=0",
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	if s.Jobs != 1 || s.FailFast || s.KeepGoing || s.Timeout != 0 || s.Store != "off" || s.Profile || s.Exports() {
		t.Errorf("got %+v", s)
	}
}

func TestResolveEnvironment(t *testing.T) {
	store := t.TempDir()
	for _, test := range []struct {
		entry string
		check func(*Settings) bool
	}{
		{"CMAKETARGETS_TARGETS=app, docs,", func(s *Settings) bool { return slices.Equal(s.Selection.Targets, []string{"app", "docs"}) }},
		{"CMAKETARGETS_TARGETS=", func(s *Settings) bool { return s.Selection.Targets == nil }},
		{"CMAKETARGETS_TESTS=^unit", func(s *Settings) bool { return cmp.Equal(s.Selection, selection.Selection{Tests: "^unit"}) }},
		{"CMAKETARGETS_TESTS=!^slow", func(s *Settings) bool { return cmp.Equal(s.Selection, selection.Selection{ExcludeTests: "^slow"}) }},
		{"CMAKETARGETS_KEEP_GOING=1", func(s *Settings) bool { return s.KeepGoing }},
		{"CMAKETARGETS_KEEP_GOING=", func(s *Settings) bool { return !s.KeepGoing }},
		{"CMAKETARGETS_STORE=" + store, func(s *Settings) bool { dir, reason := s.StoreDir(); return dir == store && reason == "" }},
		{"CMAKETARGETS_STORE=Off", func(s *Settings) bool { dir, reason := s.StoreDir(); return dir == "" && reason == "the store is off" }},
	} {
		if s, err := (Settings{Root: t.TempDir()}).Resolve([]string{test.entry}, ""); err != nil || !test.check(s) {
			t.Errorf("%s: %v, %+v", test.entry, err, s)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	for entry, want := range map[string]string{
		"CMAKETARGETS_TARGETS=app,-v": `read environment: CMAKETARGETS_TARGETS="app,-v" is not comma-separated names of build targets such as "app,docs"`,
		"CMAKETARGETS_TESTS=!":        `read environment: CMAKETARGETS_TESTS="!" is not a regular expression of test names such as "^unit", with "!" in front to leave them out`,
		"CMAKETARGETS_KEEP_GOING=2":   `read environment: CMAKETARGETS_KEEP_GOING="2" is not 1 or 0`,
		"CMAKETARGETS_STORE=here":     `read environment: CMAKETARGETS_STORE="here" is not an absolute directory, or "off"`,
		"CMAKETARGETS_CACHE=off": "read environment: CMAKETARGETS_CACHE is not a variable of cmaketargets; there are CMAKETARGETS_AFFECTED_AUDIT, CMAKETARGETS_DRY_RUN, CMAKETARGETS_FAIL_FAST, " +
			"CMAKETARGETS_FRESH, CMAKETARGETS_JOBS, CMAKETARGETS_KEEP_GOING, CMAKETARGETS_MANIFEST, CMAKETARGETS_MEMORY, CMAKETARGETS_PROFILE, CMAKETARGETS_PROGRESS, CMAKETARGETS_PROJECTS, " +
			"CMAKETARGETS_REPORT, CMAKETARGETS_STORE, CMAKETARGETS_TARGETS, CMAKETARGETS_TESTS, CMAKETARGETS_TIMEOUT, CMAKETARGETS_VARIANTS",
	} {
		if _, err := (Settings{Root: t.TempDir()}).Resolve([]string{entry}, ""); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", entry, err, want)
		}
	}
}
