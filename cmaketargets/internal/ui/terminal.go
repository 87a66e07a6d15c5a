package ui

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Progress is how a run is shown while it lasts.
type Progress string

// The ways. Auto is live on a terminal that a person looks at, plain elsewhere.
const (
	Auto  Progress = "auto"
	Live  Progress = "live"
	Plain Progress = "plain"
)

// OptionsFor says how to show things on out, whatever it is, in an environment
// in the form of os.Environ. Even Live is plain where out is no terminal.
//
// NO_COLOR, CLICOLOR_FORCE and CLICOLOR count in this order, see
// https://no-color.org and https://bixense.com/clicolors.
func OptionsFor(out io.Writer, env []string, progress Progress) Options {
	o := Options{Out: out, Fold: FoldOf(env)}
	file, ok := out.(*os.File)
	terminal := ok && term.IsTerminal(int(file.Fd())) && understands(file, lookup(env, "TERM"))
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

// size is that of the usual terminal where it cannot be found out.
func size(file *os.File) (columns, lines int) {
	columns, lines, err := term.GetSize(int(file.Fd()))
	if err != nil || columns <= 0 || lines <= 0 {
		return 80, 24
	}
	return columns, lines
}

// onCI says whether nobody looks on while it runs. Most CI systems set CI.
func onCI(env []string) bool {
	switch lookup(env, "CI") {
	case "", "0", "false":
	default:
		return true
	}
	for _, name := range []string{"TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION"} {
		if lookup(env, name) != "" {
			return true
		}
	}
	return false
}

// lookup is the value of a variable; the last one counts, as in exec.Cmd.
func lookup(env []string, name string) string {
	for i := len(env) - 1; i >= 0; i-- {
		if kv := env[i]; len(kv) > len(name) && kv[len(name)] == '=' && kv[:len(name)] == name {
			return kv[len(name)+1:]
		}
	}
	return ""
}
