package settings

import (
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/remote"
	"github.com/magecmake/magecmake/cmaketargets/internal/retry"
	"github.com/magecmake/magecmake/cmaketargets/internal/selection"
	"github.com/magecmake/magecmake/cmaketargets/internal/shard"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// The environment variables, documented at their namesakes in cmaketargets.
const (
	EnvJobs      = "CMAKETARGETS_JOBS"
	EnvMemory    = "CMAKETARGETS_MEMORY"
	EnvProjects  = "CMAKETARGETS_PROJECTS"
	EnvVariants  = "CMAKETARGETS_VARIANTS"
	EnvTargets   = "CMAKETARGETS_TARGETS"
	EnvTests     = "CMAKETARGETS_TESTS"
	EnvFailFast  = "CMAKETARGETS_FAIL_FAST"
	EnvKeepGoing = "CMAKETARGETS_KEEP_GOING"
	EnvTimeout   = "CMAKETARGETS_TIMEOUT"
	EnvFresh     = "CMAKETARGETS_FRESH"
	EnvDryRun    = "CMAKETARGETS_DRY_RUN"
	EnvProgress  = "CMAKETARGETS_PROGRESS"
	EnvStore     = "CMAKETARGETS_STORE"
	EnvReport    = "CMAKETARGETS_REPORT"
	EnvManifest  = "CMAKETARGETS_MANIFEST"
	EnvAudit     = "CMAKETARGETS_AFFECTED_AUDIT"
	EnvChecks    = "CMAKETARGETS_CHECKS_AUDIT"
	EnvProfile   = "CMAKETARGETS_PROFILE"
	EnvWarm      = "CMAKETARGETS_WARM"
	EnvTestCache = "CMAKETARGETS_TEST_CACHE"
	EnvRetry     = "CMAKETARGETS_RETRY"
	EnvShard     = "CMAKETARGETS_SHARD"
	EnvDurations = "CMAKETARGETS_DURATIONS"
	EnvPlan      = "CMAKETARGETS_PLAN"
	EnvLauncher  = "CMAKETARGETS_LAUNCHER"
	EnvRemote    = "CMAKETARGETS_REMOTE_JOBS"
	EnvRunner    = "CMAKETARGETS_RUNNER"
)

// variable is an environment variable: allowed completes "is not ..." in the error
// for a value that read refuses.
type variable struct {
	name    string
	allowed string
	read    func(s *Settings, value string) bool
}

// variables are all variables whose names start with CMAKETARGETS_, apart from
// CMAKETARGETS_TEST_*, which this package's own tests use.
var variables = []variable{
	{EnvJobs, "a whole number from 1", func(s *Settings, value string) bool {
		n, err := strconv.Atoi(value)
		s.Jobs = n
		return err == nil && n >= 1
	}},
	{EnvMemory, allowedMemory, func(s *Settings, value string) bool {
		s.Memory = value
		return memoryLimit(value)
	}},
	{EnvProjects, `comma-separated filters such as "libs/**,!libs/old", "app...", "[origin/main]" or "@failed"`, func(s *Settings, value string) bool {
		s.Selection.Projects = splitPatterns(value)
		return !slices.ContainsFunc(s.Selection.Projects, func(p string) bool { return !selection.ValidFilter(p) })
	}},
	{EnvVariants, "", func(s *Settings, value string) bool { s.Selection.Variants = splitList(value); return true }},
	{EnvTargets, `comma-separated names of build targets such as "app,docs"`, func(s *Settings, value string) bool {
		s.Selection.Targets = splitList(value)
		return !slices.ContainsFunc(s.Selection.Targets, func(name string) bool { return strings.HasPrefix(name, "-") })
	}},
	{EnvTests, `a regular expression of test names such as "^unit", with "!" in front to leave them out`, func(s *Settings, value string) bool {
		pattern, exclude := strings.CutPrefix(value, "!")
		if exclude {
			s.Selection.ExcludeTests = pattern
		} else {
			s.Selection.Tests = pattern
		}
		return pattern != ""
	}},
	{EnvFailFast, "1 or 0", toggle(func(s *Settings) *bool { return &s.FailFast })},
	{EnvKeepGoing, "1 or 0", toggle(func(s *Settings) *bool { return &s.KeepGoing })},
	{EnvTimeout, `a time with its unit, such as "90s" or "10m"`, func(s *Settings, value string) bool {
		limit, err := time.ParseDuration(value)
		s.Timeout = limit
		return err == nil && limit >= 0
	}},
	{EnvFresh, "1 or 0", toggle(func(s *Settings) *bool { return &s.Fresh })},
	{EnvDryRun, "1 or 0", toggle(func(s *Settings) *bool { return &s.DryRun })},
	{EnvProgress, "auto, live, plain or quiet", func(s *Settings, value string) bool {
		s.Progress = value
		return slices.Contains([]string{"auto", "live", "plain", "quiet"}, value)
	}},
	{EnvStore, `an absolute directory, or "off"`, func(s *Settings, value string) bool {
		s.Store = off(value)
		return s.Store == "off" || filepath.IsAbs(s.Store)
	}},
	{EnvReport, "", func(s *Settings, value string) bool {
		s.envReports = splitList(value)
		return true
	}},
	{EnvManifest, "a path that ends in .json", func(s *Settings, value string) bool {
		s.Manifest = value
		return strings.HasSuffix(value, ".json")
	}},
	{EnvAudit, "1 or 0", toggle(func(s *Settings) *bool { return &s.Audit })},
	{EnvChecks, "1 or 0", toggle(func(s *Settings) *bool { return &s.ChecksAudit })},
	{EnvProfile, "1 or 0", toggle(func(s *Settings) *bool { return &s.Profile })},
	{EnvRetry, fmt.Sprintf("how often a test that fails is run at most, 1 to %d", retry.MaxAttempts), func(s *Settings, value string) bool {
		n, err := strconv.Atoi(value)
		s.Retry = retry.ForTests(s.Retry, n)
		return err == nil && 1 <= n && n <= retry.MaxAttempts
	}},
	{EnvTestCache, "1 or 0", toggle(func(s *Settings) *bool { return &s.TestCache })},
	{EnvShard, selection.AllowedShard, func(s *Settings, value string) bool {
		s.Selection.Shard = value
		_, _, ok := selection.ParseShard(value)
		return ok
	}},
	{EnvDurations, "", func(s *Settings, value string) bool { s.Durations = value; return true }},
	{EnvPlan, shard.AllowedPlan, func(s *Settings, value string) bool {
		s.Plan = value
		_, _, ok := shard.ParsePlan(value)
		return ok
	}},
	{EnvLauncher, allowedLauncher, func(s *Settings, value string) bool { s.Launcher = value; return isLauncher(value) }},
	{EnvRemote, allowedRemoteJobs, func(s *Settings, value string) bool {
		n, err := strconv.Atoi(value)
		s.RemoteJobs = n
		return err == nil && 0 <= n && n <= maxRemoteJobs
	}},
	{EnvRunner, allowedRunner, func(s *Settings, value string) bool {
		s.RunnerCommand = value
		_, err := remote.Parse(value, 1)
		return err == nil
	}},
	{EnvWarm, allowedWarm, func(s *Settings, value string) bool { s.Warm = value; return isWarm(value) }},
}

// ofTests reports whether a variable is one that the tests of this package itself read, whose processes may pass it on;
// see CONTRIBUTING.md.
func ofTests(variable string) bool {
	name, ok := strings.CutPrefix(variable, "CMAKETARGETS_TEST_")
	return ok && slices.Contains([]string{"ALL", "CMAKES", "COMMANDS", "GRAPH", "INSIDE", "TREES"}, name)
}

// readEnvironment applies the environment variables. An empty one counts as unset.
func (s *Settings) readEnvironment() error {
	s.Progress = "auto"
	for _, entry := range s.Env {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "CMAKETARGETS_") || ofTests(name) || value == "" {
			continue
		}
		i := slices.IndexFunc(variables, func(v variable) bool { return v.name == name })
		if i < 0 {
			return unknownVariable(name)
		}
		if !variables[i].read(s, value) {
			return fmt.Errorf("read environment: %s=%s is not %s", name, text.Quoted(value), variables[i].allowed)
		}
	}
	return nil
}

// unknownVariable is an error, not a warning: a misspelt CMAKETARGETS_DRY_RUN
// would otherwise start everything.
func unknownVariable(name string) error {
	var known []string
	for _, v := range variables {
		known = append(known, v.name)
	}
	sort.Strings(known)
	if quoted := text.Quoted(name); quoted != `"`+name+`"` {
		name = quoted
	}
	return fmt.Errorf("read environment: %s is not a variable of cmaketargets; there are %s", name, strings.Join(known, ", "))
}

// toggle reads a value as a boolean into the field that the function returns.
func toggle(field func(*Settings) *bool) func(*Settings, string) bool {
	return func(s *Settings, value string) bool {
		switch strings.ToLower(value) {
		case "1", "true", "on", "yes":
			*field(s) = true
		case "0", "false", "off", "no":
			*field(s) = false
		default:
			return false
		}
		return true
	}
}

// off returns value, and "off" for its other spellings, as CMake accepts them.
func off(value string) string {
	if strings.EqualFold(value, "off") {
		return "off"
	}
	return value
}

// splitList returns the items of a comma-separated list. In braces a comma separates the alternatives of a
// pattern.
func splitList(value string) []string { return splitAt(value, false) }

// splitPatterns is splitList for patterns, in which a comma or a brace behind a backslash stands for itself.
func splitPatterns(value string) []string { return splitAt(value, true) }

func splitAt(value string, escapes bool) []string {
	var list []string
	depth, escaped := 0, false
	items := strings.FieldsFunc(value, func(r rune) bool {
		if escaped {
			escaped = false
			return false
		}
		switch r {
		case '{':
			depth++
		case '}':
			depth--
		case '\\':
			escaped = escapes
		}
		return r == ',' && depth <= 0
	})
	for _, item := range items {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}

// verbose reports whether mage was started with -v, which it passes on to a
// compiled magefile in this variable.
func verbose(env []string) bool {
	on, _ := strconv.ParseBool(fsutil.Getenv(env, "MAGEFILE_VERBOSE"))
	return on
}
