package buildtree

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
	"github.com/magecmake/magecmake/cmaketargets/internal/toolchain"
	"github.com/magecmake/magecmake/cmaketargets/internal/treestate"
)

// diagnose reads the diagnostics in the output of the step into its result.
func (s *step) diagnose(ctx context.Context) {
	adviser := diagnose.Adviser{
		Cross:    s.tree.Variant.Toolchain != "",
		Install:  func(tool string) string { return toolchain.InstallHint(tool) },
		Provider: func(name string) string { return s.worker.Provider(s.tree, name) },
		Set:      func(name string) bool { return fsutil.Getenv(s.tree.Env, name) != "" },
	}
	s.result = diagnose.Collect(ctx, s.result, func(d model.Diagnostic) string {
		if hint := adviser.Hint(d); hint != "" {
			return hint
		}
		return s.presetHint(d)
	})
}

// starved returns the result of a step with the fact that it failed for lack of memory, by its
// output or by kills: how many processes the system has killed for that meanwhile. Those may be of
// another step, so an error in a file explains the failure better.
func starved(res model.Result, kills int64) model.Result {
	first, ok := diagnose.FirstError(res)
	var exit *proc.ExitError
	killed := errors.As(res.Err, &exit) && exit.Signal == syscall.SIGKILL.String() // by another than us
	res.OutOfMemory = res.Status == model.Failed && (ok && first.Code == model.OutOfMemory || killed || kills > 0 && first.File == "")
	if kills > 0 && res.OutOfMemory {
		for i, d := range res.Diagnostics {
			if said, ok := strings.CutPrefix(d.Message, diagnose.Killed); ok {
				res.Diagnostics[i].Message = "killed for lack of memory: " + said
			}
		}
	}
	if !res.OutOfMemory || first.Code == model.OutOfMemory {
		return res
	}
	d := model.Diagnostic{Severity: model.Error, Origin: "system", Code: model.OutOfMemory, Message: diagnose.Killed + filepath.Base(res.Args[0])}
	if kills > 0 {
		d.Message = "the system killed " + text.Count(int(kills), "program") + " for lack of memory"
	}
	d.Hint = diagnose.Adviser{}.Hint(d)
	res.Diagnostics, res.Errors = append([]model.Diagnostic{d}, res.Diagnostics...), res.Errors+1
	return res
}

// presetSyntax matches CMake's message about presets that are not JSON, as of 3.25 and of 4.3.
var presetSyntax = text.Regexp(`(?s)Could not read presets.*(?:JSON parse error|Syntax error|Missing ')`)

// presetHint returns advice about presets that CMake could not read because of a comment, which its
// message does not mention. It returns "" for other errors.
func (s *step) presetHint(d model.Diagnostic) string {
	if s.tree.Variant.Preset == "" || !presetSyntax().MatchString(d.Message) {
		return ""
	}
	if at := cmake.PresetComment(s.tree.Project.Dir); at != "" {
		return "remove the comment at " + s.worker.Settings.Show(at) + ": this CMake takes none there"
	}
	return ""
}

// Collision returns why a step that failed while others ran, or a build with several jobs, may have
// failed only because of that, and how it is avoided, or "". It reads the end of the output.
func (w *Worker) Collision(res model.Result) string {
	first, _ := diagnose.FirstError(res)
	switch {
	case res.Step != model.Configure && res.Step != model.Build:
		return ""
	case res.OutOfMemory:
		return fmt.Sprintf("there was too little memory for all that ran (%s); set CMAKETARGETS_JOBS to less than %d", first.Headline(), w.Settings.Jobs)
	}
	alone := []string{res.BuildDir}
	if len(w.Settings.Variants) <= 1 {
		alone = append(alone, res.Project.Dir)
	}
	return diagnose.Collision(res.Output, alone)
}

// markNew marks the warnings that had not been printed in this build tree before.
func (s *step) markNew() {
	s.result = diagnose.MarkNew(s.result, treestate.Path(s.dir(), "warnings"), s.recompiled)
}

// recompiled returns the source files of which the build compiled every object, by
// Ninja's log.
func (s *step) recompiled() []string {
	objects := map[string]bool{}
	each := func(edges []cmake.Edge, visit func(object, source string)) {
		for _, edge := range edges {
			for _, object := range edge.Outputs {
				if source := cmake.SourceOf(object); source != "" {
					visit(object, filepath.Join(s.tree.Project.Dir, source))
				}
			}
		}
	}
	again := map[string]bool{}
	each(cmake.Edges(s.dir(), s.result.NinjaLog), func(object, source string) {
		objects[object] = true
		again[source] = true
	})
	if len(again) == 0 {
		return nil
	}
	each(cmake.Edges(s.dir(), nil), func(object, source string) {
		if !objects[object] {
			delete(again, source)
		}
	})
	return slices.Collect(maps.Keys(again))
}
