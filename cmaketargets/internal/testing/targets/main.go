// Targets is the program that tests run as a process of its own in place of mage, under the name of each of
// its commands: targets, started and trylock. It is no test binary because those need 50 ms to start, and
// tests start thousands.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/magefile/mage/mg"

	"github.com/magecmake/magecmake/cmaketargets"
	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
)

func main() {
	switch name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"); name {
	case "targets":
		runMage()
	case "started":
		printStarted()
	case "trylock":
		tryLock(os.Args[1])
	default:
		fatal(fmt.Errorf("no command is called %s", name))
	}
}

// tryLock takes an existing lock, as another process.
func tryLock(path string) {
	l, err := lock.TryExisting(path)
	fatal(err)
	fatal(l.Release())
}

// runMage plays mage. It runs the named targets one after the other until one fails, those
// joined by "+" at once through mg.CtxDeps; "2:" before a name means the second workspace of those
// that -other made. It prints an error as mage does, and the exit status, which scripts cannot see.
func runMage() {
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
		fatal(os.Setenv("PATH", *path))
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

func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(125)
	}
}
