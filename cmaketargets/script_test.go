package cmaketargets_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/magecmake/magecmake/cmaketargets/internal/report"
	"github.com/magecmake/magecmake/cmaketargets/internal/testing/suite"
)

// commandBin is a directory of commands: those of internal/testing/targets, and schema, which is this very binary. It is
// not in PATH unless a test puts it there.
var commandBin string

func TestMain(m *testing.M) {
	if os.Getenv(insideVariable) == "unprivileged" {
		os.Exit(m.Run()) // which may not read this binary, and so has no commands
	}
	suite.Main(&commandBin, map[string]func(){"schema": schemaMain}, func() int {
		// A test in a process of its own has the commands of its parent: it may have no cache of builds.
		if dir := os.Getenv(commandsVariable); dir != "" {
			commandBin = dir
			return m.Run()
		}
		if err := buildCommands(commandBin); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		_ = os.Setenv(commandsVariable, commandBin)
		return m.Run()
	})
}

func buildCommands(dir string) error {
	fake := filepath.Join(dir, "fake")
	return errors.Join(suite.Build(dir, "targets", "targets", "started", "trylock"), suite.Build(dir, suite.Report, "report"), os.Mkdir(fake, 0o777), suite.Build(fake, suite.FakeCMake, "cmake", "ctest"))
}

// fakeBin returns a directory with the cmake and ctest of internal/testing/fakecmake.
func fakeBin() string { return filepath.Join(commandBin, "fake") }

// commandsVariable names the directory of commands for processes of the tests.
const commandsVariable = "CMAKETARGETS_TEST_COMMANDS"

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

// ofEachCMake are the scripts that run with each CMake, as it matters in them. The others run with the last one only,
// the newest, unless CMAKETARGETS_TEST_ALL is set: with all of them CI takes too long.
var ofEachCMake = []string{
	"collisions", "hints", "installed", "launcher", "needsorder", "nothingtobuild", "nothingtoinstall", "parts", "presetfiles", "restart", "retry", "retrysteps",
	"searchpath", "settings", "toolchain", "warm", "written",
}

// ofFirstCMake are the scripts that run with the first CMake only: the Ninja beside it must be one before 1.13.
var ofFirstCMake = []string{"jobs"}

// TestScripts runs testdata/script, which shows the package as its users see it, with real CMakes. Its README.md
// describes the commands that scripts have.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "testdata", "script", "*.txtar"))
	must(t, err)
	withCMakes(t, func(t *testing.T, cmake string) {
		all := realCMakes(t)
		files := slices.DeleteFunc(slices.Clone(files), func(file string) bool {
			name := strings.TrimSuffix(filepath.Base(file), ".txtar")
			if slices.Contains(ofFirstCMake, name) {
				return cmake != all[0]
			}
			return cmake != all[len(all)-1] && !everyCMake() && !slices.Contains(ofEachCMake, name)
		})
		testscript.Run(t, testscript.Params{
			Files:               files,
			RequireExplicitExec: true,
			RequireUniqueNames:  true,
			Setup:               func(env *testscript.Env) error { return setupScript(env, cmake) },
			Cmds:                map[string]func(*testscript.TestScript, bool, []string){"fake": useFake},
		})
	})
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

func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(125)
	}
}
