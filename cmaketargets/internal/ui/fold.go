package ui

import (
	"fmt"
	"strings"
	"time"
)

// Fold is how a CI system's log marks what can be folded away.
type Fold int

// The ways of folding.
const (
	NoFold Fold = iota
	// GitHub is that of GitHub Actions:
	// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
	GitHub
	// GitLab is that of GitLab CI:
	// https://docs.gitlab.com/ci/jobs/job_logs/
	GitLab
)

// FoldOf chooses by the environment, in the form of os.Environ.
func FoldOf(env []string) Fold {
	switch {
	case lookup(env, "GITHUB_ACTIONS") == "true":
		return GitHub
	case lookup(env, "GITLAB_CI") == "true":
		return GitLab
	default:
		return NoFold
	}
}

// open is the line above what is folded; number tells folds of one log apart.
func (f Fold) open(title string, number int, now time.Time) string {
	switch f {
	case GitHub:
		return "::group::" + escapeData(title) + "\n"
	case GitLab:
		return fmt.Sprintf("\x1b[0Ksection_start:%d:cmaketargets_%d[collapsed=true]\r\x1b[0K%s\n", now.Unix(), number, title)
	default:
		return title + "\n"
	}
}

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

// escapeData writes text so that the runner reads it as the data of a command.
func escapeData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}
