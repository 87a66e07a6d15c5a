//go:build linux

package differential_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets"
)

// request is the standard input of a driver.
type request struct {
	Variants []variant
	Steps    []cmaketargets.Step
}

// reply is the result of a driver, in a file.
type reply struct {
	Results []outcome
	Err     string
}

// outcome is a Result.
type outcome struct {
	Project, Variant string
	Step             cmaketargets.Step
	Status           cmaketargets.Status
	Reason, BuildDir string
	Args             []string
}

// driverMain is a run as a process of its own, as a magefile is.
func driverMain() {
	var req request
	quitIf(json.NewDecoder(os.Stdin).Decode(&req))
	conf := cmaketargets.Config{Jobs: 2}
	for _, v := range req.Variants {
		conf.Variants = append(conf.Variants, cmaketargets.Variant{
			Name: v.Name, Preset: v.Preset, Generator: v.Generator, BuildType: v.BuildType,
			Toolchain: v.Toolchain, Defines: v.Defines, Args: v.Args, Env: v.Env,
		})
	}
	report, err := cmaketargets.New(conf).Run(context.Background(), req.Steps...)
	var rep reply
	for _, r := range report {
		rep.Results = append(rep.Results, outcome{r.Project.Path, r.Variant.Name, r.Step, r.Status, r.Reason, r.BuildDir, r.Args})
	}
	if err != nil {
		rep.Err = err.Error()
	}
	data, err := json.Marshal(rep)
	quitIf(err)
	quitIf(os.WriteFile(os.Args[1], data, 0o666))
}

func quitIf(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "driver:", err)
		os.Exit(125)
	}
}

// run does the steps in our copy, in a process of its own.
func (w *workspace) run(e extent) (reply, string) {
	w.t.Helper()
	file := filepath.Join(w.base, "reply")
	cmd := exec.Command(filepath.Join(commandDir, "driver"), file)
	cmd.Dir, cmd.Env = w.roots[ours], w.environ(ours)
	req, err := json.Marshal(request{w.resolved(ours), e.steps()})
	must(w.t, err)
	cmd.Stdin = bytes.NewReader(req)
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Fatalf("%s: %v\n%s", w, err, out)
	}
	data, err := os.ReadFile(file)
	must(w.t, err)
	must(w.t, os.Remove(file))
	var rep reply
	must(w.t, json.Unmarshal(data, &rep))
	if len(rep.Results) == 0 {
		w.t.Fatalf("%s: no results: %s\n%s", w, rep.Err, out)
	}
	return rep, string(out)
}
