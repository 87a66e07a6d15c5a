package cmaketargets_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/magefile/mage/mg"

	"github.com/magecmake/magecmake/cmaketargets"
)

// The configuration of a repository belongs to func init() of its magefile. Without one, the
// defaults of Config apply.
func ExampleUse() {
	cmaketargets.Use(cmaketargets.Config{
		Exclude:  []string{"third_party/**"},
		Variants: []cmaketargets.Variant{{Name: "debug"}, {Name: "release", BuildType: "Release"}},
	})
}

// A target of the magefile depends on Configure and uses its results. Configure runs once, however
// many targets depend on it.
func ExampleConfigure() {
	index := func() error {
		mg.Deps(cmaketargets.Configure)
		for _, res := range cmaketargets.Results().ForStep(cmaketargets.StepConfigure) {
			for _, target := range res.Targets {
				fmt.Println(res.Project.Path, target.Name, target.Artifacts)
			}
		}
		return nil
	}
	_ = index
}

// Aliases is a variable of the magefile.
var Aliases = map[string]interface{}{"configure": cmaketargets.Configure, "build": cmaketargets.Build}

// The package is imported by name to give its targets, which then are cmake:configure and so on,
// shorter names, too.
func ExampleConfigure_aliases() {
	_ = Aliases
}

// A dependency with a context ends when mage cancels the context: on Ctrl-C, and at the limit of
// mage -t.
func ExampleBuild() {
	flash := func(ctx context.Context) error {
		mg.CtxDeps(ctx, cmaketargets.Build)
		return nil // ... and copy it to the device
	}
	_ = flash
}

// The Report of Run is complete also when projects failed.
func ExampleRun() {
	nightly := func(ctx context.Context) error {
		report, err := cmaketargets.Run(ctx, cmaketargets.StepBuild)
		for _, res := range report.WithStatus(cmaketargets.StatusTimedOut) {
			fmt.Println(res.Project.Path, "took longer than", res.Duration)
		}
		return err
	}
	_ = nightly
}

// A target runs the tests of some projects, those with a label.
func ExampleSelect() {
	smoke := func(ctx context.Context) error {
		smoke := cmaketargets.Select(cmaketargets.Selection{Projects: []string{"libs/**"}, Labels: "smoke"})
		report, err := smoke.Run(ctx, cmaketargets.StepTest)
		for _, res := range report.Failed() {
			fmt.Println(res.Project.Path, res.Err, res.LogFile)
		}
		return err
	}
	_ = smoke
}

// Two roots with settings of their own are two workspaces, and two different dependencies for mage.
// Both together run no more processes than there are CPUs.
func ExampleWorkspace_Dep() {
	firmware := cmaketargets.New(cmaketargets.Config{
		Root:     "firmware",
		Variants: []cmaketargets.Variant{{Toolchain: "cmake/arm-none-eabi.cmake", BuildType: "MinSizeRel"}},
	})
	host := cmaketargets.New(cmaketargets.Config{Root: "host"})
	all := func(ctx context.Context) error {
		mg.CtxDeps(ctx, firmware.Dep(cmaketargets.StepBuild), host.Dep(cmaketargets.StepTest))
		return nil
	}
	_ = all
}

// The causes of a failed run are in its error.
func ExampleStepError() {
	_, err := cmaketargets.Run(context.Background(), cmaketargets.StepBuild)
	var step *cmaketargets.StepError
	if errors.As(err, &step) {
		fmt.Println(step.Project, "failed to", step.Step, "because", step.Cause)
	}
}

// A target writes a report for other programs. Config.Reports and CMAKETARGETS_REPORT do the same
// after every run.
func ExampleReport_WriteJSON() {
	report := func() error {
		file, err := os.Create("report.json")
		if err != nil {
			return err
		}
		return errors.Join(cmaketargets.Results().WriteJSON(file), file.Close())
	}
	_ = report
}

// The summary in Markdown is the one that GitHub shows for a job.
func ExampleReport_WriteMarkdown() {
	report := cmaketargets.Report{{
		Project: cmaketargets.Project{Path: "libs/a"}, Step: cmaketargets.StepConfigure,
		Status: cmaketargets.StatusUpToDate, Reason: "up to date",
	}}
	if err := report.WriteMarkdown(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ## nothing to do
	//
	// 1 step of 1 project: 1 up to date in 0.00s
	//
	// ### Projects
	//
	// | Project | State | Time |
	// |---|---|---:|
	// | libs/a | configure up to date | 0.00s |
}
