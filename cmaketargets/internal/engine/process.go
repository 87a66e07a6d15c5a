// Package engine runs the steps of a workspace: it joins discovery, selection, the plan, the scheduler and the work in
// build trees, shows the progress and collects the results.
package engine

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/jobserver"
	"github.com/magecmake/magecmake/cmaketargets/internal/memory"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
	"github.com/magecmake/magecmake/cmaketargets/internal/schedule"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

// Process is shared by all workspaces of a process: its CPUs, its terminal and the
// report files that it writes.
type Process struct {
	Output   func() io.Writer // for workspaces that set none
	Errors   func() io.Writer // for messages while a plan is the output
	Env      func() []string  // in the form of os.Environ, read when a workspace first runs
	StartDir string           // the directory that mage runs in, "" when it is unknown
	StartErr error            // why it is unknown
	Mage     int              // process id of the mage that started this process, or 0

	scheduler *schedule.Scheduler
	memory    *memory.System
	limit     atomic.Pointer[memory.Limit]

	mu      sync.Mutex
	screens map[*os.File]*ui.Screen // one each: two live views would draw over each other

	publisher report.Publisher

	oldNinja sync.Once // noted that it joins no jobserver

	joining  sync.Once
	outerErr error     // why the jobserver of the environment is not joined
	alone    sync.Once // noted that
}

// NewProcess completes p, and returns it.
func NewProcess(p *Process) *Process {
	p.scheduler, p.memory, p.screens = schedule.New(), memory.New("/"), map[*os.File]*ui.Screen{}
	p.scheduler.Tokens.More = p.room
	return p
}

// room returns how many of so many further jobs memory has room for, each as heavy as the heaviest that runs, beside tasks
// and the jobs of builds that have joined the jobserver, to which so many bytes are promised.
func (p *Process) room(jobs int, promised int64) int {
	limit := p.limit.Load()
	if limit == nil {
		return jobs
	}
	heaviest, others := p.scheduler.Memory()
	return p.memory.Room(*limit, jobs, heaviest, promised+others)
}

// screen returns the screen for a workspace's output, which a plan has to itself.
func (p *Process) screen(set *settings.Settings) *ui.Screen {
	out := set.Output
	if set.Plan != "" {
		out = p.Errors()
	}
	options := ui.OptionsFor(out, set.Env, ui.Progress(set.Progress))
	options.Verbose = set.Verbose
	file, ok := out.(*os.File)
	if !ok {
		return ui.New(options)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.screens[file] == nil {
		p.screens[file] = ui.New(options)
	}
	return p.screens[file]
}

// join makes the process a client of the jobserver that the environment of its first workspace names, and
// returns the settings of a workspace with this environment.
func (p *Process) join(raw settings.Settings, env []string) (*settings.Settings, error) {
	tokens := p.scheduler.Tokens
	p.joining.Do(func() { tokens.Outer, p.outerErr = jobserver.Open(env) })
	set, err := raw.Resolve(jobserver.Without(env), p.StartDir)
	if err != nil {
		return nil, err
	}
	if tokens.Outer != nil {
		if set.RemoteJobs = 0; tokens.Outer.Jobs > 0 {
			set.Jobs = min(set.Jobs, tokens.Outer.Jobs)
		}
	}
	if fsutil.Getenv(env, settings.EnvDryRun) == "" {
		set.DryRun = set.DryRun || jobserver.DryRun(env)
	}
	return set, nil
}

// noteAlone shows once why this process is no client of the jobserver in its environment.
func (p *Process) noteAlone(screen *ui.Screen) {
	if p.outerErr == nil {
		return
	}
	p.alone.Do(func() {
		screen.Line(fmt.Sprintf("note        %v; this run counts its jobs alone. If make starts mage, put + before the recipe", p.outerErr))
	})
}
