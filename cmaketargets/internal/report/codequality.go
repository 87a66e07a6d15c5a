package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// CodeQuality writes errors and warnings as the list of issues that GitLab
// shows in a merge request, a subset of the Code Climate form.
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
//
// An issue has to lie in a file of the repository. A failed step whose errors
// name none is an issue of its project's CMakeLists.txt.
func CodeQuality(w io.Writer, d Document) error {
	issues := []issue{}
	seen := map[issue]bool{}  // the same line of a header, from ten projects
	times := map[string]int{} // how often a fingerprint was met
	add := func(i issue) {
		if seen[i] {
			return
		}
		seen[i] = true
		// The line is not part of it: an issue stays the same when lines are
		// added above.
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
			if !ok || !r.counts(diagnostic) || r.echoes(n) {
				continue
			}
			placed = placed || diagnostic.Severity == "error"
			add(i)
		}
		if r.Bad() && !placed {
			if i, ok := d.failure(r); ok {
				add(i)
			}
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(issues)
}

// issue is what GitLab reads. All its fields are strings and numbers, so that
// it can be a key.
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

// maxDescription bounds what an issue says, in bytes.
const maxDescription = 1000

func (r Result) issue(diagnostic Diagnostic) (issue, bool) {
	severity := map[string]string{"error": "critical", "warning": "minor"}[diagnostic.Severity]
	file := diagnostic.inRepository()
	if severity == "" || file == "" {
		return issue{}, false
	}
	check := diagnostic.Origin
	if diagnostic.Code != "" {
		check = strings.TrimPrefix(check+" "+diagnostic.Code, " ")
	}
	if check == "" {
		check = r.Step
	}
	return issue{
		Description: cut(line(diagnostic.Message), maxDescription), Check: line(check), Severity: severity,
		Location: location{file, lines{max(1, diagnostic.Line)}},
	}, true
}

// failure is the issue of a step that failed somewhere else.
func (d Document) failure(r Result) (issue, bool) {
	message := r.Error
	if first, ok := r.first(); ok {
		message = r.what() + ": " + first.Message
	}
	file := d.relative(r, filepath.Join(r.Project.Dir, "CMakeLists.txt"))
	return issue{
		Description: cut(line(message), maxDescription), Check: r.Step, Severity: "critical",
		Location: location{text(file), lines{1}},
	}, file != ""
}

// inRepository is the file of a diagnostic, relative to the repository and with
// slashes; "" when it lies elsewhere, or nobody knows where.
func (d Diagnostic) inRepository() string {
	if !d.Inside {
		return ""
	}
	return text(d.File)
}
