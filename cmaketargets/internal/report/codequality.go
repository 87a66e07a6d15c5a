package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"strings"

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
		for _, diagnostic := range r.findings() {
			if file := diagnostic.inRepository(); file != "" {
				placed = placed || diagnostic.Severity == model.Error
				check := strings.TrimPrefix(diagnostic.Origin+" "+diagnostic.Code, " ")
				add(r.issue(diagnostic.Message, strings.TrimSuffix(check, " "), diagnostic.Severity, file, diagnostic.Line))
			} else if diagnostic.Code == model.CodeOnRetry || diagnostic.Code == model.CodeQuarantined {
				if file := d.listFile(r); file != "" {
					add(r.issue(r.stepName()+": "+diagnostic.Message, diagnostic.Code, model.Warning, file, 1))
				}
			}
		}
		if r.Status.Bad() && !placed {
			message := r.Error
			if first, ok := r.firstError(); ok {
				message = r.stepName() + ": " + first.Message
			}
			if file := d.listFile(r); file != "" {
				add(r.issue(message, "", model.Error, file, 1))
			}
		}
	}
	return writeJSON(w, issues)
}

// listFile returns the CMakeLists.txt of the project of a result, relative to the repository, or "".
func (d Document) listFile(r Result) string {
	return clean(d.relative(r, filepath.Join(r.Project.Dir, "CMakeLists.txt")))
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
	Lines struct {
		Begin int `json:"begin"`
	} `json:"lines"`
}

// issue returns an issue without a fingerprint.
func (r Result) issue(message, check string, severity model.Severity, file string, line int) issue {
	i := issue{
		Description: cut(oneLine(message), maxDescription), Check: oneLine(cmp.Or(check, string(r.Step))),
		Severity: "critical", Location: location{Path: file},
	}
	if severity == model.Warning {
		i.Severity = "minor"
	}
	i.Location.Lines.Begin = max(1, line)
	return i
}
