package shard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/selection"
)

// Form writes a split in the form that a CI system reads.
type Form func(io.Writer, model.Split) error

var forms = map[string]Form{"github": github, "gitlab": gitlab, "json": plain}

// AllowedPlan completes "is not ..." in the error for a value that ParsePlan refuses.
const AllowedPlan = `a form and a number of shards up to 256, such as "github:5", "gitlab:5" or "json:5"`

// ParsePlan reads a form and a number of shards, such as "github:5".
func ParsePlan(value string) (form Form, n int, ok bool) {
	name, count, _ := strings.Cut(value, ":")
	n, ok = selection.ShardCount(count)
	form = forms[name]
	return form, n, ok && form != nil
}

// job is a shard with projects, as a job of a CI system.
type job struct {
	Shard    string  `json:"shard"`
	Number   int     `json:"number"`
	Projects string  `json:"projects"`
	Variants string  `json:"variants"` // empty for those without names
	Expected float64 `json:"expected,omitempty"`
}

func jobs(split model.Split) []job {
	list := []job{}
	for i, s := range split.Shards {
		if len(s.Projects) > 0 {
			list = append(list, job{s.Name, i + 1, selection.Exactly(s.Projects), strings.Join(s.Variants, ","), s.Expected})
		}
	}
	return list
}

// plain writes JSON.
func plain(w io.Writer, split model.Split) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(split)
}

// github writes two outputs of a step. A job with a matrix of no jobs is an error there, so "empty" is
// for a condition of that job.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
func github(w io.Writer, split model.Split) error {
	list := jobs(split)
	matrix, err := json.Marshal(map[string][]job{"include": list})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "matrix=%s\nempty=%t\n", matrix, len(list) == 0)
	return err
}

// gitlab writes a job for each shard, which extends the hidden job .shard. A pipeline has to have a job.
// https://docs.gitlab.com/ci/pipelines/downstream_pipelines/
func gitlab(w io.Writer, split model.Split) error {
	var b bytes.Buffer
	list := jobs(split)
	if len(list) == 0 {
		b.WriteString("no shard:\n  script:\n    - echo nothing to do, as no project is selected\n")
	}
	for _, j := range list {
		fmt.Fprintf(&b, "shard %s:\n  extends: .shard\n  variables:\n    SHARD: %s\n    CMAKETARGETS_PROJECTS: %s\n",
			j.Shard, yaml(strconv.Itoa(j.Number)), yaml(j.Projects))
		if j.Variants != "" {
			fmt.Fprintf(&b, "    CMAKETARGETS_VARIANTS: %s\n", yaml(j.Variants))
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// yaml returns a value of a variable, which GitLab expands, in quotes. Strings of JSON are those of YAML.
func yaml(value string) string {
	quoted, _ := json.Marshal(strings.ReplaceAll(value, "$", "$$"))
	return string(quoted)
}
