//go:build unix

package cmaketargets_test

import (
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// badInputs is the number of inputs in the catalogue. More are welcome; with fewer, a script was
// not run to its end.
const badInputs = 211

// TestBadInput runs testdata/badinput, a catalogue of input that is wrong, and of the exact
// answers. Each of these commands of a script is one input, and [!] negates none of them:
//
//	refuses TEXT ARG...  targets ARG... ends with status 2, before anything was started for a project, with the error TEXT
//	fails TEXT ARG...    targets ARG... ends with status 1, with the error TEXT
//	shows TEXT ARG...    targets ARG... succeeds, and TEXT is one of the lines that it prints
//
// TEXT is the error as mage prints it; lines are joined by "|". It is without durations, the
// changing parts of the names of replies, and the lists of variables and of generators; $WORK and
// $FAKE stand for their directories. After each command none may have panicked, nor run a $(touch
// pwned) in a name: there is no shell in PATH, and no file of that name afterwards. The other
// commands make files that a txtar archive cannot hold:
//
//	put FILE TEXT     a file; both are Go strings without the quotes around them, and {200} is a name of 200 letters
//	special KIND FILE a fifo, a socket, or a directory so deep that its path is longer than the system allows
//	sparse FILE N     makes a file N bytes long
//	until FILE        waits for a file
func TestBadInput(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a minute")
	}
	var count atomic.Int32
	t.Cleanup(func() {
		part := strings.Contains(flag.Lookup("test.run").Value.String(), "/")
		if n := count.Load(); n != badInputs && !part && !t.Failed() {
			t.Errorf("%d inputs were tried, the catalogue has %d", n, badInputs)
		}
	})
	expect := func(status int) func(*testscript.TestScript, bool, []string) {
		return func(ts *testscript.TestScript, _ bool, args []string) {
			count.Add(1)
			if len(args) < 2 {
				ts.Fatalf("usage: refuses|fails|shows TEXT ARG...")
			}
			tryInput(ts, status, args[0], args[1:])
		}
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "testdata", "badinput"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			if err := setupScript(env, realCMakes(t)[0]); err != nil {
				return err
			}
			env.Setenv("FAKE", fakeBin())
			env.Setenv("PATH", fakeBin())
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"refuses": expect(2), "fails": expect(1), "shows": expect(0),
			"put": putFile, "special": makeSpecial, "sparse": makeSparse, "until": awaitFile,
		},
	})
}

// tryInput runs targets and compares their answer.
func tryInput(ts *testscript.TestScript, status int, want string, args []string) {
	program, args := ordinary(append([]string{"targets"}, args...))
	err := ts.Exec(program, args...)
	stdout, stderr := shown(ts, "stdout"), shown(ts, "stderr")
	if strings.Contains(stdout+stderr, "goroutine ") {
		ts.Fatalf("it panicked")
	}
	if _, err := os.Lstat(ts.MkAbs("pwned")); err == nil {
		ts.Fatalf("a shell was asked")
	}
	got := strings.TrimSuffix(stderr, "|")
	if status == 0 {
		if err != nil || stderr != "" || !strings.Contains("|"+stdout, "|"+want+"|") {
			ts.Fatalf("want the line\n%s\n%v, got\n%s\n%s", want, err, strings.ReplaceAll(stdout, "|", "\n"), got)
		}
		return
	}
	if want = fmt.Sprintf("Error: %s|exit status %d", want, status); got != want {
		ts.Fatalf("want\n%s\ngot\n%s", want, got)
	}
}

var (
	duration     = regexp.MustCompile(`  [0-9.ms]+s\b`)
	generators   = regexp.MustCompile(`cmake [0-9.]+ has no such generator; it has (.*, )?Ninja, .*`)
	variableList = regexp.MustCompile(`(CMAKETARGETS_[A-Z_]+, )+CMAKETARGETS_[A-Z_]+`)
	hash         = regexp.MustCompile(`-([0-9a-f]{16,20}|\d+-\d\d-\d\dT[-\d]+)\.json`)
)

// shown returns a stream of the last command in one line, without the parts that differ from run to run.
func shown(ts *testscript.TestScript, stream string) string {
	text := strings.NewReplacer(ts.Getenv("WORK"), "$WORK", filepath.Dir(ts.Getenv("WORK")), "$WORK/..", fakeBin(), "$FAKE",
		"\n  ignored .home: hidden\n  ignored .tmp: hidden", "", longName(255), "{255}", longName(200), "{200}").Replace(ts.ReadFile(stream))
	text = hash.ReplaceAllString(duration.ReplaceAllString(text, ""), "-*.json")
	text = variableList.ReplaceAllString(text, "CMAKETARGETS_*")
	text = generators.ReplaceAllString(text, "cmake N.N.N has no such generator; it has ..., Ninja, ...")
	return strings.ReplaceAll(text, "\n", "|")
}

// ordinary makes a command respect the permissions of its owner, also when it is root's.
func ordinary(command []string) (program string, args []string) {
	if os.Geteuid() == 0 {
		const rights = "-dac_override,-dac_read_search"
		command = append([]string{"/usr/bin/setpriv", "--bounding-set", rights, "--inh-caps", rights, filepath.Join(commandBin, command[0])}, command[1:]...)
	}
	return command[0], command[1:]
}

// longName is a name of n letters.
func longName(n int) string { return strings.Repeat("n", n) }

var longNames = regexp.MustCompile(`\{(\d+)\}`)

// unquoted resolves the escapes of a Go string and long names.
func unquoted(ts *testscript.TestScript, text string) string {
	value, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`)
	ts.Check(err)
	return longNames.ReplaceAllStringFunc(value, func(match string) string {
		n, _ := strconv.Atoi(match[1 : len(match)-1])
		return longName(n)
	})
}

func putFile(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(unquoted(ts, args[0]))
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o777))
	ts.Check(os.WriteFile(path, []byte(unquoted(ts, args[1])), 0o666))
}

func makeSparse(ts *testscript.TestScript, _ bool, args []string) {
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}

func makeSpecial(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[1])
	switch args[0] {
	case "fifo":
		ts.Check(syscall.Mkfifo(path, 0o666))
	case "socket":
		// A name in the working directory, for an address has at most 108 bytes.
		listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		ts.Check(err)
		listener.SetUnlinkOnClose(false)
		ts.Check(listener.Close())
	case "deep":
		dir, err := os.OpenRoot(filepath.Dir(path))
		ts.Check(err)
		name := filepath.Base(path)
		for range 25 { // 25 of 200 are more than 4,096
			ts.Check(dir.Mkdir(name, 0o777))
			below, err := dir.OpenRoot(name)
			ts.Check(err)
			ts.Check(dir.Close())
			dir, name = below, longName(200)
		}
		ts.Check(dir.WriteFile("CMakeLists.txt", []byte("project(deep)\n"), 0o666))
		ts.Check(dir.Close())
	default:
		ts.Fatalf("unknown kind %s", args[0])
	}
}

func awaitFile(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("waited in vain for %s", args[0])
		}
	}
}
