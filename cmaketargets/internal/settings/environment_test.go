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
	"pgregory.net/rapid"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
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
		"CMAKETARGETS_TIMEOUT=1h2.5s", "CMAKETARGETS_TIMEOUT=-1s", "CMAKETARGETS_RETRY=3", "CMAKETARGETS_RETRY=1", "CMAKETARGETS_PROGRESS=live", "CMAKETARGETS_PROGRESS=LIVE", "CMAKETARGETS_PROFILE=on", "CMAKETARGETS_SHARD=2/5", "CMAKETARGETS_SHARD=02/5", "CMAKETARGETS_PLAN=json:256",
		`CMAKETARGETS_PROJECTS=a\,b,\{,c`, "CMAKETARGETS_KEEP_GOING=" + strings.Repeat("long", 300),
		"CMAKETARGETS_LAUNCHER=distcc -x", "CMAKETARGETS_LAUNCHER=/bin/a b", "CMAKETARGETS_LAUNCHER=a;b", "CMAKETARGETS_LAUNCHER= ", "CMAKETARGETS_LAUNCHER=./a",
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
			if !strings.HasPrefix(name, "CMAKETARGETS_") || ofTests(name) || value == "" {
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
	if s.Jobs < 0 || s.RemoteJobs < 0 || s.RemoteJobs > maxRemoteJobs || s.RemoteJobs > 0 && s.Launcher == "" || s.Timeout < 0 || s.Store != "" && s.Store != "off" && !filepath.IsAbs(s.Store) {
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
	if words := strings.Fields(s.Launcher); s.Launcher != "" && (len(words) == 0 || strings.ContainsAny(s.Launcher, ";\"'")) {
		t.Errorf("%q: read the launcher %q", s.Env, s.Launcher)
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
		EnvStore: s.Store, EnvReport: strings.Join(s.envReports, ","), EnvProfile: strconv.FormatBool(s.Profile), EnvManifest: s.Manifest, EnvAudit: strconv.FormatBool(s.Audit), EnvChecks: strconv.FormatBool(s.ChecksAudit),
		EnvShard: s.Selection.Shard, EnvDurations: s.Durations, EnvPlan: s.Plan, EnvLauncher: s.Launcher, EnvRemote: strconv.Itoa(s.RemoteJobs),
	}
	if len(s.Retry) > 0 {
		set[EnvRetry] = strconv.Itoa(s.Retry[0].Attempts)
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
	given := Settings{Root: t.TempDir(), Jobs: 3, FailFast: true, KeepGoing: true, Timeout: time.Hour, Store: "/repository", Profile: true, CompileCommands: "Off", Launcher: "ccache"}
	s, err := given.Resolve([]string{
		"CMAKETARGETS_JOBS=1", "CMAKETARGETS_FAIL_FAST=0", "CMAKETARGETS_KEEP_GOING=0", "CMAKETARGETS_TIMEOUT=0", "CMAKETARGETS_STORE=OFF", "CMAKETARGETS_PROFILE=0", "CMAKETARGETS_LAUNCHER=off",
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	if s.Jobs != 1 || s.FailFast || s.KeepGoing || s.Timeout != 0 || s.Store != "off" || s.Profile || s.Exports() || s.Launcher != "" {
		t.Errorf("got %+v", s)
	}
}

// Remote jobs need a launcher. Where one run has none, or its steps run on other machines as a whole, there are none.
func TestRemoteJobs(t *testing.T) {
	for _, test := range []struct {
		given Settings
		env   string
		want  int // -1 for an error
	}{
		{Settings{RemoteJobs: 20, Launcher: "distcc"}, "", 20},
		{Settings{RemoteJobs: 20, Launcher: "distcc"}, "CMAKETARGETS_REMOTE_JOBS=0", 0},
		{Settings{RemoteJobs: 20, Launcher: "distcc"}, "CMAKETARGETS_LAUNCHER=off", 0},
		{Settings{RemoteJobs: 20, Launcher: "distcc"}, "CMAKETARGETS_RUNNER=ssh host", 0},
		{Settings{RemoteJobs: 20, Launcher: "off"}, "", 0},
		{Settings{RemoteJobs: 20}, "", -1},
		{Settings{RemoteJobs: -1, Launcher: "distcc"}, "", -1},
		{Settings{RemoteJobs: maxRemoteJobs + 1, Launcher: "distcc"}, "", -1},
		{Settings{RemoteJobs: 20}, "CMAKETARGETS_LAUNCHER=icecc", 20},
	} {
		test.given.Root = t.TempDir()
		s, err := test.given.Resolve([]string{test.env}, "")
		if (err != nil) != (test.want < 0) || err == nil && s.RemoteJobs != test.want {
			t.Errorf("%d with %q and %s: %v, want %d", test.given.RemoteJobs, test.given.Launcher, test.env, err, test.want)
		}
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
		{"CMAKETARGETS_LAUNCHER=distcc -x", func(s *Settings) bool { return s.Launcher == "distcc -x" }},
		{"CMAKETARGETS_LAUNCHER=Off", func(s *Settings) bool { return s.Launcher == "" }},
		{"CMAKETARGETS_REMOTE_JOBS=0", func(s *Settings) bool { return s.RemoteJobs == 0 }},
		{"CMAKETARGETS_STORE=Off", func(s *Settings) bool { dir, reason := s.StoreDir(); return dir == "" && reason == "the store is off" }},
	} {
		if s, err := (Settings{Root: t.TempDir()}).Resolve([]string{test.entry}, ""); err != nil || !test.check(s) {
			t.Errorf("%s: %v, %+v", test.entry, err, s)
		}
	}
}

// The filters of a plan select exactly the projects that it names, whatever their paths.
func TestExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOfN(rapid.SampledFrom([]rune("ab*?[]{}\\!,@^ \u00a0~")), 1, 4, -1)
		dots := rapid.SampledFrom([]string{"", "", "...", ".a", "@failed", "[v1]", "-"})
		all := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) model.Project {
			path := dots.Draw(t, "begin") + name.Draw(t, "name") + dots.Draw(t, "end")
			if rapid.Bool().Draw(t, "below") {
				path = name.Draw(t, "directory") + "/" + path
			}
			return model.Project{Path: path}
		}), 1, 8, func(p model.Project) string { return p.Path }).Draw(t, "projects")
		chosen := all[:rapid.IntRange(1, len(all)).Draw(t, "chosen")]
		value := selection.Exactly(model.Paths(chosen))
		s := Settings{Env: []string{EnvProjects + "=" + value}}
		if err := s.readEnvironment(); err != nil {
			t.Fatal(err)
		}
		got, err := selection.Projects(all, s.Selection.Projects, EnvProjects, nil)
		if err != nil || !slices.Equal(got, chosen) {
			t.Fatalf("%q selects %q, %v; want %q", value, model.Paths(got), err, model.Paths(chosen))
		}
	})
}

// allVariables are those that an error for another one names.
const allVariables = "CMAKETARGETS_AFFECTED_AUDIT, CMAKETARGETS_CHECKS_AUDIT, CMAKETARGETS_DRY_RUN, CMAKETARGETS_DURATIONS, CMAKETARGETS_FAIL_FAST, " +
	"CMAKETARGETS_FRESH, CMAKETARGETS_JOBS, CMAKETARGETS_KEEP_GOING, CMAKETARGETS_LAUNCHER, CMAKETARGETS_MANIFEST, CMAKETARGETS_MEMORY, CMAKETARGETS_PLAN, CMAKETARGETS_PROFILE, CMAKETARGETS_PROGRESS, CMAKETARGETS_PROJECTS, " +
	"CMAKETARGETS_REMOTE_JOBS, CMAKETARGETS_REPORT, CMAKETARGETS_RETRY, CMAKETARGETS_RUNNER, CMAKETARGETS_SHARD, CMAKETARGETS_STORE, CMAKETARGETS_TARGETS, CMAKETARGETS_TESTS, CMAKETARGETS_TEST_CACHE, CMAKETARGETS_TIMEOUT, CMAKETARGETS_VARIANTS, CMAKETARGETS_WARM"

func TestResolveRefuses(t *testing.T) {
	for entry, want := range map[string]string{
		"CMAKETARGETS_TARGETS=app,-v": `read environment: CMAKETARGETS_TARGETS="app,-v" is not comma-separated names of build targets such as "app,docs"`,
		"CMAKETARGETS_TESTS=!":        `read environment: CMAKETARGETS_TESTS="!" is not a regular expression of test names such as "^unit", with "!" in front to leave them out`,
		"CMAKETARGETS_KEEP_GOING=2":   `read environment: CMAKETARGETS_KEEP_GOING="2" is not 1 or 0`,
		"CMAKETARGETS_RETRY=0":        `read environment: CMAKETARGETS_RETRY="0" is not how often a test that fails is run at most, 1 to 10`,
		"CMAKETARGETS_LAUNCHER=./a":   `read environment: CMAKETARGETS_LAUNCHER="./a" is not ` + allowedLauncher,
		"CMAKETARGETS_LAUNCHER=-x":    `read environment: CMAKETARGETS_LAUNCHER="-x" is not ` + allowedLauncher,
		"CMAKETARGETS_REMOTE_JOBS=-1": `read environment: CMAKETARGETS_REMOTE_JOBS="-1" is not a number of jobs from 0 to 10000`,
		"CMAKETARGETS_REMOTE_JOBS=20": "read Config.RemoteJobs: no launcher has other machines compile; set Config.Launcher or CMAKETARGETS_LAUNCHER to distcc, icecc or another that does, or RemoteJobs to 0",
		"CMAKETARGETS_SHARD=0/5":      `read environment: CMAKETARGETS_SHARD="0/5" is not a shard and how many there are, up to 256, such as "2/5"`,
		"CMAKETARGETS_SHARD=6/5":      `read environment: CMAKETARGETS_SHARD="6/5" is not a shard and how many there are, up to 256, such as "2/5"`,
		"CMAKETARGETS_SHARD=x/y":      `read environment: CMAKETARGETS_SHARD="x/y" is not a shard and how many there are, up to 256, such as "2/5"`,
		"CMAKETARGETS_PLAN=github":    `read environment: CMAKETARGETS_PLAN="github" is not a form and a number of shards up to 256, such as "github:5", "gitlab:5" or "json:5"`,
		"CMAKETARGETS_PLAN=jenkins:5": `read environment: CMAKETARGETS_PLAN="jenkins:5" is not a form and a number of shards up to 256, such as "github:5", "gitlab:5" or "json:5"`,
		"CMAKETARGETS_STORE=here":     `read environment: CMAKETARGETS_STORE="here" is not an absolute directory, or "off"`,
		"CMAKETARGETS_TEST_CACH=1":    "read environment: CMAKETARGETS_TEST_CACH is not a variable of cmaketargets; there are " + allVariables,
		"CMAKETARGETS_CACHE=off":      "read environment: CMAKETARGETS_CACHE is not a variable of cmaketargets; there are " + allVariables,
	} {
		if _, err := (Settings{Root: t.TempDir()}).Resolve([]string{entry}, ""); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", entry, err, want)
		}
	}
}
