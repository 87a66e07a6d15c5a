package model

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Result is the outcome of one step of one project and variant.
type Result struct {
	Project  Project   `json:"project"`
	Variant  Variant   `json:"variant"`
	Step     Step      `json:"step"`
	Status   Status    `json:"status"`
	Reason   string    `json:"reason"`            // why it was done, or was not
	BuildDir string    `json:"buildDir"`          // absolute
	LogFile  string    `json:"logFile,omitempty"` // absolute
	Args     []string  `json:"args,omitempty"`    // program and arguments as run
	Start    time.Time `json:"start,omitzero"`    // zero when it was not begun
	// Host is the machine that the command ran on, "" for that of the run.
	Host string `json:"host,omitempty"`
	// Retried is why a configure step or a build that failed beside others was done
	// again alone, and how that is avoided; or why a step whose host was lost was.
	Retried string `json:"retried,omitempty"`
	// Attempts are all attempts of a step that was tried again by a rule of Config.Retry,
	// in order, nil for others.
	Attempts []Attempt `json:"attempts,omitempty"`
	// Quarantine is why the failure does not fail the run, with the status Quarantined.
	Quarantine string `json:"quarantine,omitempty"`
	// OutOfMemory is set for a step that failed for lack of memory. Its first
	// diagnostic has the Code of that name.
	OutOfMemory bool `json:"outOfMemory,omitempty"`
	// Detection is set for a configure step that started without a cache.
	Detection Detection `json:"detection,omitzero"`
	// Launched is set for a build step whose launcher counts.
	Launched Launched `json:"launched,omitzero"`
	// Errors and Warnings count the different ones; Diagnostics holds the first
	// few hundred, led by the one that explains a failure best.
	Errors      int      `json:"errors,omitempty"`
	Warnings    int      `json:"warnings,omitempty"`
	NewWarnings int      `json:"newWarnings,omitempty"`
	Targets     []Target `json:"targets,omitempty"`
	Jobs        int      `json:"jobs,omitempty"` // its part of the budget

	Duration    time.Duration `json:"-"`
	Diagnostics []Diagnostic  `json:"-"`
	Err         error         `json:"-"` // of a step that failed or was cancelled

	Run       *Run     `json:"-"` // the run that made it
	Output    []byte   `json:"-"` // the end of the command's output
	OutputCut bool     `json:"-"` // the log has more
	Command   []string `json:"-"` // Args with the environment, to be pasted
	FillIn    []string `json:"-"` // variables in Command whose values are hidden
	// NinjaLog is .ninja_log before a build step, nil when there was none.
	NinjaLog fs.FileInfo `json:"-"`
	// FailedTests are the tests that failed in their last attempt, TestsOnRetry those that
	// passed after one that failed, and QuarantinedTests those of FailedTests whose failure
	// does not count, with the reason.
	FailedTests      []string          `json:"-"`
	TestsOnRetry     []string          `json:"-"`
	QuarantinedTests map[string]string `json:"-"`
	Profile          string            `json:"-"` // CMake's profile of a configure step
}

// Title returns "libs/foo [Release]".
func (r Result) Title() string { return Title(r.Project.Path, r.Variant.Name) }

// Attempt is one attempt of a step. The first of a test step runs all tests, each further one those
// that failed before and that a rule has tried again.
type Attempt struct {
	Failure string `json:"failure,omitempty"` // "" for a success
	LogFile string `json:"logFile,omitempty"` // absolute
	JUnit   string `json:"-"`                 // results of ctest, "" for none
}

// The codes of errors that are shown as warnings, because their test or step does not fail the run.
const (
	CodeOnRetry     = "passed-on-retry"
	CodeQuarantined = "in-quarantine"
)

// Demote returns r with some of its errors as warnings: those for which why returns a reason, which
// then precedes the message.
func (r Result) Demote(code string, why func(Diagnostic) string) Result {
	r.Diagnostics = slices.Clone(r.Diagnostics)
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		if d.Severity != Error {
			continue
		}
		if reason := why(*d); reason != "" {
			d.Severity, d.Code, d.Message = Warning, code, reason+": "+d.Message
			r.Errors, r.Warnings = max(0, r.Errors-1), r.Warnings+1
		}
	}
	return r
}

// Detection is the outcome of sharing compiler detection and the results of checks in a configure step
// that started without a cache.
type Detection struct {
	Reused []string `json:"reused,omitempty"` // languages taken from the store
	Stored []string `json:"stored,omitempty"` // languages added to it
	Note   string   `json:"note,omitempty"`   // why a language was not shared
	// Checks counts the results of try_compile that were taken from the store, and StoredChecks those added to it.
	Checks       int `json:"checks,omitempty"`
	StoredChecks int `json:"storedChecks,omitempty"`
	// Contradicted lists the variables for which an audit had another result.
	Contradicted []string `json:"contradicted,omitempty"`
}

// String returns the detection in words: "reused for C; stored for CXX". It is
// empty for the zero value.
func (d Detection) String() string {
	var parts []string
	if len(d.Reused) > 0 {
		parts = append(parts, "reused for "+strings.Join(d.Reused, ", "))
	}
	if len(d.Stored) > 0 {
		parts = append(parts, "stored for "+strings.Join(d.Stored, ", "))
	}
	if d.Checks > 0 {
		parts = append(parts, text.Count(d.Checks, "check")+" reused")
	}
	if d.StoredChecks > 0 {
		parts = append(parts, text.Count(d.StoredChecks, "check")+" stored")
	}
	if d.Note != "" {
		parts = append(parts, d.Note)
	}
	return strings.Join(parts, "; ")
}

// Run describes one run: one call of Workspace.Run, or one target of mage.
type Run struct {
	Root       string // absolute
	Repository string // the working copy around Root, or ""
	Start      time.Time
	Steps      []Step // as requested
	Jobs       int
	CMake      string // paths, and the version of cmake
	Version    string
	CTest      string
	Ninja      string
	Selected   []string // paths of the projects that it is about, which may need others
	Variants   []string // names of the variants of these
	Split      *Split   // of which Selected is a shard, or nil

	mu       sync.Mutex
	end      time.Time
	err      error
	needs    []Edge
	launched Launched
}

// SetNeeds records the needs of the projects of the run for each other.
func (r *Run) SetNeeds(edges []Edge) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.needs = edges
}

// Needs returns the needs of the projects of the run for each other.
func (r *Run) Needs() []Edge {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.needs
}

// SetLaunched records the counts of the compile launcher in the run.
func (r *Run) SetLaunched(l Launched) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.launched = l
}

// Launched returns the counts of the compile launcher in the run.
func (r *Run) Launched() Launched {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.launched
}

// Finish records the end of the run. err is nil unless the run could not start
// or was ended early.
func (r *Run) Finish(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end, r.err = time.Now(), err
}

// Finished returns the end of the run, zero while it lasts, and its error.
func (r *Run) Finished() (time.Time, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.end, r.err
}

// Base returns the directory that reports name files relative to: the
// repository, or the root where there is none.
func (r *Run) Base() string { return cmp.Or(r.Repository, r.Root) }

// Sort orders results by project path, by variant in the order of the given
// names, and by step.
func Sort(results []Result, variants []string) {
	text.SortStable(results, func(a, b Result) int { return Compare(a, b, variants) })
}

// Compare is the order of Sort, as a number below, at or above 0.
func Compare(a, b Result, variants []string) int {
	return cmp.Or(
		cmp.Compare(a.Project.Path, b.Project.Path),
		cmp.Compare(slices.Index(variants, a.Variant.Name), slices.Index(variants, b.Variant.Name)),
		cmp.Compare(a.Step.Order(), b.Step.Order()),
	)
}
