package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// CodeQuality writes errors and warnings as the list of issues that GitLab shows in a merge
// request, a subset of the Code Climate form.
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
//
// An issue has to be in a file of the repository. A failed step whose errors name none is an issue
// of its project's CMakeLists.txt.
func CodeQuality(w io.Writer, d Document) error {
	issues := []issue{}
	seen := map[issue]bool{}  // a line of a header is printed by many projects
	times := map[string]int{} // how often a fingerprint was used
	add := func(i issue) {
		if seen[i] {
			return
		}
		seen[i] = true
		// The line is left out: an issue stays the same when lines are added above.
		id := strings.Join([]string{i.Location.Path, i.Check, i.Severity, i.Description}, "\x00")
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", id, times[id]))
		times[id]++
		i.Fingerprint = hex.EncodeToString(sum[:16])
		issues = append(issues, i)
	}
	for _, r := range d.Results {
		placed := false
		for n, diagnostic := range r.Diagnostics {
			i, ok := r.issue(diagnostic)
			if !ok || !r.actionable(diagnostic) || r.duplicate(n) {
				continue
			}
			placed = placed || diagnostic.Severity == model.Error
			add(i)
		}
		if r.Status.Bad() && !placed {
			if i, ok := d.stepIssue(r); ok {
				add(i)
			}
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(issues)
}

// issue is an issue as GitLab reads it. It is comparable.
type issue struct {
	Description string   `json:"description"`
	Check       string   `json:"check_name"`
	Fingerprint string   `json:"fingerprint"`
	Severity    string   `json:"severity"` // info, minor, major, critical or blocker
	Location    location `json:"location"`
}

type location struct {
	Path  string `json:"path"` // relative to the repository, without "./"
	Lines lines  `json:"lines"`
}

type lines struct {
	Begin int `json:"begin"`
}

// maxDescription bounds the description of an issue, in bytes.
const maxDescription = 1000

// issue returns a diagnostic as an issue, and whether it is one.
func (r Result) issue(diagnostic Diagnostic) (issue, bool) {
	severity := map[model.Severity]string{model.Error: "critical", model.Warning: "minor"}[diagnostic.Severity]
	file := diagnostic.inRepository()
	if severity == "" || file == "" {
		return issue{}, false
	}
	check := diagnostic.Origin
	if diagnostic.Code != "" {
		check = strings.TrimPrefix(check+" "+diagnostic.Code, " ")
	}
	return newIssue(diagnostic.Message, cmp.Or(check, string(r.Step)), severity, file, diagnostic.Line), true
}

// stepIssue returns the issue of a failed step that has none in a file of its own.
func (d Document) stepIssue(r Result) (issue, bool) {
	message := r.Error
	if first, ok := r.firstError(); ok {
		message = r.stepName() + ": " + first.Message
	}
	file := d.relative(r, filepath.Join(r.Project.Dir, "CMakeLists.txt"))
	return newIssue(message, string(r.Step), "critical", clean(file), 1), file != ""
}

func newIssue(message, check, severity, file string, line int) issue {
	return issue{
		Description: cut(oneLine(message), maxDescription), Check: oneLine(check), Severity: severity,
		Location: location{file, lines{max(1, line)}},
	}
}

// relative returns a path relative to the repository of a result's run, or to its root where there
// is none, with slashes; it returns "" when the path is elsewhere.
func (d Document) relative(r Result, path string) string {
	if r.Run < 0 || r.Run >= len(d.Runs) {
		return ""
	}
	run := d.Runs[r.Run]
	rel, ok := fsutil.Within(path, cmp.Or(run.Repository, run.Root))
	if !ok {
		return ""
	}
	return filepath.ToSlash(rel)
}
