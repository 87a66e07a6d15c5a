package ui

import (
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"
)

// Progress is the way in which a run is shown.
type Progress string

// The ways. Auto is Live on a terminal outside CI, Plain elsewhere.
const (
	Auto  Progress = "auto"
	Live  Progress = "live"
	Plain Progress = "plain"
)

// OptionsFor returns the options for out and an environment in the form of os.Environ. Without a
// terminal Live is plain, too.
//
// NO_COLOR, CLICOLOR_FORCE and CLICOLOR count in this order, see https://no-color.org and
// https://bixense.com/clicolors.
func OptionsFor(out io.Writer, env []string, progress Progress) Options {
	o := Options{Out: out, Fold: FoldOf(env)}
	file, ok := out.(*os.File)
	terminal := ok && term.IsTerminal(int(file.Fd())) && hasEscapes(file, lookup(env, "TERM"))
	if terminal {
		o.Size = func() (columns, lines int) { return size(file) }
		o.Live = progress == Live || progress == Auto && !onCI(env)
	}
	o.Colour = terminal && lookup(env, "CLICOLOR") != "0" && !onCI(env)
	if force := lookup(env, "CLICOLOR_FORCE"); force != "" && force != "0" {
		o.Colour = true
	}
	if lookup(env, "NO_COLOR") != "" {
		o.Colour = false
	}
	return o
}

// size returns the size of a terminal, 80 by 24 when it is unknown.
func size(file *os.File) (columns, lines int) {
	columns, lines, err := term.GetSize(int(file.Fd()))
	if err != nil || columns <= 0 || lines <= 0 {
		return 80, 24
	}
	return columns, lines
}

// onCI reports whether a CI system runs the process. Most set CI.
func onCI(env []string) bool {
	if !slices.Contains([]string{"", "0", "false"}, lookup(env, "CI")) {
		return true
	}
	return slices.ContainsFunc([]string{"TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION"}, func(name string) bool {
		return lookup(env, name) != ""
	})
}

// lookup returns the value of a variable; the last one counts, as in exec.Cmd.
func lookup(env []string, name string) string {
	for _, kv := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(kv, name+"="); ok {
			return value
		}
	}
	return ""
}
