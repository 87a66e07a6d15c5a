package toolchain

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Launcher is a program that starts compilers: a cache of objects, or one that has other machines
// compile.
type Launcher struct {
	Name    string   // "ccache", without a directory
	Command []string // the program, absolute, and its arguments
	// Local reports that it compiles on this machine, unless an environment names a Prefix.
	Local bool

	unset []string // variables of ccache whose settings are neither in the environment nor in a file

	mu      sync.Mutex
	started bool           // the server of sccache
	before  model.Launched // the server's counts at Start or the last Counted
}

// languagesOf are the languages of CMake that a launcher supports; one that is not listed gets all that
// CMake has a launcher for.
var languagesOf = map[string][]string{
	"ccache":  {"C", "CXX", "CUDA", "OBJC", "OBJCXX"},
	"sccache": {"C", "CXX", "CUDA", "OBJC", "OBJCXX"},
	"distcc":  {"C", "CXX", "OBJC", "OBJCXX"},
	"icecc":   {"C", "CXX", "OBJC", "OBJCXX"},
}

// Languages returns the languages whose compilers it starts, as CMake names them.
func (l *Launcher) Languages() []string {
	if known, ok := languagesOf[l.Name]; ok {
		return known
	}
	return []string{"C", "CXX", "CUDA", "Fortran", "OBJC", "OBJCXX"}
}

// IsLauncher reports whether a program, or the file that a link of its name leads to, is one of languagesOf, or l.
func (l *Launcher) IsLauncher(program string) bool {
	if real, err := filepath.EvalSymlinks(program); err == nil {
		program = real
	}
	name := launcherName(program)
	return languagesOf[name] != nil || name == l.Name
}

func launcherName(path string) string { return strings.TrimSuffix(filepath.Base(path), ".exe") }

// Variables of ccache.
const (
	ccacheBase     = "CCACHE_BASEDIR"
	ccacheNoHash   = "CCACHE_NOHASHDIR"
	ccacheAbsolute = "CCACHE_ABSSTDERR"
	ccacheStatsLog = "CCACHE_STATSLOG"
)

// Prefix is the variable of ccache for a command that starts the compiler, such as distcc.
const Prefix = "CCACHE_PREFIX"

// ccacheSettings are the settings of ccache that these variables change, as ccache -p names them.
var ccacheSettings = map[string]string{
	ccacheBase: "base_dir", ccacheNoHash: "hash_dir", ccacheAbsolute: "absolute_paths_in_stderr", ccacheStatsLog: "stats_log",
}

// Env returns the variables that a build adds to env, its environment, so that a compile in another checkout, or in
// another build tree of it, is the same to ccache: root is the directory of the checkout. Messages keep
// their absolute paths. Settings of the user's stay.
func (l *Launcher) Env(env []string, root string) []string {
	return l.set(env, ccacheBase+"="+root, ccacheNoHash+"=1", ccacheAbsolute+"=1")
}

// StatsLog returns the variable that has ccache write each of its results to a file, none if that
// cannot be had.
func (l *Launcher) StatsLog(env []string, path string) []string {
	return l.set(env, ccacheStatsLog+"="+path)
}

// set returns the variables that are not set otherwise.
func (l *Launcher) set(env []string, variables ...string) []string {
	return slices.DeleteFunc(variables, func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return !slices.Contains(l.unset, name) || fsutil.Getenv(env, name) != "" || name == ccacheNoHash && fsutil.Getenv(env, "CCACHE_HASHDIR") != ""
	})
}

// serverStart bounds the start of the server of sccache, in which it asks its storage.
const serverStart = 30 * time.Second

// Start starts the server of sccache, once. The first compile would start it as a process of its build, whose
// end it would not survive. Nothing ends it. env is that of the process.
func (l *Launcher) Start(ctx context.Context, env []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.Name != "sccache" || l.started {
		return
	}
	// It fails where the server runs; where that cannot run, the compiles report why.
	_, _, _ = ask(ctx, serverStart, l.Command[0], env, "--start-server")
	l.started, l.before = true, l.served(ctx, env)
}

// Counted returns the counts of a launcher, nil for none, in a run with these results. For sccache they are those of
// its server since Start or the last call, for all its clients.
func (l *Launcher) Counted(ctx context.Context, env []string, results []model.Result) model.Launched {
	if sum := model.Launches(results); l == nil || sum.Name != "" {
		return sum
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.started {
		return model.Launched{}
	}
	now := l.served(ctx, env)
	if now.Name == "" { // no answer
		return now
	}
	since := now.Since(l.before)
	l.before = now
	return since
}

func (l *Launcher) served(ctx context.Context, env []string) model.Launched {
	output, _, err := ask(ctx, askLimit, l.Command[0], env, "--show-stats", "--stats-format=json")
	if err != nil {
		return model.Launched{}
	}
	return readServerStats(l.Name, output)
}

// findLauncher finds the launcher of a command, nil for an empty one. It asks a ccache for its settings.
func findLauncher(ctx context.Context, o Options) (*Launcher, error) {
	words := strings.Fields(o.Launcher)
	if len(words) == 0 {
		return nil, nil
	}
	name := launcherName(words[0])
	path := LookPath(o.Env, words[0])
	if words[0] != filepath.Base(words[0]) {
		var err error
		if path, err = executable(words[0], o.Env); err != nil {
			return nil, fmt.Errorf("use launcher %s: %w; correct Config.Launcher or CMAKETARGETS_LAUNCHER", words[0], fsutil.Cause(err))
		}
	}
	if path == "" {
		advice := "install it and put it into PATH"
		if command := InstallHint(name); command != "" {
			advice = "install it: " + command
		}
		return nil, fmt.Errorf("use launcher %s: not in PATH; %s; or set CMAKETARGETS_LAUNCHER=off", words[0], advice)
	}
	l := &Launcher{Name: name, Command: append([]string{path}, words[1:]...)}
	if l.Name == "ccache" {
		config, _, err := ask(ctx, askLimit, path, o.Env, "-p")
		if err != nil {
			return nil, fmt.Errorf("ask %s for its settings: %w", path, err)
		}
		l.Local = strings.Contains("\n"+config, "\n(default) prefix_command = ")
		for variable, setting := range ccacheSettings {
			if strings.Contains("\n"+config, "\n(default) "+setting+" = ") {
				l.unset = append(l.unset, variable)
			}
		}
	}
	return l, nil
}
