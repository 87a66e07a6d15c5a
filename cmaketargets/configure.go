package cmaketargets

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/record"
)

// glance says, without the tree's lock, that there is nothing to do. What a
// process that works there meanwhile does to the tree does not matter: a record
// is replaced as a whole, and is none that can be believed from before its first
// change on, so that this is what was true before that.
func (t *tree) glance(v *view, res Result) (_ Result, nothing bool) {
	rec := record.Load(t.dir)
	if rec == nil {
		return res, false
	}
	in, err := t.intent(v, rec)
	if err != nil {
		return res, false
	}
	d := t.decide(rec, in, v)
	if d.Action != record.Nothing {
		return res, false
	}
	res.Status, res.Reason, res.LogFile, res.Targets = StatusUpToDate, d.Reason, t.logFile(StepConfigure), targetsOf(rec)
	return res, true
}

// configure brings the build tree up to date, with no process where it is.
func (t *tree) configure(ctx context.Context, seen *view, res Result) Result {
	return t.bring(ctx, seen, res, t.decide)
}

// reconfigure does so without heed to a wish to begin afresh, which is
// fulfilled once.
func (t *tree) reconfigure(ctx context.Context, seen *view, res Result) Result {
	return t.bring(ctx, seen, res, t.check)
}

func (t *tree) bring(ctx context.Context, seen *view, res Result, decide func(*record.Record, record.Intent, *view) record.Decision) Result {
	v := seen.anew() // what the run saw before it had the lock is too old
	rec := record.Load(t.dir)
	in, err := t.intent(v, rec)
	if err != nil {
		return t.fail(res, err)
	}
	d := decide(rec, in, v)
	res.Reason = d.Reason
	if d.Action == record.Nothing {
		res.Status, res.LogFile = StatusUpToDate, t.logFile(StepConfigure)
		res.Targets = targetsOf(rec)
		return res
	}
	return t.runConfigure(ctx, in, d, rec, res)
}

// decide says what the configure step has to do, and why.
func (t *tree) decide(rec *record.Record, in record.Intent, v *view) record.Decision {
	d := t.check(rec, in, v)
	if t.knobs.fresh && d.Reason != record.Never {
		d = record.Decision{Action: record.Fresh, Reason: EnvFresh + " is set"}
	}
	return d
}

func (t *tree) check(rec *record.Record, in record.Intent, v *view) record.Decision {
	return record.Check(rec, in, &treeState{dir: t.dir}, &v.files)
}

// runConfigure runs cmake on the tree and writes down what it saw.
func (t *tree) runConfigure(ctx context.Context, in record.Intent, d record.Decision, rec *record.Record, res Result) Result {
	args, err := t.configureArgs(in, d)
	if err != nil {
		return t.fail(res, err)
	}
	res.paste = t.pasted(args)
	// From here on the tree is not what its record said, whatever ends us.
	if rec, err = record.Begin(rec, in, d.Action == record.Fresh, time.Now()); err != nil {
		return t.fail(res, err)
	}
	// In a tree that was never configured there is nothing of ours to forget.
	if d.Action == record.Fresh && d.Reason != record.Never && (t.store != nil || !t.tools.cmake.Version.Has(cmake.FreshFlag)) {
		if err := t.forget(); err != nil {
			return t.fail(res, err)
		}
		args = slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return arg == "--fresh" })
	}
	if err := errors.Join(cmake.WriteQuery(t.dir), cmake.RemoveDamaged(t.dir)); err != nil {
		return t.fail(res, err)
	}
	before := (&treeState{dir: t.dir}).Reply().Path
	var det detection
	if d.Action == record.Fresh {
		det = t.beginDetection(args)
	}
	res = t.execute(ctx, res, command{
		program: t.tools.cmake.Path, args: slices.Concat(args, det.args(), t.profileArgs(&res)),
		env: append(slices.Clone(t.configuring()), det.env()...),
	})
	if d.Action == record.Fresh {
		res.Detection = det.end(res.Status == StatusOK)
	}
	if res.Status == StatusOK {
		if err := t.checkWritten(rec.At, in.Generator); err != nil {
			res = t.fail(res, err)
		} else if after := (&treeState{dir: t.dir}).Reply().Path; after == before && before != "" {
			// CMake never writes two replies of one name.
			res = t.fail(res, errors.New("cmake said that it succeeded, but wrote no new reply of its file API; is it another program, or does an argument make it do something else?"))
		}
		if res.Err != nil {
			res = t.diagnose(ctx, res) // What it printed can be the reason.
		}
	}
	switch res.Status {
	case StatusOK:
		if rec, err = t.finish(rec); err != nil {
			return t.fail(res, err)
		}
		res.Targets = targetsOf(rec)
	case StatusFailed, StatusTimedOut:
		if err := rec.Fail(); err != nil {
			res.Err = &stepError{res.Step, t.project.Path, t.variant.Name, fmt.Errorf("%w; %w", causeOf(res.Err), err)}
		}
	}
	// After a cancelled one the record goes on saying that it did not finish.
	return res
}

// leastSpan is how long a command of the CMake language must take to be worth
// a place in a timeline; a profile has thousands of shorter ones.
const leastSpan = time.Millisecond

// profileArgs are the arguments that make cmake profile the step. They change
// nothing in the tree but our own directory, and are no part of what makes it
// up to date.
func (t *tree) profileArgs(res *Result) []string {
	file := filepath.Join(t.dir, stateDir, profileFile)
	_ = os.Remove(file) // an old one must not pass for this run's
	if !t.Profile || !t.tools.cmake.Version.Has(cmake.Profiling) {
		return nil
	}
	res.profile = file
	return cmake.ProfileArgs(file)
}

const profileFile = "configure.profile.json"

// forget does what cmake --fresh does: it removes the cache and CMakeFiles. We
// do it ourselves because CMake before 3.24 has no --fresh, and because what
// the store of detections puts into the tree has to come after it.
func (t *tree) forget() error {
	root, err := os.OpenRoot(t.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("forget the cache: %w", err)
	}
	defer func() { _ = root.Close() }()
	for _, name := range []string{"CMakeCache.txt", "CMakeFiles"} {
		if err := root.RemoveAll(name); err != nil {
			return fmt.Errorf("forget the cache: %w", err)
		}
	}
	return nil
}

// intent gathers everything that decides what a configure step does. rec is
// the tree's record, or nil.
func (t *tree) intent(v *view, rec *record.Record) (record.Intent, error) {
	tool := t.tools.cmake
	in := record.Intent{
		Source: t.project.Dir, Build: t.dir,
		CMake:   stampOf(tool),
		Version: tool.Version.String(),
		Env:     v.ambient(t).env,
		Path:    v.ambient(t).path,
	}
	var preset cmake.Preset
	if t.variant.Preset != "" {
		presets, err := cmake.ReadPresets(t.project.Dir, t.environ)
		if err != nil {
			return in, fmt.Errorf("use preset %q: %w", t.variant.Preset, err)
		}
		if preset, err = presets.Find(t.variant.Preset); err != nil {
			return in, err
		}
		in.Args = append(in.Args, "--preset="+t.variant.Preset)
		for _, name := range []string{"CMakePresets.json", "CMakeUserPresets.json"} {
			in.Files = append(in.Files, filepath.Join(t.project.Dir, name))
		}
		for _, p := range presets { // those that these include
			if !slices.Contains(in.Files, p.File) {
				in.Files = append(in.Files, p.File)
			}
		}
	}
	if t.variant.Toolchain != "" {
		if _, err := os.Stat(t.variant.Toolchain); err != nil {
			return in, fmt.Errorf("use toolchain file %s: %w", t.variant.Toolchain, pathCause(err))
		}
		in.Args = append(in.Args, "-DCMAKE_TOOLCHAIN_FILE="+t.variant.Toolchain)
		in.Files = append(in.Files, t.variant.Toolchain)
	}
	in.Generator = t.generator(preset, rec)
	if bt := t.buildType(); bt != "" && !cmake.MultiConfig(in.Generator) {
		in.Args = append(in.Args, "-DCMAKE_BUILD_TYPE="+bt)
	}
	for name, value := range t.variant.Defines {
		in.Args = append(in.Args, "-D"+name+"="+value)
	}
	slices.Sort(in.Args)
	in.Args = append(in.Args, t.variant.Args...)
	in.Files = append(in.Files, initialCaches(t.variant.Args)...)
	return in, nil
}

// initialCaches are the scripts that arguments of the form "-C file" name,
// where they are absolute; CMake does not list them among its inputs.
func initialCaches(args []string) []string {
	var files []string
	for i, arg := range args {
		file, ok := strings.CutPrefix(arg, "-C")
		if ok && file == "" && i+1 < len(args) {
			file = args[i+1]
		}
		if ok && filepath.IsAbs(file) {
			files = append(files, filepath.Clean(file))
		}
	}
	return files
}

// generator is the generator to ask for, or "" to leave it to CMake.
//
// What somebody said counts first. An existing tree keeps what it has, so
// that Ninja installed later does not throw trees away.
func (t *tree) generator(preset cmake.Preset, rec *record.Record) string {
	if t.variant.Generator != "" {
		return t.variant.Generator
	}
	if preset.Generator != "" {
		return preset.Generator
	}
	if env := lookup(t.environ, "CMAKE_GENERATOR"); env != "" {
		return env
	}
	if rec != nil && rec.Actual != "" {
		return rec.Actual
	}
	if was, ok := (&treeState{dir: t.dir}).Cached("CMAKE_GENERATOR"); ok && was != "" {
		return was
	}
	if t.tools.ninja != "" {
		return "Ninja"
	}
	return ""
}

// configureArgs are cmake's arguments for what was decided.
func (t *tree) configureArgs(in record.Intent, d record.Decision) ([]string, error) {
	v := t.variant
	c := cmake.Configure{
		Source: t.project.Dir, Build: t.dir, Preset: v.Preset, Generator: in.Generator,
		Toolchain: v.Toolchain, BuildType: t.buildType(), Defines: v.Defines,
	}
	for _, name := range d.Undefine {
		c.Args = append(c.Args, "-U"+name)
	}
	if d.Action == record.Rerun {
		c.Args = append(c.Args, t.adopted()...)
	}
	c.Args = append(c.Args, v.Args...)
	c.Fresh = d.Action == record.Fresh && exists(filepath.Join(t.dir, "CMakeCache.txt")) && t.tools.cmake.Version.Has(cmake.FreshFlag)
	return c.CommandLine(t.tools.cmake.Version)
}

// logFile is a step's log file where there is one.
func (t *tree) logFile(step Step) string {
	path := filepath.Join(t.dir, stateDir, string(step)+".log")
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return path
}
