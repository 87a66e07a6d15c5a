package cmaketargets_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/magefile/mage/mg"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/magecmake/magecmake/cmaketargets"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/fakecmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/suite"
)

// commandBin is a directory of commands that are this very binary: targets, started, schema and trylock, all below. It is
// not in PATH unless a test puts it there.
var commandBin string

func TestMain(m *testing.M) {
	if os.Getenv(insideVariable) == "unprivileged" {
		os.Exit(m.Run()) // which may not read this binary, and so has no commands
	}
	commands := map[string]func(){"targets": targetsMain, "started": startedMain, "schema": schemaMain, "trylock": trylockMain}
	suite.Main(&commandBin, commands, m.Run)
}

// fakeBin returns a directory with the cmake and ctest of internal/testing/fakecmake.
var fakeBin = sync.OnceValue(func() string {
	dir := filepath.Join(filepath.Dir(commandBin), "fake")
	fatal(os.Mkdir(dir, 0o777))
	fatal(fakecmake.Build(dir))
	return dir
})

// insideVariable names the restriction of a test that runs in a process of its own.
const insideVariable = "CMAKETARGETS_TEST_INSIDE"

// schemaFile describes .json reports.
var schemaFile, _ = filepath.Abs(filepath.Join("internal", "report", "schema.json"))

// schemaMain checks a report, and prints the keys of its results: "a build failed".
func schemaMain() {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile(os.Getenv("SCHEMA"))
	fatal(err)
	data, err := os.ReadFile(os.Args[1])
	fatal(err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	fatal(err)
	if err := schema.Validate(value); err != nil {
		fatal(fmt.Errorf("%#v", err))
	}
	var doc report.Document
	fatal(json.Unmarshal(data, &doc))
	for _, r := range doc.Results {
		fmt.Println(r.Step, r.Project.Path, r.Status)
	}
}

// TestScripts runs testdata/script, which shows the package as its users see it, with each of the
// real CMakes. Its README.md describes the commands that scripts have.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "testdata", "script", "*.txtar"))
	must(t, err)
	withCMakes(t, func(t *testing.T, cmake string) {
		files := files
		if cmake != realCMakes(t)[0] && !everyCMake() {
			files = slices.DeleteFunc(slices.Clone(files), isSlow)
		}
		testscript.Run(t, testscript.Params{
			Files:               files,
			RequireExplicitExec: true,
			RequireUniqueNames:  true,
			Setup:               func(env *testscript.Env) error { return setupScript(env, cmake) },
			Cmds:                map[string]func(*testscript.TestScript, bool, []string){"fake": useFake},
		})
	})
}

// isSlow reports whether a script is left out with -short. The slow ones run with the first CMake
// only, unless CMAKETARGETS_TEST_ALL is set: with all of them CI takes too long.
func isSlow(file string) bool {
	text, err := os.ReadFile(file)
	return err == nil && strings.Contains(string(text), "[short] skip")
}

// setupScript puts the commands and the real cmake in front of PATH, and the state that is not the repository's into
// hidden directories, which discovery ignores.
func setupScript(env *testscript.Env, cmake string) error {
	home := filepath.Join(env.WorkDir, ".home")
	real := realPath(cmake)
	for name, value := range map[string]string{
		"HOME":                home,
		"XDG_CACHE_HOME":      filepath.Join(home, "cache"),
		"CMAKETARGETS_MEMORY": "off", // that of the machine changes nothing
		"CMAKETARGETS_STORE":  "off", // scripts with compilers are slow, and few
		"FAKECMAKE_LOG":       filepath.Join(env.WorkDir, ".log"),
		"FAKECMAKE_PATH":      real,
		"SCHEMA":              schemaFile,
		"PATH":                commandBin + string(filepath.ListSeparator) + real,
		"GORACE":              os.Getenv("GORACE"),
	} {
		env.Setenv(name, value)
	}
	return os.MkdirAll(home, 0o777)
}

// realPath returns a PATH in which a real cmake, and the ctest and ninja beside it, come first.
func realPath(cmake string) string {
	return filepath.Dir(cmake) + string(filepath.ListSeparator) + os.Getenv("PATH")
}

// useFake is the script command fake: it puts the cmake and ctest of internal/testing/fakecmake in front of PATH.
func useFake(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: fake")
	}
	ts.Setenv("FAKE", fakeBin())
	ts.Setenv("PATH", fakeBin()+string(filepath.ListSeparator)+ts.Getenv("PATH"))
}

// targetsMain plays mage. It runs the named targets one after the other until one fails, those
// joined by "+" at once through mg.CtxDeps; "2:" before a name means the second workspace of those
// that -other made. It prints an error as mage does, and the exit status, which scripts cannot see.
func targetsMain() {
	config := flag.String("config", "", "`JSON` of the Config")
	var others []*cmaketargets.Workspace
	flag.Func("other", "`JSON` of the Config of a further workspace", func(text string) error {
		others = append(others, cmaketargets.New(parseConfig(text)))
		return nil
	})
	var env []string
	flag.Func("env", "`VARIANT:NAME=VALUE` sets a variable of a variant, which JSON does not carry", func(text string) error {
		env = append(env, text)
		return nil
	})
	path := flag.String("path", "", "PATH of the targets")
	dir := flag.String("cd", "", "change to this `directory` before the first target, after the package was initialised")
	limit := flag.Duration("t", 0, "like mage -t")
	when := flag.String("when", "", "send -signal once this `file` exists")
	name := flag.String("signal", "", "`signal` to send to this process: INT or TERM")
	report := flag.Bool("report", false, "print a line for each result at the end")
	asJSON := flag.Bool("json", false, "print the report as JSON at the end")
	flag.Parse()
	if *path != "" {
		os.Setenv("PATH", *path)
	}
	if *config != "" {
		c := parseConfig(*config)
		for _, text := range env {
			setEnv(c.Variants, text)
		}
		cmaketargets.Use(c)
	}
	if *dir != "" {
		fatal(os.Chdir(*dir))
	}
	ctx := context.Background()
	if *limit > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, *limit)
		defer stop()
		time.AfterFunc(*limit, func() { fatal(ctx.Err()) }) // mage does not wait
	}
	if *when != "" {
		go signalSelf(*when, map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM}[*name])
	}
	var err error
	for _, word := range flag.Args() {
		if err = runTargets(ctx, others, strings.Split(word, "+")); err != nil {
			break
		}
	}
	if *report {
		printReport(cmaketargets.Results())
		for _, w := range others {
			printReport(w.Results())
		}
	}
	if *asJSON {
		fatal(cmaketargets.Results().WriteJSON(os.Stdout))
	}
	if err != nil {
		status := 1
		if e, ok := err.(interface{ ExitStatus() int }); ok { // not errors.As: mage does not unwrap either
			status = e.ExitStatus()
		}
		fmt.Fprintln(os.Stderr, "Error:", err)
		fmt.Fprintln(os.Stderr, "exit status", status)
		os.Exit(status)
	}
}

// targets are those that mage finds in the package.
var targets = map[string]func(context.Context) error{
	"build": cmaketargets.Build, "clean": cmaketargets.Clean, "configure": cmaketargets.Configure,
	"install": cmaketargets.Install, "list": cmaketargets.List, "rebuild": cmaketargets.Rebuild, "test": cmaketargets.Test,
}

// runTargets runs one target directly, as mage does with those on its command line, and several as dependencies.
func runTargets(ctx context.Context, others []*cmaketargets.Workspace, names []string) (err error) {
	var fns []any
	for _, name := range names {
		if number, step, ok := strings.Cut(name, ":"); ok {
			i, err := strconv.Atoi(number)
			fatal(err)
			fns = append(fns, others[i-1].Dep(cmaketargets.Step(step)))
		} else if target := targets[name]; target != nil {
			fns = append(fns, target)
		} else {
			fatal(fmt.Errorf("unknown target %q", name))
		}
	}
	if target, ok := fns[0].(func(context.Context) error); ok && len(fns) == 1 {
		return target(ctx)
	}
	defer func() { // mg.CtxDeps panics with an error
		if v := recover(); v != nil {
			err = v.(error)
		}
	}()
	mg.CtxDeps(ctx, fns...)
	return nil
}

func parseConfig(text string) (c cmaketargets.Config) {
	if text != "" {
		d := json.NewDecoder(strings.NewReader(text))
		d.DisallowUnknownFields()
		fatal(d.Decode(&c))
	}
	return c
}

// setEnv takes VARIANT:NAME=VALUE.
func setEnv(variants []cmaketargets.Variant, spec string) {
	of, setting, _ := strings.Cut(spec, ":")
	at := strings.LastIndex(setting, "=") // a wrong name may have one, too
	name, value := setting[:max(at, 0)], setting[at+1:]
	for i := range variants {
		if setting != "" && variants[i].Name == of {
			if variants[i].Env == nil {
				variants[i].Env = map[string]string{}
			}
			variants[i].Env[name] = value
		}
	}
}

// signalSelf sends sig to this process when the file is there.
func signalSelf(file string, sig os.Signal) {
	for {
		if _, err := os.Stat(file); err == nil {
			self, err := os.FindProcess(os.Getpid())
			fatal(errors.Join(err, self.Signal(sig)))
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// printReport prints "configure a [Debug] ok: never configured" for each result, and the error where there is one.
func printReport(report cmaketargets.Report) {
	for _, r := range report {
		fmt.Printf("%s %s", r.Step, r.Project.Path)
		if r.Variant.Name != "" {
			fmt.Printf(" [%s]", r.Variant.Name)
		}
		fmt.Printf(" %s: %s", r.Status, r.Reason)
		if r.Err != nil {
			fmt.Printf(" (%v)", r.Err)
		}
		fmt.Println()
	}
}

// startedMain prints the commands that the fake logged, in the order in which they began, a line each: those of the
// steps named, or all that do a project's work. With -peak or -jobs it prints how many of them ran at once, or with
// how many jobs together.
func startedMain() {
	peak := flag.Bool("peak", false, "print the highest number that ran at once")
	jobs := flag.Bool("jobs", false, "print the highest sum of their jobs")
	alive := flag.Bool("alive", false, "print only those that have no end")
	living := flag.Bool("living", false, "print only those that still run")
	flag.Parse()
	events, err := fakecmake.ReadLog(os.Getenv("FAKECMAKE_LOG"))
	fatal(err)
	switch {
	case *peak:
		fmt.Println(fakecmake.Peak(events, flag.Args()...))
	case *jobs:
		fmt.Println(fakecmake.PeakJobs(events, flag.Args()...))
	default:
		ended := map[int]bool{}
		for _, e := range events {
			if e.Kind == "end" {
				ended[e.Pid] = true
			}
		}
		for _, e := range fakecmake.Begun(events, flag.Args()...) {
			if !(*alive && ended[e.Pid] || *living && !lives(e.Pid)) {
				fmt.Println(commandLine(e.Argv))
			}
		}
	}
}

// lives reports whether a process runs; one that ended and was not waited for does not.
func lives(pid int) bool {
	if runtime.GOOS == "linux" {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		return regexp.MustCompile(`(?m)^State:\t[^ZX]`).Match(status)
	}
	process, err := os.FindProcess(pid)
	return err == nil && process.Signal(syscall.Signal(0)) == nil
}

// commandLine quotes only what would be misread otherwise.
func commandLine(args []string) string {
	var words []string
	for _, a := range args {
		if a == "" || strings.ContainsAny(a, " \t\"'") {
			a = strconv.Quote(a)
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}

func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(125)
	}
}
