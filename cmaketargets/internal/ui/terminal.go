package ui

import (
	"io"
	"os"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Progress is the way in which a run is shown.
type Progress string

// The ways. Auto is Live on a terminal outside CI, Quiet without a terminal where a CI system or a coding
// agent runs the process, Plain elsewhere.
const (
	Auto  Progress = "auto"
	Live  Progress = "live"
	Plain Progress = "plain"
	Quiet Progress = "quiet"
)

// OptionsFor returns the options for out and an environment in the form of os.Environ. Without a
// terminal Live is plain, too.
//
// NO_COLOR, CLICOLOR_FORCE and CLICOLOR count in this order, see https://no-color.org and
// https://bixense.com/clicolors.
func OptionsFor(out io.Writer, env []string, progress Progress) Options {
	o := Options{Out: out, Fold: FoldOf(env)}
	file, ok := out.(*os.File)
	if ok {
		_, _, ok = terminalSize(file)
	}
	terminal := ok && hasEscapes(file, fsutil.Getenv(env, "TERM"))
	if terminal {
		o.Size = func() (columns, lines int) { return size(file) }
		o.Live = progress == Live || progress == Auto && !fsutil.OnCI(env)
	}
	o.Quiet = progress == Quiet || progress == Auto && !ok && (fsutil.OnCI(env) || fsutil.ByAgent(env))
	o.Colour = terminal && fsutil.Getenv(env, "CLICOLOR") != "0" && !fsutil.OnCI(env)
	if force := fsutil.Getenv(env, "CLICOLOR_FORCE"); force != "" && force != "0" {
		o.Colour = true
	}
	if fsutil.Getenv(env, "NO_COLOR") != "" {
		o.Colour = false
	}
	return o
}

// size returns the size of a terminal, 80 by 24 when it is unknown.
func size(file *os.File) (columns, lines int) {
	columns, lines, _ = terminalSize(file)
	if columns <= 0 || lines <= 0 {
		return 80, 24
	}
	return columns, lines
}
