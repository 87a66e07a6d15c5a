package ui

import (
	"fmt"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Fold is the way in which the log of a CI system marks parts that can be folded.
type Fold int

// The ways of folding.
const (
	NoFold Fold = iota
	GitHub      // https://docs.github.com/actions/reference/workflow-commands-for-github-actions
	GitLab      // https://docs.gitlab.com/ci/jobs/job_logs/
)

// FoldOf returns the way of folding for an environment in the form of os.Environ.
func FoldOf(env []string) Fold {
	switch {
	case fsutil.Getenv(env, "GITHUB_ACTIONS") == "true":
		return GitHub
	case fsutil.Getenv(env, "GITLAB_CI") == "true":
		return GitLab
	default:
		return NoFold
	}
}

// open returns the line above a fold. number is unique in the log.
func (f Fold) open(title string, number int, now time.Time) string {
	switch f {
	case GitHub:
		return "::group::" + text.GitHubData(title) + "\n"
	case GitLab:
		return fmt.Sprintf("\x1b[0Ksection_start:%d:cmaketargets_%d[collapsed=true]\r\x1b[0K%s\n", now.Unix(), number, title)
	default:
		return title + "\n"
	}
}

// close returns the line below a fold, "" where there is none.
func (f Fold) close(number int, now time.Time) string {
	switch f {
	case GitHub:
		return "::endgroup::\n"
	case GitLab:
		return fmt.Sprintf("\x1b[0Ksection_end:%d:cmaketargets_%d\r\x1b[0K\n", now.Unix(), number)
	default:
		return ""
	}
}
