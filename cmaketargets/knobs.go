package cmaketargets

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// Per-run knobs are environment variables. Settings of a repository belong
// into Config. CMake's own variables (CMAKE_GENERATOR, CMAKE_BUILD_TYPE,
// CMAKE_BUILD_PARALLEL_LEVEL, CTEST_PARALLEL_LEVEL, CC, CXX, ...) keep their
// meaning.
const (
	// EnvJobs is the most that runs at once, a number from 1.
	EnvJobs = "CMAKETARGETS_JOBS"
	// EnvProjects selects projects: comma-separated doublestar patterns of
	// their paths, "!" in front leaves out ("libs/**,!libs/old").
	EnvProjects = "CMAKETARGETS_PROJECTS"
	// EnvVariants selects variants: comma-separated names.
	EnvVariants = "CMAKETARGETS_VARIANTS"
	// EnvFailFast ends the run at the first failure: 1 or 0.
	EnvFailFast = "CMAKETARGETS_FAIL_FAST"
	// EnvTimeout is the most that one step of one project may take, with its
	// unit: "90s", "10m"; 0 for no limit.
	EnvTimeout = "CMAKETARGETS_TIMEOUT"
	// EnvFresh configures from scratch, without the trees' caches: 1 or 0.
	EnvFresh = "CMAKETARGETS_FRESH"
	// EnvDryRun prints what would be done, why, and by which command, and
	// starts nothing: 1 or 0.
	EnvDryRun = "CMAKETARGETS_DRY_RUN"
	// EnvProgress is how a run is shown while it lasts: "live", "plain", or
	// "auto", which is live on a terminal unless that is a CI system's. Live
	// needs a terminal; elsewhere it is plain.
	EnvProgress = "CMAKETARGETS_PROGRESS"
	// EnvCache is the directory of the store of compiler detections, absolute,
	// or "off".
	EnvCache = "CMAKETARGETS_CACHE"
	// EnvReport adds reports to those of Config.Reports: comma-separated
	// paths, relative to the directory mage runs in.
	EnvReport = "CMAKETARGETS_REPORT"
	// EnvProfile lets CMake profile its configure steps: 1 or 0.
	EnvProfile = "CMAKETARGETS_PROFILE"
)

// knobNames are all variables that may start with CMAKETARGETS_. Those in
// TEST_ belong to this package's own tests.
var knobNames = []string{EnvJobs, EnvProjects, EnvVariants, EnvFailFast, EnvTimeout, EnvFresh, EnvDryRun, EnvProgress, EnvCache, EnvReport, EnvProfile}

// knobs are the values of the per-run environment variables.
type knobs struct {
	jobs     int
	projects []string
	variants []string
	failFast *bool
	timeout  *time.Duration
	fresh    bool
	dryRun   bool
	progress ui.Progress
	cache    string
	reports  []string
	profile  *bool
}

// readKnobs takes the knobs out of env, which has the form of os.Environ. An
// empty variable counts as unset.
func readKnobs(env []string) (knobs, error) {
	k := knobs{progress: ui.Auto}
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, "CMAKETARGETS_") || strings.HasPrefix(name, "CMAKETARGETS_TEST_") || value == "" {
			continue
		}
		var err error
		switch name {
		case EnvJobs:
			k.jobs, err = strconv.Atoi(value)
			if err != nil || k.jobs < 1 {
				return k, badKnob(name, value, "a whole number from 1")
			}
		case EnvProjects:
			k.projects = splitList(value)
			for _, p := range k.projects {
				if pattern := strings.TrimPrefix(p, "!"); pattern == "" || !doublestar.ValidatePattern(pattern) {
					return k, badKnob(name, value, `comma-separated patterns such as "libs/**,!libs/old"`)
				}
			}
		case EnvVariants:
			k.variants = splitList(value)
		case EnvFailFast:
			var on bool
			on, err = parseSwitch(name, value)
			k.failFast = &on
		case EnvTimeout:
			limit, err := time.ParseDuration(value)
			if err != nil || limit < 0 {
				return k, badKnob(name, value, `a time with its unit, such as "90s" or "10m"`)
			}
			k.timeout = &limit
		case EnvFresh:
			k.fresh, err = parseSwitch(name, value)
		case EnvDryRun:
			k.dryRun, err = parseSwitch(name, value)
		case EnvProgress:
			switch k.progress = ui.Progress(value); k.progress {
			case ui.Auto, ui.Live, ui.Plain:
			default:
				return k, badKnob(name, value, "auto, live or plain")
			}
		case EnvCache:
			if value = orOff(value); value != "off" && !filepath.IsAbs(value) {
				return k, badKnob(name, value, `an absolute directory, or "off"`)
			}
			k.cache = value
		case EnvReport:
			k.reports = splitList(value)
		case EnvProfile:
			var on bool
			on, err = parseSwitch(name, value)
			k.profile = &on
		default:
			return k, unknownKnob(name)
		}
		if err != nil {
			return k, err
		}
	}
	return k, nil
}

func badKnob(name, value, allowed string) error {
	return fmt.Errorf("read environment: %s=%s is not %s", name, quoted(value), allowed)
}

// quoted is a text from outside in an error: in quotes, on one line, and not
// longer than a person reads.
func quoted(text string) string {
	const enough = 120
	if len(text) > enough {
		return strconv.Quote(text[:enough]) + "..."
	}
	return strconv.Quote(text)
}

// unknownKnob is an error, not a warning: a misspelt CMAKETARGETS_DRY_RUN
// would otherwise start everything.
func unknownKnob(name string) error {
	known := slices.Sorted(slices.Values(knobNames))
	if shown := quoted(name); shown != `"`+name+`"` {
		name = shown
	}
	return fmt.Errorf("read environment: %s is not a variable of cmaketargets; there are %s", name, strings.Join(known, ", "))
}

func parseSwitch(name, value string) (bool, error) {
	switch strings.ToLower(value) {
	case "1", "true", "on", "yes":
		return true, nil
	case "0", "false", "off", "no":
		return false, nil
	}
	return false, badKnob(name, value, "1 or 0")
}

// orOff is the value, and "off" also for who writes that as CMake does.
func orOff(value string) string {
	if strings.EqualFold(value, "off") {
		return "off"
	}
	return value
}

func splitList(value string) []string {
	var list []string
	for _, item := range strings.Split(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}

// verbose says whether mage was started with -v; it tells a compiled magefile
// through this variable of its own. (mg.Verbose reads the same, but parses it
// anew and cannot be handed an environment.)
func verbose(env []string) bool {
	for _, kv := range env {
		if value, ok := strings.CutPrefix(kv, "MAGEFILE_VERBOSE="); ok {
			on, _ := strconv.ParseBool(value)
			return on
		}
	}
	return false
}

// environment is the process's, read when a workspace first runs. It holds
// secrets, and so does Variant.Env. This is all that is written of the two:
//
//   - In a build tree's record: the names of the variables that CMake reads
//     while it configures (see record.Environ), the values of those that name
//     a compiler, a salted digest of any other, and the directories in PATH.
//   - In the tree while CMake detects compilers, readable to the owner only:
//     the values of the variables that compilers are found and called by, a
//     digest of any other. See internal/detect.
//   - In the store of detections: a digest of all of it together, and what
//     CMake makes of CC, CFLAGS and their like, as it does in CMakeCache.txt.
//   - On the screen and in reports: compilers that changed, directories that
//     came into PATH or left it, CMAKE_GENERATOR, values of our own variables
//     that are refused, and in a command to paste the names that
//     Variant.Env sets, with the values of known ones only (knownVariable).
//   - In logs: nothing but what the tools themselves print.
//
// TestSecretsStayWhereTheyAre and TestRecordKeepsNoSecrets hold it to that.
func environment() []string { return os.Environ() }
