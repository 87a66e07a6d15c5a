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
	// Retried is why a configure step or a build that failed beside others was done
	// again alone, and how that is avoided.
	Retried string `json:"retried,omitempty"`
	// OutOfMemory is set for a step that failed for lack of memory. Its first
	// diagnostic has the Code of that name.
	OutOfMemory bool `json:"outOfMemory,omitempty"`
	// Detection is set for a configure step that started without a cache.
	Detection Detection `json:"detection,omitzero"`
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
	Profile  string      `json:"-"` // CMake's profile of a configure step
}

// Title returns "libs/foo [Release]".
func (r Result) Title() string { return Title(r.Project.Path, r.Variant.Name) }

// Detection is the outcome of sharing compiler detection in a configure step
// that started without a cache.
type Detection struct {
	Reused []string `json:"reused,omitempty"` // languages taken from the store
	Stored []string `json:"stored,omitempty"` // languages added to it
	Note   string   `json:"note,omitempty"`   // why a language was not shared
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

	mu    sync.Mutex
	end   time.Time
	err   error
	needs []Edge
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
	text.SortStable(results, func(a, b Result) int {
		return cmp.Or(
			cmp.Compare(a.Project.Path, b.Project.Path),
			cmp.Compare(slices.Index(variants, a.Variant.Name), slices.Index(variants, b.Variant.Name)),
			cmp.Compare(a.Step.Order(), b.Step.Order()),
		)
	})
}
